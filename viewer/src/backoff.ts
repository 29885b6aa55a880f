// How long to wait before trying again what failed: each time twice as long, up to a bound.

export class Backoff {
  private wait: number;

  /** The first wait and the longest, in milliseconds. */
  constructor(private readonly first: number, private readonly longest: number) {
    this.wait = first;
  }

  /** The wait before the next try. Not quite the same for all: those who were cut off together come back one by one. */
  next(): number {
    const wait = this.wait;
    this.wait = Math.min(wait * 2, this.longest);
    return wait * (0.75 + Math.random() / 4);
  }

  /** It is well again. */
  reset(): void {
    this.wait = this.first;
  }
}
