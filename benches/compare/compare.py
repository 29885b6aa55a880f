#!/usr/bin/env python3
"""Tuilerie and Martin on one PostGIS with one made-up département: the same tiles, cold; Tuilerie's
tiles against the same ready made; and its warm tiles against nginx sending the same bytes from disk. What it prints is in target/compare/result.md
and, in full, result.json.

Python, its standard library alone: it starts programs, waits and divides; nothing in it is measured.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import time

import load
import ready
import report
import same
import servers
from cluster import SETTINGS, Cluster
from servers import ROOT, TARGET, WORK

LAYERS = ["ocs", "pcrs_lignes", "pcrs_points", "adresses"]
# Below it tiles hold overviews, and ST_AsMVT has nothing like them.
DETAIL = 14
WARM_TILES = 2000
# Pairs of measurements, one server straight after the other: a shared machine drifts by a third within minutes.
WARM_ROUNDS = 9


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = lambda text: [int(part) for part in text.split(",")]
    names = lambda text: text.split(",")
    parser.add_argument("--zooms", type=numbers, default=[6, 8, 10, 12, 13, 14, 16, 18], metavar="Z,Z…",
                        help="default 6,8,10,12,13,14,16,18")
    parser.add_argument("--layers", type=names, default=LAYERS, metavar="A,B…", help=f"default {','.join(LAYERS)}")
    parser.add_argument("--seconds", type=int, default=10, help="of load on each layer, zoom and server (10)")
    parser.add_argument("--connections", type=int, default=16, help="that wrk keeps open, on 2 threads (16)")
    parser.add_argument("--scale", type=float, default=1.0,
                        help="of the département: 1 is 6,000 km², 0.01 to try this program (1)")
    parser.add_argument("--only", type=names, default=["tuilerie", "martin", "ready", "bytes", "warm"], metavar="PART,…",
                        help="of tuilerie, martin, ready, bytes, warm (all)")
    parser.add_argument("--profile", choices=["release", "dev"], default="release",
                        help="of what cargo builds here; figures of dev mean nothing")
    parser.add_argument("--fresh", action="store_true", help="make the database cluster again")
    parser.add_argument("--pg-dir", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("COMPARE_PG_DIR", WORK / "pg")),
                        help="where the cluster is kept (target/compare/pg, or $COMPARE_PG_DIR)")
    parser.add_argument("--database", action="store_true",
                        help="start the database, load it if need be, print its address and wait for Ctrl-C")
    return parser.parse_args()


def main():
    asked = arguments()
    # SIGTERM ends this as Ctrl-C does: through every `with`.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    WORK.mkdir(parents=True, exist_ok=True)
    database = f"departement_{asked.scale:g}"
    cluster = Cluster(asked.pg_dir)
    if asked.fresh:
        cluster.discard()
    with cluster:
        cluster.ensure(database, lambda: [*cargo_run(asked.profile), "--scale", str(asked.scale)])
        if asked.database:
            print(cluster.url(database), flush=True)
            signal.pause()
        compare(asked, cluster, database)


def compare(asked, cluster, database):
    """Everything, printed as it comes."""
    result = {"machine": machine(cluster, database), "asked": vars(asked), "cold": [], "memory_mb": {}}
    lines = []

    def say(text=""):
        print(text, flush=True)
        lines.append(text)

    say("# Tuilerie and Martin on one PostGIS\n")
    for key, value in result["machine"].items():
        say(f"- {key}: {value}")
    cluster.warm(database, LAYERS)
    if {"tuilerie", "martin"} & set(asked.only):
        with contextlib.ExitStack() as running:
            contestants = start(asked, cluster, database, running, say)
            say(f"\n## Cold: distinct tiles, no caches, gzip, {asked.seconds} s each, {asked.connections} connections\n")
            say(report.HEAD)
            for layer, zoom, measures in cold(asked, cluster, database, contestants):
                say(report.row(layer, zoom, measures))
                result["cold"].append({"layer": layer, "zoom": zoom} | plain(measures))
            say(f"\n{report.NOTES}")
            for server in contestants:
                memory = result["memory_mb"][server.name] = server.memory()
                say(f"Memory of {server.name} after all this: {memory['RssAnon']:.0f} MB anonymous,"
                    f" {memory['VmRSS']:.0f} MB resident, {memory['VmHWM']:.0f} MB at its peak.")
    if "ready" in asked.only:
        say("\n## Made, against the same tiles ready made and uncompressed, through the same server and compressor\n")
        result["ready"] = against_ready(asked, cluster, database, say)
    if "bytes" in asked.only:
        say("\n## Bytes of the same features and attributes\n")
        result["bytes"] = equal_bytes(asked, cluster, database, say)
    if "warm" in asked.only:
        say("\n## Warm\n")
        result["warm"] = warm(asked, cluster, database, say)
    (WORK / "result.md").write_text("\n".join(lines) + "\n")
    (WORK / "result.json").write_text(json.dumps(result, indent=1, default=str))


def start(asked, cluster, database, running, say):
    """The servers of the cold part, both up all along; only one is under load at a time."""
    contestants = []
    if "tuilerie" in asked.only:
        store = WORK / "store"
        shutil.rmtree(store, ignore_errors=True)
        ours = servers.tuilerie(build(asked.profile), cluster.url(database), store, cached=False)
        contestants.append(running.enter_context(ours))
        ours.must_serve(asked.layers)
        features = sum(int(cluster.query(database, f"SELECT count(*) FROM {layer}")[0][0]) for layer in LAYERS)
        say(f"- loaded: {features:,} features in {ours.seconds_to_ready:.1f} s from start to ready,"
            f" {features / ours.seconds_to_ready:,.0f} a second")
    if "martin" in asked.only:
        program = servers.martin_program()
        say(f"- peer: {servers.martin_version(program)}")
        theirs = servers.martin(program, cluster.url(database), asked.connections)
        contestants.append(running.enter_context(theirs))
        theirs.must_serve(asked.layers)
    return contestants


def cold(asked, cluster, database, contestants):
    """Yields layer, zoom, and each contestant's measure, of the same list of tiles."""
    for layer in asked.layers:
        found = load.places(cluster, database, layer)
        for zoom in asked.zooms:
            wanted = load.drawn(load.tiles(found, zoom))
            measures = {}
            for server, measure in load.cold(contestants, layer, zoom, wanted, asked.seconds, asked.connections):
                measures[server.name] = measure
                cluster.cancel(database)
            yield layer, zoom, measures


