"""What is asked of a server, and what comes of it: which tiles, how fast, how large, how full."""

import concurrent.futures
import dataclasses
import gzip
import http.client
import json
import os
import pathlib
import random
import subprocess
import time

import mvt
from servers import WORK, Server, required

THREADS = 2
# A tile that takes longer is given up, with its zoom.
PATIENCE = 60.0
SAMPLE = 50
HALF_WORLD = 20037508.342789244

Tile = tuple[int, int]


@dataclasses.dataclass
class Content:
    """One tile as it came."""

    gzip_bytes: int
    plain_bytes: int
    features: int


@dataclasses.dataclass
class Measure:
    """A layer and zoom on one server."""

    tiles_a_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    requests: int
    distinct: int
    # Whether wrk measured it, or the few tiles were too slow for that and came one by one.
    by_wrk: bool
    contents: dict[Tile, Content] = dataclasses.field(default_factory=dict)


def places(cluster, database: str, layer: str) -> list[tuple[float, float]]:
    """Where features are, in Web Mercator metres: each counts once, in an order that is random
    and always the same. So tiles come up as often as there is something on them to look at."""
    rows = cluster.query(database, f"""
        SELECT ST_X(point), ST_Y(point)
        FROM (SELECT ST_Transform(ST_PointOnSurface(geom), 3857) AS point
              FROM (SELECT geom FROM {layer} ORDER BY md5(id::text) LIMIT 200000) AS drawn) AS placed""")
    return [(float(x), float(y)) for x, y in rows]


def tiles(found: list[tuple[float, float]], zoom: int) -> list[Tile]:
    """The distinct tiles that these places lie on, in their order."""
    scale = (1 << zoom) / (2 * HALF_WORLD)
    at = ((int((x + HALF_WORLD) * scale), int((HALF_WORLD - y) * scale)) for x, y in found)
    return list(dict.fromkeys(at))


def drawn(distinct: list[Tile]) -> list[Tile]:
    """The half that came up first, so towns before empty country; then shuffled, because a slow
    server gets through the head of the list alone, and that must weigh as much as the whole."""
    half = distinct[: (len(distinct) + 1) // 2]
    random.Random(1).shuffle(half)
    return half


def time_of_one(server: Server, layer: str, zoom: int, tile: Tile) -> float | None:
    """Seconds for one tile, None beyond the patience. Where the first answer is quick the second is
    taken: the first pays for plans and connections."""
    took = PATIENCE
    for _ in range(2):
        start = time.monotonic()
        try:
            fetch(server, server.path(layer, zoom, tile))
        except TimeoutError:
            return None
        except OSError:
            pass  # wrk will count it
        took = time.monotonic() - start
        if took > 1.0:
            break
    return took


def cold(servers: list[Server], layer: str, zoom: int, wanted: list[Tile], seconds: int, connections: int):
    """Yields a server and its [Measure], or None where it does not answer in the patience."""
    times = {server.name: time_of_one(server, layer, zoom, wanted[0]) for server in servers}
    slow = {name for name, took in times.items() if took is None or took * connections > seconds}
    if slow:
        # The same few for all: their mean is far from that of the list.
        wanted = wanted[: 2 * (os.cpu_count() or 1)]
    for server in servers:
        if times[server.name] is None:
            yield server, None
        elif server.name in slow:
            yield server, _one_by_one(server, layer, zoom, wanted)
        else:
            paths = [server.path(layer, zoom, tile) for tile in wanted]
            measure = wrk(server, paths, seconds, connections)
            measure.contents = _sample(server, layer, zoom, wanted[:SAMPLE], seconds)
            yield server, measure


def wrk(server: Server, paths: list[str], seconds: int, connections: int) -> Measure:
    """Walks the list for so many seconds, each path once before any comes again."""
    listed = WORK / "paths.txt"
    listed.write_text("".join(f"{path}\n" for path in paths))
    threads = min(THREADS, len(paths))
    command = [required("wrk", "wrk"), "-t", threads, "-c", connections, "-d", f"{seconds}s", "--timeout",
               f"{PATIENCE:.0f}s", "-s", pathlib.Path(__file__).with_name("walk.lua"),
               f"http://127.0.0.1:{server.port}", "--", listed, threads]
    out = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    said = json.loads(out.splitlines()[-1])
    # An error is quick to send and no tile. Where a connection broke, no request was counted.
    tiles_a_second = max(said["requests"] - said["errors"], 0) / said["seconds"]
    return Measure(tiles_a_second, said["p50_ms"], said["p99_ms"], said["errors"],
                   said["requests"], len(paths), by_wrk=True)


def fetch(server: Server, path: str) -> bytes:
    """The gzip bytes of a tile; none where nothing lies."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 204):
            raise OSError(f"{server.name} answered {answer.status} to {path}")
        # What a server finds too small to compress counts compressed all the same.
        return body if answer.headers["Content-Encoding"] == "gzip" or not body else gzip.compress(body, 1)
    finally:
        connection.close()


def unpacked(body: bytes) -> bytes:
    """A fetched tile as it was before it was compressed."""
    return gzip.decompress(body) if body else b""


def content(body: bytes) -> Content:
    """What a fetched tile holds."""
    plain = unpacked(body)
    return Content(len(body), len(plain), mvt.features(plain))


def _one_by_one(server: Server, layer: str, zoom: int, wanted: list[Tile]) -> Measure | None:
    """A few slow tiles, as many at a time as there are cores: the most that a server can use."""
    times, contents, errors = [], {}, 0

    def timed(tile):
        start = time.monotonic()
        body = fetch(server, server.path(layer, zoom, tile))
        return tile, time.monotonic() - start, body

    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in concurrent.futures.as_completed([pool.submit(timed, tile) for tile in wanted]):
            try:
                tile, took, body = done.result()
                times.append(took * 1000)
                contents[tile] = body
            except OSError:
                errors += 1
    elapsed = time.monotonic() - start
    if not times:
        return None
    times.sort()
    return Measure(len(times) / elapsed, times[len(times) // 2], times[-1], errors, len(wanted),
                   len(wanted), by_wrk=False,
                   contents={tile: content(body) for tile, body in contents.items()})


def _sample(server: Server, layer: str, zoom: int, wanted: list[Tile], seconds: float):
    """The first tiles of the list, as many as come in the time that the measurement took."""
    contents, end = {}, time.monotonic() + max(seconds, 10)
    for tile in wanted:
        if time.monotonic() > end:
            break
        try:
            contents[tile] = content(fetch(server, server.path(layer, zoom, tile)))
        except OSError:
            pass  # counted by wrk
    return contents
