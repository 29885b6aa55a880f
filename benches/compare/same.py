"""The bytes of tiles of the same features and attributes: Tuilerie's as it sends them, and ST_AsMVT's.

What Martin itself sends cannot be held against Tuilerie's bytes: it leaves out most features that lie
only in the buffer, and all ids. So PostGIS is asked for what Martin would ask, with those in; gzip at the
level that Martin uses.
"""

import dataclasses
import gzip

from cluster import Cluster
from load import Tile, content, fetch
from servers import Server

MARTIN_GZIP_LEVEL = 6
BUFFER = 64
EXTENT = 4096


@dataclasses.dataclass
class Same:
    """A layer and zoom: the sums over some tiles."""

    ours: int = 0
    theirs: int = 0
    our_plain: int = 0
    their_plain: int = 0
    our_features: int = 0
    their_features: int = 0


def measure(server: Server, cluster: Cluster, database: str, layer: str, zoom: int, wanted: list[Tile]) -> Same:
    """Both servers' bytes of these tiles."""
    query, same = _query(cluster, database, layer), Same()
    for x, y in wanted:
        ours = content(fetch(server, server.path(layer, zoom, (x, y))))
        plain = bytes.fromhex(cluster.query(database, query.format(z=zoom, x=x, y=y))[0][0])
        theirs = content(gzip.compress(plain, MARTIN_GZIP_LEVEL))
        same.ours += ours.gzip_bytes
        same.theirs += theirs.gzip_bytes
        same.our_plain += ours.plain_bytes
        same.their_plain += theirs.plain_bytes
        same.our_features += ours.features
        same.their_features += theirs.features
    return same


def _query(cluster: Cluster, database: str, layer: str) -> str:
    """As Martin asks, but wide enough around the tile that no feature of the buffer is missed in
    EPSG:2154 (it turns against Web Mercator), and with an integer key both as id and as attribute."""
    columns = cluster.query(database, f"""
        SELECT quote_ident(attname), attname = 'id' AND atttypid = 'int4'::regtype FROM pg_attribute
        WHERE attrelid = '{layer}'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'geom'
        ORDER BY attnum""")
    keyed = any(is_key == "t" for _, is_key in columns)
    return f"""
        SELECT encode(ST_AsMVT(tile, '{layer}', {EXTENT}, 'shape'{", 'key'" if keyed else ""}), 'hex')
        FROM (SELECT {"id AS key, " if keyed else ""}{", ".join(name for name, _ in columns)},
                     ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope({{z}}, {{x}}, {{y}}),
                                  {EXTENT}, {BUFFER}, true) AS shape
              FROM {layer}
              WHERE geom && ST_Expand(ST_Transform(
                  ST_TileEnvelope({{z}}, {{x}}, {{y}}, margin => {BUFFER / EXTENT}), 2154), 50)
              ORDER BY id) AS tile
        WHERE shape IS NOT NULL"""
