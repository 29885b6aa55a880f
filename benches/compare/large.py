#!/usr/bin/env python3
"""Whether ten times the data costs a tile more: Tuilerie on a made-up département and on one of ten times
its area around the same place, at the same density, loaded from FlatGeobuf, no database; the same tiles of
each, those that the smaller one lies on, cold, now of the one, now of the other. At low zooms more lies on them
in the larger one: kB says how much. What it prints is in target/compare/large.md.

Takes some twenty minutes the first time, and 30 GB of disk.
"""

import argparse
import contextlib
import random
import shutil
import statistics
import subprocess
import time

import load
import servers
from compare import LAYERS, build, cargo_run
from report import number
from servers import WORK, Server

ROUNDS = 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=lambda text: [float(part) for part in text.split(",")], default=[1.0, 10.0],
                        metavar="A,B", help="of the two départements (1,10)")
    parser.add_argument("--zooms", type=lambda text: [int(part) for part in text.split(",")],
                        default=[6, 8, 10, 12, 13, 14, 16, 18], metavar="Z,Z…", help="default 6,8,10,12,13,14,16,18")
    parser.add_argument("--seconds", type=int, default=3, help="of load on each layer, zoom and server, three times (3)")
    parser.add_argument("--connections", type=int, default=2,
                        help="that wrk keeps open (2: one a core, so that times are of tiles, not of queues)")
    parser.add_argument("--profile", choices=["release", "dev"], default="release",
                        help="of what cargo builds here; figures of dev mean nothing")
    return parser.parse_args()


def main():
    asked = arguments()
    WORK.mkdir(parents=True, exist_ok=True)
    lines = []

    def say(text=""):
        print(text, flush=True)
        lines.append(text)

    program = build(asked.profile)
    folders = [made(asked.profile, scale) for scale in asked.scales]
    say("# The same tiles of a département and of a larger one\n")
    for scale, folder in zip(asked.scales, folders):
        loaded(program, scale, folder, say)
    with contextlib.ExitStack() as running:
        pair = [running.enter_context(from_store(program, folder)) for folder in folders]
        for scale, server in zip(asked.scales, pair):
            say(f"- scale {scale:g}, started from disk: {server.seconds_to_ready:.2f} s to the first tile")
        heads = [f"{head} ×{scale:g}" for head in ("kB", "p50 ms", "p99 ms") for scale in asked.scales]
        say(f"\n| layer | z | {' | '.join(heads)} | p50 ratio | of kB |\n|---|--:|{'--:|' * (len(heads) + 2)}")
        for layer in LAYERS:
            found = places(folders[0], layer)
            for zoom in asked.zooms:
                say(row(layer, zoom, compared(asked, pair, found, layer, zoom)))
        for scale, server in zip(asked.scales, pair):
            memory = server.memory()
            say(f"\nMemory at scale {scale:g} after all this: {memory['RssAnon']:.0f} MB anonymous,"
                f" {memory['VmHWM']:.0f} MB resident at its peak, mapped files included.")
    (WORK / "large.md").write_text("\n".join(lines) + "\n")


def made(profile: str, scale: float):
    """The folder of a département's files. They are made under another name, so that a run that was broken
    off leaves none that looks whole."""
    folder = WORK / f"departement_{scale:g}"
    if not folder.exists():
        making = folder.with_name(f"{folder.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        subprocess.run([*cargo_run(profile), making, "--scale", str(scale)], check=True)
        making.rename(folder)
    return folder


def store_of(folder):
    """Where what is loaded of a département is kept."""
    return folder.with_name(f"{folder.name}.store")


def loaded(program, scale: float, folder, say):
    """Loads a département into a store of its own, and says how fast."""
    store = store_of(folder)
    shutil.rmtree(store, ignore_errors=True)
    with server_of(program, folder, "/health/ready") as server:
        memory = server.memory()
        features = server.metric("tuilerie_features")
        size = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
        say(f"- scale {scale:g}, loaded: {features:,.0f} features in {server.seconds_to_ready:.1f} s,"
            f" {features / server.seconds_to_ready:,.0f} a second; {size / 1e6:,.0f} MB on disk;"
            f" {memory['RssAnon']:.0f} MB anonymous then")


def from_store(program, folder) -> Server:
    """The same server started again: ready with its first tile."""
    x, y = places(folder, LAYERS[0])[0]
    return server_of(program, folder, f"/tiles/{LAYERS[0]}/14/{x >> 18}/{y >> 18}")


def server_of(program, folder, ready: str) -> Server:
    files = [folder / f"{layer}.fgb" for layer in LAYERS]
    return servers.tuilerie_of(f"tuilerie-{folder.name}", program, files, store_of(folder), False, ready,
                               3600.0)


def places(folder, layer: str) -> list[tuple[int, int]]:
    """Where features are, in units of the quantised world, in an order that is random and always the same."""
    lines = (folder / f"{layer}.places").read_text().splitlines()
    found = [tuple(map(int, line.split())) for line in lines]
    random.Random(1).shuffle(found)
    return found


def compared(asked, pair, found, layer: str, zoom: int) -> list[tuple[load.Measure, float]]:
    """Of each server the round with the median p50, the two taking turns, and the mean kB of some tiles."""
    shift = 32 - zoom
    tiles = load.drawn(list(dict.fromkeys((x >> shift, y >> shift) for x, y in found)))
    paths = [[server.path(layer, zoom, tile) for tile in tiles] for server in pair]
    rounds = [[load.wrk(server, listed, asked.seconds, asked.connections) for server, listed in zip(pair, paths)]
              for _ in range(ROUNDS)]
    medians = [sorted(of_one, key=lambda measure: measure.p50_ms)[ROUNDS // 2] for of_one in zip(*rounds)]
    sizes = [statistics.mean(len(load.fetch(server, path)) / 1000 for path in listed[: load.SAMPLE])
             for server, listed in zip(pair, paths)]
    return list(zip(medians, sizes))


def row(layer: str, zoom: int, measured: list[tuple[load.Measure, float]]) -> str:
    measures, sizes = zip(*measured)
    cells = [*sizes, *(measure.p50_ms for measure in measures), *(measure.p99_ms for measure in measures)]
    ratios = [measures[1].p50_ms / measures[0].p50_ms, sizes[1] / sizes[0]]
    return f"| {layer} | {zoom} | {' | '.join(map(number, cells))} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |"


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"{time.monotonic() - started:.0f} s")
