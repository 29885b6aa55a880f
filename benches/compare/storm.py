#!/usr/bin/env python3
"""How soon an edit is on the map: edits at a steady rate while others read tiles; from the answer to COMMIT to the
first request that gets the new tile. At the end every edited tile is compared with that of a server that has just read
the tables. With --kills the database is killed twice meanwhile and the server once; without, one point that overviews
show is edited now and then too, and waited for at each of OVERVIEWS. With --bulk there is no storm, but one transaction
that adds so many rows: from its COMMIT until all are served, overviews too. On the private cluster of compare.py, in a
database of its own.
"""

import argparse
import concurrent.futures
import http.client
import json
import math
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import threading
import time

from cluster import Cluster
from servers import ROOT, WORK, tuilerie

DATABASE = "storm"
ZOOM = 18
OVERVIEWS = (8, 10, 12)
MARKS = 10  # few enough values that the column stays a class

# Points 7 m apart over 7 km, with nine columns.
TABLES = """
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS affleurants;
CREATE TABLE affleurants (id int PRIMARY KEY, insee text, nature text, producer text, precision_cm int, height float8,
    surveyed date, state text, remark text, geom geometry(Point, 4326));
{insert};
CREATE INDEX ON affleurants USING gist (geom);
VACUUM ANALYZE;
"""

INSERT = """INSERT INTO affleurants SELECT i, '34172', 'nature ' || i % 40, 'producer ' || i % 7, i % 9, i / 7.0,
    date '2020-01-01' + i % 2000, 'state', md5(i::text),
    ST_SetSRID(ST_MakePoint(3.8 + i % 1000 * 0.0001, 43.5 + i / 1000 * 0.00007), 4326)
    FROM generate_series({first}, {last}) AS i"""


def place(row: int) -> tuple[float, float]:
    return 3.8 + row % 1000 * 0.0001, 43.5 + row // 1000 * 0.00007


def tile(zoom: int, longitude: float, latitude: float) -> tuple[int, int]:
    side = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int((longitude + 180) / 360 * side), int(y * side)


