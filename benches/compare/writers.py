#!/usr/bin/env python3
"""What `tuilerie watch` costs those who write: statements on a table that is not watched and on the same
table watched, by turns: the median of each, and of the ratios of the pairs. On the private cluster of compare.py, in a database of its own.
"""

import argparse
import os
import pathlib
import statistics
import subprocess

from cluster import Cluster
from servers import ROOT, WORK

DATABASE = "writers"

# Ten columns beside the geometry's; polygons of 98 vertices, as the land cover's.
TABLES = """
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS points, cover;
CREATE TABLE points (id int PRIMARY KEY, insee text, nature text, producer text, precision_cm int, height float8,
    surveyed date, state text, remark text, geom geometry(Point, 2154));
INSERT INTO points SELECT i, '34172', 'nature ' || i % 40, 'producer ' || i % 7, i % 9, i / 7.0,
    date '2020-01-01' + i % 2000, 'state', md5(i::text), ST_SetSRID(ST_MakePoint(700000 + i % 1000, 6200000 + i / 1000), 2154)
    FROM generate_series(1, 200000) AS i;
CREATE INDEX ON points USING gist (geom);
CREATE TABLE cover (id int PRIMARY KEY, code text, use text, millesime int, source text, geom geometry(Polygon, 2154));
INSERT INTO cover SELECT i, 'CS1.' || i % 20, 'US' || i % 15, 2024, 'source',
    (SELECT ST_SetSRID(ST_MakePolygon(ST_MakeLine(ST_MakePoint(
        700000 + 60 * (i % 1000) + (25 + (v % 97 * 7 % 5)) * cos(v * 2 * pi() / 97),
        6200000 + 60 * (i / 1000) + (25 + (v % 97 * 7 % 5)) * sin(v * 2 * pi() / 97)) ORDER BY v)), 2154)
     FROM (SELECT generate_series(0, 96) AS v UNION ALL SELECT 97) AS ring)
    FROM generate_series(1, 50000) AS i;
CREATE INDEX ON cover USING gist (geom);
VACUUM ANALYZE;
"""

STATEMENTS = {
    "points: an attribute of 10,000": "UPDATE points SET state = md5(random()::text) WHERE id <= 10000",
    "points: 10,000 moved": "UPDATE points SET geom = ST_Translate(geom, 0.01, 0) WHERE id <= 10000",
    "points: 10,000 inserted": "INSERT INTO points SELECT id + 1000000, insee, nature, producer, precision_cm, height,"
                               " surveyed, state, remark, geom FROM points WHERE id <= 10000",
    "points: 10,000 deleted": "DELETE FROM points WHERE id <= 10000",
    "points: one": "UPDATE points SET state = md5(random()::text) WHERE id = 5",
    "points: all 200,000": "UPDATE points SET state = md5(random()::text)",
    "land cover: a class of 10,000": "UPDATE cover SET use = md5(random()::text) WHERE id <= 10000",
    "land cover: 10,000 moved": "UPDATE cover SET geom = ST_Translate(geom, 0.01, 0) WHERE id <= 10000",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of each statement, watched and not (15)")
    parser.add_argument("--only", default="", help="statements whose name holds this")
    parser.add_argument("--tuilerie", type=pathlib.Path, default=ROOT / "target/release/tuilerie")
    parser.add_argument("--pg-dir", type=pathlib.Path, default=pathlib.Path(os.environ.get("COMPARE_PG_DIR", WORK / "pg")))
    asked = parser.parse_args()
    with Cluster(asked.pg_dir) as cluster:
        if not cluster.query("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            cluster.query("postgres", f"CREATE DATABASE {DATABASE}")
        for statement in TABLES.strip().split(";\n"):
            cluster.query(DATABASE, statement)
        subprocess.run([asked.tuilerie, "watch", "install", cluster.url(DATABASE)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print("| statement | ms alone | ms watched | slower by |\n|---|--:|--:|--:|")
        for name, statement in ((n, s) for n, s in STATEMENTS.items() if asked.only in n):
            alone, watched = measure(cluster, statement, asked.rounds)
            ratio = statistics.median(w / a for w, a in zip(watched, alone))
            print(f"| {name} | {statistics.median(alone):.2f} | {statistics.median(watched):.2f} |"
                  f" {100 * (ratio - 1):.0f} % |", flush=True)


def measure(cluster: Cluster, statement: str, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds alone and watched, by PostgreSQL's own clock, in one session, COMMIT not included: each is rolled back,
    so that the table stays the same. Triggers are switched by a transaction that is rolled back with it."""
    table = "cover" if "cover" in statement else "points"

    def once(watched: bool) -> str:
        switch = "ENABLE ALWAYS" if watched else "DISABLE"
        triggers = "; ".join(f"ALTER TABLE {table} {switch} TRIGGER tuilerie_{kind}"
                             for kind in ("insert", "update", "delete"))
        return f"""BEGIN; {triggers};
            DO $$ BEGIN PERFORM set_config('writers.start', clock_timestamp()::text, true); END $$;
            {statement};
            SELECT '{watched}', 1000 * extract(epoch FROM clock_timestamp() - current_setting('writers.start')::timestamptz);
            ROLLBACK;"""

    times: dict[str, list[float]] = {"False": [], "True": []}
    for _ in range(rounds):
        cluster.query(DATABASE, f"VACUUM {table}")
        # Twice each: the first warms the session.
        taken = cluster.query(DATABASE, 2 * (once(False) + once(True)))
        for watched, took in taken[2:]:
            times[watched].append(float(took))
    return times["False"], times["True"]


if __name__ == "__main__":
    main()
