"""Measures → Markdown."""

import statistics

from load import PATIENCE, Measure
from ready import Share
from same import Same

HEAD = ("| layer | z | Tuilerie tiles/s | p50 ms | p99 ms | kB | errors "
        "| Martin tiles/s | p50 ms | p99 ms | kB | errors | ratio | kB ratio | features |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")


def row(layer: str, zoom: int, measures: dict[str, Measure | None]) -> str:
    """One line of the table of cold tiles; a server that was not measured leaves its cells empty."""
    ours, theirs = measures.get("tuilerie"), measures.get("martin")
    cells = [layer, str(zoom)]
    common = set(ours.contents) & set(theirs.contents) if ours and theirs else set()
    for name, measure in (("tuilerie", ours), ("martin", theirs)):
        if measure is None:
            cells += [f"> {PATIENCE:.0f} s a tile" if name in measures else "", "", "", "", ""]
        else:
            cells += [_speed(measure), number(measure.p50_ms), number(measure.p99_ms),
                      number(_mean_kb(measure, common or set(measure.contents))), str(measure.errors)]
    if ours and theirs and common and theirs.tiles_a_second > 0:
        cells += [number(ours.tiles_a_second / theirs.tiles_a_second),
                  number(_mean_kb(ours, common) / max(_mean_kb(theirs, common), 1e-9)),
                  _features(ours, theirs, common)]
    else:
        cells += ["", "", ""]
    return "| " + " | ".join(cells) + " |"


NOTES = """\
kB: mean gzip size, over the tiles that both gave of the first 50. Ratio: Tuilerie's tiles/s by Martin's; kB
ratio the same of sizes. Features: what those tiles hold on Tuilerie and on Martin; where they differ, how many
of the tiles do. Below a layer's detail zoom (14) Tuilerie serves overviews, so there fewer is meant.
¹ the list of distinct tiles was walked more than once (neither server keeps any). ² tiles too slow for wrk on
one of the servers: the list is so many for both, and the slow one is asked for one at a time on each core; its
p99 is the slowest.
"""


SAME_HEAD = ("| layer | z | Tuilerie gzip kB | ST_AsMVT gzip kB | ratio | uncompressed ratio | features |\n"
             "|---|--:|--:|--:|--:|--:|--:|")


def same_row(layer: str, zoom: int, same: Same) -> str:
    """One line of the table of bytes."""
    features = f"{same.our_features:,} ="
    if same.our_features != same.their_features:
        features = f"{same.our_features:,} / {same.their_features:,}"
    return (f"| {layer} | {zoom} | {number(same.ours / 1000)} | {number(same.theirs / 1000)}"
            f" | {same.ours / same.theirs:.3f} | {same.our_plain / same.their_plain:.3f} | {features} |")


READY_HEAD = ("| layer | z | made tiles/s | ready-made tiles/s | share |\n"
              "|---|--:|--:|--:|--:|")


def ready_row(layer: str, zoom: int, share: Share) -> str:
    """One line of the table of what could be reached: medians of the rounds."""
    made, ready = (number(statistics.median(speeds)) for speeds in (share.made, share.ready))
    return f"| {layer} | {zoom} | {made} | {ready} | {share.of_the_most():.2f} |"


def warm(rounds: list[list[Measure]], tiles: int, same: bool) -> str:
    """The table of warm tiles: medians over the rounds, and the ratio of each round."""
    lines = [f"{tiles:,} tiles of ocs at z14, the same gzip bytes from both"
             f"{'' if same else ' (NOT THE SAME: the comparison means nothing)'}; medians of {len(rounds)} rounds,"
             " both servers in each.", "",
             "| server | tiles/s | p50 ms | p99 ms | errors |", "|---|--:|--:|--:|--:|"]
    for name, measures in zip(("Tuilerie, cached", "nginx, files"), zip(*rounds)):
        middle = [statistics.median(getattr(measure, field) for measure in measures)
                  for field in ("tiles_a_second", "p50_ms", "p99_ms")]
        lines.append(f"| {name} | {' | '.join(map(number, middle))} | {sum(measure.errors for measure in measures)} |")
    ratios = sorted(ours.tiles_a_second / max(ceiling.tiles_a_second, 1e-9) for ours, ceiling in rounds)
    lines += ["", f"Ratio: median {statistics.median(ratios):.2f}, of {' '.join(f'{ratio:.2f}' for ratio in ratios)}."]
    return "\n".join(lines)


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _speed(measure: Measure) -> str:
    if not measure.by_wrk:
        return f"{number(measure.tiles_a_second)} ²({measure.requests})"
    return number(measure.tiles_a_second) + ("¹" if measure.requests > measure.distinct else "")


def _mean_kb(measure: Measure, tiles: set) -> float:
    sizes = [content.gzip_bytes for tile, content in measure.contents.items() if tile in tiles]
    return sum(sizes) / len(sizes) / 1000 if sizes else 0.0


def _features(ours: Measure, theirs: Measure, common: set) -> str:
    counts = [(ours.contents[tile].features, theirs.contents[tile].features) for tile in common]
    total, other = (sum(column) for column in zip(*counts))
    if total == other:
        return f"{total:,} ="
    differing = sum(1 for a, b in counts if a != b)
    return f"{total:,} / {other:,} ({differing} of {len(counts)})"
