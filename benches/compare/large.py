#!/usr/bin/env python3
"""Whether ten times the data costs a tile more: Tuilerie on a made-up département and on one of ten times
its area at the same density, loaded from FlatGeobuf, no database; the same number of tiles of each zoom,
cold, now of the one, now of the other. What it prints is in target/compare/large.md.

Takes some twenty minutes the first time and 30 GB of disk.
"""

import argparse
import contextlib
import random
import shutil
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
        say(f"\n| layer | z | p50 ms ×{asked.scales[0]:g} | p50 ms ×{asked.scales[1]:g} | ratio | p99 ms | p99 ms |\n"
            "|---|--:|--:|--:|--:|--:|--:|")
        for layer in LAYERS:
            lists = [places(folder, layer) for folder in folders]
            for zoom in asked.zooms:
                say(row(layer, zoom, compared(asked, pair, lists, layer, zoom)))
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
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        subprocess.run([*cargo_run(profile), making, "--scale", str(scale)], check=True)
        making.rename(folder)
    return folder


def loaded(program, scale: float, folder, say):
    """Loads a département into a store of its own, and says how fast."""
    store = folder.with_suffix(".store")
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
    port = servers.free_port()
    files = [folder / f"{layer}.fgb" for layer in LAYERS]
    return Server(f"tuilerie-{folder.name}", [program, "serve", "--cache", "0", "--store", folder.with_suffix(".store"),
                                              "--listen", f"127.0.0.1:{port}", *files],
                  port, ready, "/tiles", wait=3600.0)


def places(folder, layer: str) -> list[tuple[int, int]]:
    """Where features are, in units of the quantised world, in an order that is random and always the same."""
    lines = (folder / f"{layer}.places").read_text().splitlines()
    found = [tuple(map(int, line.split())) for line in lines]
    random.Random(1).shuffle(found)
    return found


def compared(asked, pair, lists, layer: str, zoom: int) -> list[load.Measure]:
    """Of each server the round with the median p50, the two taking turns."""
    shift = 32 - zoom
    distinct = [load.drawn(list(dict.fromkeys((x >> shift, y >> shift) for x, y in found))) for found in lists]
    # As many of each: where there are few, their list is walked again (neither server keeps any).
    paths = [[server.path(layer, zoom, tile) for tile in tiles] for server, tiles in zip(pair, distinct)]
    rounds = [[load.wrk(server, listed, asked.seconds, asked.connections) for server, listed in zip(pair, paths)]
              for _ in range(ROUNDS)]
    return [sorted(of_one, key=lambda measure: measure.p50_ms)[ROUNDS // 2] for of_one in zip(*rounds)]


def row(layer: str, zoom: int, measures: list[load.Measure]) -> str:
    one, other = measures
    return (f"| {layer} | {zoom} | {number(one.p50_ms)} | {number(other.p50_ms)} | {other.p50_ms / one.p50_ms:.2f}"
            f" | {number(one.p99_ms)} | {number(other.p99_ms)} |")


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"{time.monotonic() - started:.0f} s")
