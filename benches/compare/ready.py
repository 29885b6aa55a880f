"""What a layer's tiles could be served at, at the most: the same tiles, ready made and uncompressed in an archive, through the
same server and the same compressor."""

import contextlib
import dataclasses
import pathlib
import shutil
import sqlite3
import statistics

import load
import servers
from servers import WORK, Server

TILES = 2000
# Pairs of measurements, one server straight after the other.
ROUNDS = 3


@dataclasses.dataclass
class Share:
    """Tiles a second of each round: made, and ready made."""

    made: list[float]
    ready: list[float]

    def of_the_most(self) -> float:
        return statistics.median(made / ready for made, ready in zip(self.made, self.ready))


def measure(ours: Server, program: pathlib.Path, layer: str, zoom: int, wanted: list[load.Tile],
            seconds: int, connections: int) -> Share:
    wanted = wanted[:TILES]
    file = WORK / "ready" / f"{layer}.mbtiles"
    shutil.rmtree(file.parent, ignore_errors=True)
    file.parent.mkdir(parents=True)
    _write(file, zoom, [(tile, load.unpacked(load.fetch(ours, ours.path(layer, zoom, tile)))) for tile in wanted])
    with servers.archive(program, file) as ready:
        ready.must_serve([layer])
        paths = [[server.path(layer, zoom, tile) for tile in wanted] for server in (ours, ready)]
        assert load.fetch(ours, paths[0][0]) == load.fetch(ready, paths[1][0]), "not the same bytes"
        rounds = [[load.wrk(server, listed, seconds, connections).tiles_a_second
                   for server, listed in zip((ours, ready), paths)] for _ in range(ROUNDS)]
    return Share(*map(list, zip(*rounds)))


def _write(file: pathlib.Path, zoom: int, tiles: list[tuple[load.Tile, bytes]]):
    """MBTiles 1.3, whose rows are counted from the south."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        said = {"name": file.stem, "format": "pbf", "minzoom": zoom, "maxzoom": zoom, "json": '{"vector_layers":[]}'}
        database.executemany("INSERT INTO metadata VALUES (?, ?)", [(key, str(value)) for key, value in said.items()])
        rows = [(zoom, x, (1 << zoom) - 1 - y, body) for (x, y), body in tiles]
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        database.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        database.commit()