def against_ready(asked, cluster, database, say):
    """What Tuilerie reaches of what it could if it had nothing to make, from a layer's detail zoom up."""
    rows, program = [], build(asked.profile)
    with servers.tuilerie(program, cluster.url(database), WORK / "store", cached=False) as ours:
        ours.must_serve(asked.layers)
        say(report.READY_HEAD)
        for layer, zoom, wanted in detailed(asked, cluster, database):
            share = ready.measure(ours, program, layer, zoom, wanted, asked.seconds, asked.connections)
            say(report.ready_row(layer, zoom, share))
            rows.append({"layer": layer, "zoom": zoom} | dataclasses.asdict(share))
    return rows


def detailed(asked, cluster, database):
    """Yields layer, zoom and the list of tiles, from a layer's detail zoom up."""
    for layer in asked.layers:
        found = load.places(cluster, database, layer)
        for zoom in (zoom for zoom in asked.zooms if zoom >= DETAIL):
            yield layer, zoom, load.drawn(load.tiles(found, zoom))


def equal_bytes(asked, cluster, database, say):
    """Tuilerie's tiles against ST_AsMVT of what they hold, from a layer's detail zoom up."""
    rows = []
    with servers.tuilerie(build(asked.profile), cluster.url(database), WORK / "store", cached=False) as ours:
        ours.must_serve(asked.layers)
        say(report.SAME_HEAD)
        for layer, zoom, wanted in detailed(asked, cluster, database):
            measured = same.measure(ours, cluster, database, layer, zoom, wanted[:load.SAMPLE])
            say(report.same_row(layer, zoom, measured))
            rows.append({"layer": layer, "zoom": zoom} | dataclasses.asdict(measured))
    return rows


def warm(asked, cluster, database, say):
    """Tuilerie with its cache against nginx with the same bytes on disk."""
    store = WORK / "store"
    wanted = load.tiles(load.places(cluster, database, "ocs"), 14)[:WARM_TILES]
    files = WORK / "warm"
    shutil.rmtree(files, ignore_errors=True)
    with servers.tuilerie(build(asked.profile), cluster.url(database), store, cached=True) as ours:
        ours.must_serve(["ocs"])
        paths = [ours.path("ocs", 14, tile) for tile in wanted]
        for path in paths:
            file = files / f"{path[1:]}.gz"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(load.fetch(ours, path))
        with servers.nginx(files) as ceiling:
            same = all(load.fetch(ours, path) == load.fetch(ceiling, path) for path in paths)
            rounds = [[load.wrk(server, paths, asked.seconds, asked.connections) for server in (ours, ceiling)]
                      for _ in range(WARM_ROUNDS)]
    say(report.warm(rounds, len(paths), same))
    return {"tiles": len(paths), "same_bytes": same,
            "rounds": [plain({"tuilerie": ours, "nginx": ceiling}) for ours, ceiling in rounds]}


def plain(measures):
    """For JSON, whose keys are text."""
    def one(measure):
        if measure is None:
            return None
        fields = dataclasses.asdict(measure)
        fields["contents"] = {f"{x}/{y}": held for (x, y), held in fields["contents"].items()}
        return fields
    return {name: one(measure) for name, measure in measures.items()}


def machine(cluster, database) -> dict[str, str]:
    """What the figures depend on."""
    processor = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    version = cluster.query(database, "SELECT split_part(version(), ' ', 2) || ', PostGIS ' || postgis_lib_version()")
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{processor}, {os.cpu_count()} cores (shared with wrk and PostgreSQL), {memory:.0f} GB,"
                   f" Linux {platform.release()}",
        "commit": commit.stdout.strip(),
        "database": f"{database} on PostgreSQL {version[0][0]}; " +
                    ", ".join(f"{key} {value}" for key, value in SETTINGS.items() if key != "listen_addresses"),
    }


def build(profile: str) -> pathlib.Path:
    """The program under measurement, of the sources as they are."""
    cargo(profile, "--bin", "tuilerie")
    return TARGET / folder(profile) / "tuilerie"


def cargo_run(profile: str) -> list[str]:
    """What writes the département."""
    cargo(profile, "--example", "departement")
    return [str(TARGET / folder(profile) / "examples/departement")]


def cargo(profile: str, *what: str):
    subprocess.run(["cargo", "build", "--locked", "--quiet", "--profile", profile, *what], check=True, cwd=ROOT)


def folder(profile: str) -> str:
    return "debug" if profile == "dev" else profile


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nstopped")
