// An eye on the server, opened when something failed and closed when all is well again.

import { type Readiness, readReadiness } from "./server";

/** A server that starts is seen at once; one that is gone, or has much to read, is not asked all the time. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 8_000;
/**
 * By how much a wait is longer than the one before. One that reads is near to what is waited for; where one that is
 * ready fails again, it will for a while.
 */
const GROWTH = { gone: 1.5, loading: 1.05, ready: 2 };
/** What fails again within this time has not been well in between. */
const CALM_MS = 30_000;

export class Watch {
  private timer: number | undefined;
  private wait = FIRST_WAIT_MS;
  private opened = -Infinity;
  private last = "";
  private looking = false;

  /** `report` is told how the server is, each time that this changes. */
  constructor(private readonly report: (readiness: Readiness) => void) {}

  /** Something failed: looks soon, then again until the server is ready. */
  look(): void {
    if (this.looking) return;
    this.looking = true;
    this.last = "";
    const again = performance.now() - this.opened < CALM_MS;
    this.opened = performance.now();
    if (!again) this.wait = FIRST_WAIT_MS;
    this.askLater();
  }

  /** Someone is waiting: not at the next time but now. */
  now(): void {
    window.clearTimeout(this.timer);
    void this.ask();
  }

  private askLater(): void {
    this.timer = window.setTimeout(() => void this.ask(), this.wait);
  }

  private async ask(): Promise<void> {
    const readiness = await readReadiness();
    const told = JSON.stringify(readiness);
    const changed = told !== this.last;
    this.last = told;
    this.looking = readiness.state !== "ready";
    this.wait = Math.min(this.wait * GROWTH[readiness.state], LONGEST_WAIT_MS);
    if (this.looking) this.askLater();
    if (changed) this.report(readiness);
  }
}
