#!/usr/bin/env python3
"""Drawing, against MapLibre Native (pymgl 0.5.0 from PyPI, into an environment of its own below target/compare): the
same tiles of the made-up commune in the same style `plan`, in one run, one tile after the other. Seconds of CPU a tile,
PNG included: ours are those of the server's process, HTTP and all; theirs those of a process that has the style, asks
our server for vector tiles, glyphs and sprite, and draws (what serving these costs is not counted). Twice over all
tiles: the first time nothing is there, the second what each keeps. No images are kept (--cache 0).

Writes docs/images/drawn-compared.webp: a tile as we, MapLibre Native and MapLibre GL JS in Chromium draw it.
Native draws with no screen through EGL and Mesa: apt-get install libegl1 libgles2 libgl1-mesa-dri, should it not start.
"""

import argparse
import http.client
import json
import math
import os
import subprocess
import sys
import time
import venv

from servers import ROOT, WORK, Server, free_port

PYMGL = "pymgl==0.5.0"
MIDDLE = (2.8894, 43.2815)
PASSES = ("first", "again")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--zooms", type=int, nargs="+", default=[12, 14, 16, 18])
    arguments.add_argument("--across", type=int, default=4, help="tiles along a side of the area")
    arguments.add_argument("--program", default=ROOT / "target/release/tuilerie")
    arguments.add_argument("--image", default=ROOT / "docs/images/drawn-compared.webp")
    arguments.add_argument("--work", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.work:
        print(json.dumps(native(json.loads(given.work))))
        return
    python = environment()
    port = free_port()
    command = [given.program, "demo", "--listen", f"127.0.0.1:{port}", "--cache", "0"]
    rows = []
    with Server("tuilerie-draws", command, port, "/health/ready", "/tiles") as server:
        for zoom in given.zooms:
            for ratio in (1, 2):
                tiles = around(zoom, given.across)
                job = {"style": f"http://127.0.0.1:{port}/styles/plan", "ratio": ratio, "tiles": tiles,
                       "zoom": zoom, "folder": str(WORK / "drawn")}
                theirs = json.loads(subprocess.run(
                    [python, __file__, "--work", json.dumps(job)], check=True, stdout=subprocess.PIPE,
                    env={**os.environ, "EGL_PLATFORM": "surfaceless"}).stdout)
                ours = tuilerie(server, job)
                rows += [(zoom, ratio, name, ours[name], theirs[name]) for name in PASSES]
        print("| z | ratio | pass | Tuilerie, ms of CPU a tile | MapLibre Native | times |\n|--:|--:|---|--:|--:|--:|")
        for zoom, ratio, name, ours, theirs in rows:
            print(f"| {zoom} | @{ratio}x | {name} | {ours * 1e3:.1f} | {theirs * 1e3:.1f} | {theirs / ours:.1f} |")
        compared = ["node", ROOT / "viewer/tests/compared.mjs", f"http://127.0.0.1:{port}", str(WORK / "drawn"),
                    str(given.image)]
        subprocess.run(compared, check=True, cwd=ROOT / "viewer")


def around(zoom: int, across: int) -> list[tuple[int, int]]:
    """The tiles of an area in the middle of the town."""
    lon, lat = MIDDLE
    count = 2**zoom
    x = (lon + 180) / 360 * count
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * count
    first = [round(at - across / 2) for at in (x, y)]
    return [(first[0] + at % across, first[1] + at // across) for at in range(across * across)]


def tuilerie(server: Server, job: dict) -> dict[str, float]:
    """Seconds of CPU a tile, in both passes."""
    suffix = "@2x" if job["ratio"] == 2 else ""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    seconds = {}
    for name in PASSES:
        before = cpu_of(server.process.pid)
        for x, y in job["tiles"]:
            connection.request("GET", f"/styles/plan/{job['zoom']}/{x}/{y}{suffix}.png")
            answer = connection.getresponse()
            image = answer.read()
            if answer.status != 200:
                raise SystemExit(f"tile {x}/{y}: {answer.status}")
            keep(job, "ours", (x, y), image)
        seconds[name] = (cpu_of(server.process.pid) - before) / len(job["tiles"])
    return seconds


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has taken, to a hundredth."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def native(job: dict) -> dict[str, float]:
    """The same of this process, drawing with MapLibre Native."""
    import urllib.request

    import pymgl

    style = urllib.request.urlopen(job["style"]).read().decode()
    seconds = {}
    with pymgl.Map(style, 512, 512, job["ratio"], *MIDDLE, job["zoom"]) as drawn:
        drawn.load()
        for name in PASSES:
            before = time.process_time()
            for x, y in job["tiles"]:
                drawn.setCenter(*centre(job["zoom"], x, y))
                keep(job, "native", (x, y), drawn.renderPNG())
            seconds[name] = (time.process_time() - before) / len(job["tiles"])
    return seconds


def centre(zoom: int, x: int, y: int) -> tuple[float, float]:
    count = 2**zoom
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / count))))
    return ((x + 0.5) / count * 360 - 180, lat)


def keep(job: dict, who: str, place: tuple[int, int], image: bytes):
    os.makedirs(job["folder"], exist_ok=True)
    x, y = place
    with open(f"{job['folder']}/{who}-{job['zoom']}-{x}-{y}@{job['ratio']}x.png", "wb") as file:
        file.write(image)


def environment() -> str:
    """A Python that has pymgl."""
    folder = WORK / "pymgl"
    python = str(folder / "bin/python")
    if not folder.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PYMGL], check=True)
    return python


if __name__ == "__main__":
    sys.exit(main())