def drawn(key: int) -> float:
    """What decides which points overviews show, from 0 on: the finaliser of splitmix64, as in the server."""
    z = (key + 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    return (z ^ z >> 31) / 2**64


class Reader:
    """A client that keeps its connection, and connects again to a server that comes back."""

    def __init__(self, server):
        self.server = server
        self.connect()

    def connect(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)

    def get(self, row: int) -> bytes:
        return self.tile(ZOOM, place(row))

    def tile(self, zoom: int, where: tuple[float, float]) -> bytes:
        started = time.monotonic()
        while True:
            try:
                self.connection.request("GET", self.server.path("affleurants", zoom, tile(zoom, *where)))
                answer = self.connection.getresponse()
                body = answer.read()
                if answer.status != 503:  # a server that has just started
                    break
                if time.monotonic() - started > 30:
                    raise SystemExit("a tile answered 503 for 30 s")
                time.sleep(0.01)
            except (OSError, http.client.HTTPException):
                if time.monotonic() - started > 30:
                    raise
                time.sleep(0.05)
                self.connect()
        if answer.status not in (200, 204):
            raise SystemExit(f"a tile answered {answer.status}")
        return body


class Session:
    """A psql that stays: one statement after the other, each its own transaction."""

    def __init__(self, cluster: Cluster):
        self.psql = subprocess.Popen(
            [cluster.bin / "psql", "-X", "-A", "-t", "-q", "-d", cluster.url(DATABASE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def run(self, statement: str):
        """Returns when it is committed."""
        self.psql.stdin.write(f"{statement};\n\\echo done\n")
        self.psql.stdin.flush()
        while self.psql.stdout.readline().strip() != "done":
            pass

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def wait_for(server, row: int, marker: bytes, committed: float) -> float:
    reader = Reader(server)
    while marker not in reader.get(row):
        if time.monotonic() - committed > 60:
            raise SystemExit(f"row {row} is not on the map after 60 s")
        time.sleep(0.002)
    return time.monotonic() - committed


def read_along(server, rows: int, pause: float, ended: threading.Event, times: list[float]):
    reader = Reader(server)
    while not ended.wait(pause):
        start = time.monotonic()
        reader.get(random.randrange(rows))
        times.append(time.monotonic() - start)


def edit_overviews(server, cluster: Cluster, rows: int, ended: threading.Event, times: dict[int, list[float]]):
    """Edits a point that stands alone and that all of OVERVIEWS show, and waits for it there."""
    session, reader, where = Session(cluster), Reader(server), (3.77, 43.53)
    point = next(key for key in range(rows, rows + 1_000_000) if drawn(key) < 0.001)
    session.run(f"INSERT INTO affleurants (id, state, geom) VALUES ({point}, 'mark-0', ST_SetSRID(ST_MakePoint{where}, 4326))")
    number = 0
    while not ended.wait(random.uniform(0, 3)):
        number += 1
        mark = f"mark-{number % MARKS}"
        session.run(f"UPDATE affleurants SET state = '{mark}' WHERE id = {point}")
        committed, waiting = time.monotonic(), set(OVERVIEWS)
        while waiting and time.monotonic() - committed < 120:
            for zoom in [zoom for zoom in waiting if mark.encode() in reader.tile(zoom, where)]:
                times[zoom].append(time.monotonic() - committed)
                waiting.remove(zoom)
            time.sleep(0.01)
        if waiting:
            raise SystemExit(f"an edit is not shown at {waiting} after 120 s")
    session.close()


def kill(what: str, server, cluster: Cluster):
    """As a crash would, and starts it again."""
    if what == "database":
        cluster.crash()
    else:
        server.process.kill()
        server.process.wait()
        server.__enter__()


def weight(server) -> str:
    descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    anonymous, cache = server.memory()["RssAnon"], server.metric("tuilerie_cache_bytes") / 2**20
    return f"{anonymous:.0f} MB anonymous, {cache:.0f} of them cached tiles, {descriptors} descriptors"


def storm(server, cluster: Cluster, asked) -> tuple[dict[str, list[float]], set[int]]:
    """The times of edits and of readers in seconds, and the rows edited."""
    session, ended, read = Session(cluster), threading.Event(), []
    readers = [threading.Thread(target=read_along, args=(server, asked.rows, 8 / asked.reads, ended, read)) for _ in range(8)]
    overviews = {zoom: [] for zoom in OVERVIEWS}
    if not asked.kills:
        readers.append(threading.Thread(target=edit_overviews, args=(server, cluster, asked.rows, ended, overviews)))
    [reader.start() for reader in readers]
    kills = {0.3: "database", 0.5: "server", 0.7: "database"} if asked.kills else {}
    edits, seen = {}, []
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        start, number, looks = time.monotonic(), 0, 0
        while time.monotonic() - start < asked.seconds:
            time.sleep(max(0, start + number / asked.edits - time.monotonic()))
            row, marker = random.randrange(asked.rows), f"edit-{number}-"
            if row in edits:
                if not edits[row].done():
                    continue  # edited anew, its first edit might never be seen
                seen.append(edits[row].result())
            number += 1
            session.run(f"UPDATE affleurants SET remark = '{marker}' WHERE id = {row}")
            edits[row] = pool.submit(wait_for, server, row, marker.encode(), time.monotonic())
            passed = (time.monotonic() - start) / asked.seconds
            if passed > (looks + 1) / 10:
                looks += 1
                print(f"{looks * 10} %: {weight(server)}", flush=True)
            for at in [at for at in kills if passed > at]:
                session.close()
                print(f"the {kills[at]} is killed", flush=True)
                kill(kills.pop(at), server, cluster)
                session = Session(cluster)
                # Not all edits that were missed at once.
                start += time.monotonic() - (start + number / asked.edits)
        seen += [edit.result() for edit in edits.values()]
    session.close()
    ended.set()
    [reader.join() for reader in readers]
    times = {"from COMMIT to the map": seen, "a tile read meanwhile": read}
    return times | {f"from COMMIT to the overview at z{zoom}": overviews[zoom] for zoom in OVERVIEWS}, set(edits)


def bulk(server, cluster: Cluster, asked) -> tuple[dict[str, list[float]], set[int]]:
    """Likewise, for one transaction of asked.bulk rows. The layer is served as a whole once its count is right: it
    is read anew."""
    ended, read = threading.Event(), []
    readers = [threading.Thread(target=read_along, args=(server, asked.rows, 8 / asked.reads, ended, read)) for _ in range(8)]
    [reader.start() for reader in readers]
    all_rows = asked.rows + asked.bulk
    cluster.query(DATABASE, INSERT.format(first=asked.rows, last=all_rows - 1))
    committed = time.monotonic()
    while features(server) != all_rows:
        if time.monotonic() - committed > 600:
            raise SystemExit("not all rows are there after 600 s")
        time.sleep(0.1)
    print(f"{asked.bulk} rows are served {time.monotonic() - committed:.1f} s after COMMIT; {weight(server)}", flush=True)
    ended.set()
    [reader.join() for reader in readers]
    return {"a tile read meanwhile": read}, set(random.sample(range(all_rows), 2000))


def features(server) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/health/ready")
    return json.loads(connection.getresponse().read())["layers"]["affleurants"]["features"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="how long (300)")
    parser.add_argument("--edits", type=float, default=50, help="a second (50)")
    parser.add_argument("--reads", type=float, default=500, help="tiles read by others, a second (500)")
    parser.add_argument("--kills", action="store_true", help="kill the database twice and the server once meanwhile")
    parser.add_argument("--bulk", type=int, default=0, help="add so many rows in one transaction instead (0)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the table (1,000,000)")
    parser.add_argument("--tuilerie", type=pathlib.Path, default=ROOT / "target/release/tuilerie")
    parser.add_argument("--pg-dir", type=pathlib.Path, default=pathlib.Path(os.environ.get("COMPARE_PG_DIR", WORK / "pg")))
    asked = parser.parse_args()
    with Cluster(asked.pg_dir) as cluster, tempfile.TemporaryDirectory() as store, tempfile.TemporaryDirectory() as other:
        if not cluster.query("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            cluster.query("postgres", f"CREATE DATABASE {DATABASE}")
        insert = INSERT.format(first=0, last=asked.rows - 1)
        for statement in TABLES.format(insert=insert).strip().split(";\n"):
            cluster.query(DATABASE, statement)
        subprocess.run([asked.tuilerie, "watch", "install", cluster.url(DATABASE)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with tuilerie(asked.tuilerie, cluster.url(DATABASE), pathlib.Path(store), cached=True) as server:
            times_of, rows = (bulk if asked.bulk else storm)(server, cluster, asked)
            with tuilerie(asked.tuilerie, cluster.url(DATABASE), pathlib.Path(other), cached=True) as new:
                ours, theirs = Reader(server), Reader(new)
                stale = sum(ours.get(row) != theirs.get(row) for row in rows)
                time.sleep(10)  # they may follow so much later
                overviews = [(zoom, place(row)) for row in rows for zoom in (6, *OVERVIEWS, 13)]
                stale += sum(ours.tile(*overview) != theirs.tile(*overview) for overview in random.sample(overviews, 500))
            print("| | number | p50 ms | p99 ms | longest ms |\n|---|--:|--:|--:|--:|")
            for name, times in times_of.items():
                if len(times) < 2:
                    continue
                cuts = statistics.quantiles(times, n=100)
                print(f"| {name} | {len(times)} | {1000 * cuts[49]:.1f} | {1000 * cuts[98]:.1f} | {1000 * max(times):.1f} |")
            print(f"\n{stale} of {len(rows)} edited tiles and 500 overviews differ from a new server's; {weight(server)}")


if __name__ == "__main__":
    main()
