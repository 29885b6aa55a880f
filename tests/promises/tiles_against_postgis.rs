//! Tiles held against `ST_AsMVTGeom` and `ST_AsMVT`: the same features at the same places with the
//! same attributes, in whatever CRS the tables are, and every polygon valid.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::mvt::{self, Feature, Value};
use crate::support::postgres::{Database, cluster};
use crate::support::server::Server;

/// The CRS of the tables: Lambert-93, Web Mercator, degrees, CC45.
const SRIDS: [u32; 4] = [2154, 3857, 4326, 3945];

/// Tiles a table; four tables a kind of geometry.
const TILES: usize = 40;

/// Features a tile whose positions are compared; all are compared in everything else.
const POSITIONS: usize = 30;

const ZOOMS: [u32; 8] = [10, 11, 12, 13, 14, 15, 16, 18];

/// Some 1,500 rows a kind within 16 km near Valence, drawn with a seed: a partition of the plane,
/// fine in its middle; stars of 200 vertices that cross any tile border many times; rings, parts.
const DATA: &str = "
    SELECT setseed(0.42);
    CREATE TABLE spots AS
        SELECT 840000 + (random() - 0.5) * size AS x, 6430000 + (random() - 0.5) * size AS y
        FROM (SELECT unnest(ARRAY[16000, 1200, 120]) AS size) s, generate_series(1, 250);
    CREATE TABLE shapes AS
        SELECT 'polygons' AS kind, (ST_Dump(ST_VoronoiPolygons(ST_Collect(ST_MakePoint(x, y))))).geom
        FROM spots
        UNION ALL
        SELECT 'polygons', ST_MakePolygon(ST_AddPoint(line, ST_StartPoint(line))) FROM (
            SELECT i, ST_MakeLine(ST_MakePoint(
                x + reach * cos(j * pi() / 100) * (0.2 + random()),
                y + reach * sin(j * pi() / 100) * (0.2 + random())) ORDER BY j) AS line
            FROM (SELECT row_number() OVER () AS i, x, y, power(10, 1 + 2.5 * random()) AS reach
                  FROM spots) s, generate_series(0, 199) j
            GROUP BY i) stars
        UNION ALL
        SELECT 'polygons', ST_Difference(ST_Buffer(p, r, 16), ST_Buffer(p, r * random(), 8)) FROM (
            SELECT ST_MakePoint(x, y) AS p, power(10, 3 * random()) AS r FROM spots) rings
        UNION ALL
        SELECT 'polygons', ST_Collect(ST_Buffer(p, r, 3), ST_Buffer(ST_Translate(p, 3 * r, r), r, 3))
        FROM (SELECT ST_MakePoint(x, y) AS p, power(10, 3 * random()) AS r FROM spots) pairs
        UNION ALL
        SELECT 'lines', ST_MakeLine(ST_MakePoint(px, py) ORDER BY j) FROM (
            SELECT i, j, x + sum(step * (random() - 0.5)) OVER w AS px,
                         y + sum(step * (random() - 0.5)) OVER w AS py
            FROM (SELECT row_number() OVER () AS i, x, y, power(10, 3 * random()) AS step
                  FROM spots, generate_series(1, 2)) s, generate_series(1, 40) j
            WINDOW w AS (PARTITION BY i ORDER BY j)) walks GROUP BY i
        UNION ALL
        SELECT 'lines', ST_Collect(ST_MakeLine(p, ST_Translate(p, r, r / 3)),
                                   ST_MakeLine(ST_Translate(p, 0, r), ST_Translate(p, r, r)))
        FROM (SELECT ST_MakePoint(x, y) AS p, power(10, 4 * random()) AS r FROM spots) pairs
        UNION ALL
        SELECT 'points', ST_MakePoint(x + random(), y + random())
        FROM spots, generate_series(1, 3)
        UNION ALL
        SELECT 'points', ST_Collect(ST_MakePoint(x, y), ST_MakePoint(x + 5, y - 7)) FROM spots;
    DELETE FROM shapes WHERE NOT ST_IsValid(geom) OR ST_IsEmpty(geom);";

/// Positions: ours are held against the exact geometry, PostGIS' against ours. Of areas the
/// outlines of 16 square units or more (whether a tiny hole is there is a matter of rounding),
/// without the border of the buffer, along which an edge that grazes it wanders far.
/// In PL/pgSQL, which PostgreSQL does not inline: inlined, arguments are computed for each vertex.
const MEASURES: &str = "
    CREATE FUNCTION in_tile(g geometry, z int, x int, y int) RETURNS geometry AS $$
        DECLARE t geometry := ST_TileEnvelope(z, x, y);
                s float8 := 4096 / (ST_XMax(t) - ST_XMin(t));
        BEGIN RETURN ST_Intersection(
            ST_Affine(ST_SetSRID(g, 0), s, 0, 0, -s, -ST_XMin(t) * s,
                      ST_YMax(t) * s),
            ST_MakeEnvelope(-64, -64, 4160, 4160)); END $$ LANGUAGE plpgsql;
    CREATE FUNCTION outline(g geometry, smallest float8) RETURNS geometry AS $$
        BEGIN RETURN CASE WHEN ST_Dimension(g) < 2 THEN g ELSE (
            SELECT ST_Collect(ST_ExteriorRing(r.geom))
            FROM ST_Dump(g) p, ST_DumpRings(p.geom) r WHERE ST_Area(r.geom) >= smallest) END;
        END $$ LANGUAGE plpgsql;
    CREATE FUNCTION far_from(a geometry, b geometry) RETURNS bool AS $$
        BEGIN RETURN EXISTS (SELECT FROM ST_DumpPoints(a) p
                                WHERE p.geom && ST_MakeEnvelope(-63, -63, 4159, 4159)
                                AND NOT ST_DWithin(p.geom, b, 2));
        END $$ LANGUAGE plpgsql;";

fn prepare(db: &Database, kind: &str) {
    db.execute(DATA);
    db.execute(MEASURES);
    for srid in SRIDS {
        let table = format!("{kind}_{srid}");
        db.execute(&format!(
            "CREATE TABLE {table} (
                 id int PRIMARY KEY, etage smallint, gros bigint, part real, surface float8,
                 code text, nom varchar(40), bati boolean, leve date, ident uuid, vide text,
                 geom geometry(Geometry, {srid}));
             INSERT INTO {table}
             SELECT i, i % 7 - 3, i * 10000000000, i / 3.0, i / 7.0, 'CS' || i % 9, 'n° ' || i,
                    i % 2 = 0, date '2024-01-01' + i, md5(i::text)::uuid, NULL,
                    ST_Transform(ST_SetSRID(geom, 2154), {srid})
             FROM (SELECT row_number() OVER ()::int AS i, geom FROM shapes
                   WHERE kind = '{kind}') s;
             CREATE TABLE {table}_mercator AS
                 SELECT *, ST_Transform(geom, 3857) AS mercator FROM {table};
             ALTER TABLE {table}_mercator DROP geom;
             CREATE INDEX ON {table}_mercator USING gist (mercator)"
        ));
    }
}

/// Tiles in which something of a table lies, spread over zooms and place.
fn tiles_of(db: &Database, table: &str) -> BTreeSet<(u32, u32, u32)> {
    let rows = db.query_text(&format!(
        "SELECT ST_X(p), ST_Y(p) FROM (
             SELECT id, ST_Transform(ST_PointOnSurface(geom), 4326) AS p FROM {table}) s
         ORDER BY md5(id::text) LIMIT 200"
    ));
    let mut tiles = BTreeSet::new();
    for (row, zoom) in rows.iter().zip(ZOOMS.iter().cycle()) {
        let [lon, lat] = [&row[0], &row[1]].map(|text| text.parse::<f64>().unwrap());
        let side = f64::from(1u32 << zoom);
        let x = (lon + 180.0) / 360.0 * side;
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side;
        tiles.insert((*zoom, x as u32, y as u32));
        if tiles.len() == TILES {
            break;
        }
    }
    assert_eq!(tiles.len(), TILES);
    tiles
}

/// What PostGIS makes of a tile.
struct Truth {
    /// Geometry as WKT, by id.
    shapes: BTreeMap<u64, String>,
    /// The features that must be there: an area of 4, a length of 2 or more, and every point.
    required: BTreeSet<u64>,
    /// Those of them that lie only in the buffer.
    in_buffer: BTreeSet<u64>,
    /// All whose box meets tile and buffer.
    near: BTreeSet<u64>,
    properties: BTreeMap<u64, BTreeMap<String, Value>>,
}

fn truth(db: &Database, table: &str, (z, x, y): (u32, u32, u32)) -> Truth {
    let tile = format!(
        "SELECT *, ST_AsMVTGeom(mercator, ST_TileEnvelope({z}, {x}, {y}), 4096, 64)
             AS shape
         FROM {table}_mercator
         WHERE mercator && ST_TileEnvelope({z}, {x}, {y}, margin => 64.5 / 4096)"
    );
    let rows = db.query_text(&format!(
        "SELECT id, shape IS NULL,
             CASE ST_Dimension(shape) WHEN 2 THEN ST_Area(shape) >= 4
                                      WHEN 1 THEN ST_Length(shape) >= 2
                                      -- on the very edge of the buffer rounding decides
                                      ELSE shape && ST_MakeEnvelope(-63, -63, 4159, 4159) END,
             NOT shape && ST_MakeEnvelope(0, 0, 4096, 4096), ST_AsText(shape)
         FROM ({tile}) t"
    ));
    let id = |row: &Vec<String>| row[0].parse().unwrap();
    let required: BTreeSet<u64> = rows.iter().filter(|row| row[2] == "t").map(id).collect();
    let encoded = db.query_text(&format!(
        "SELECT encode(ST_AsMVT(t, 'layer', 4096, 'shape', 'id'), 'hex') FROM (
             SELECT id, etage, gros, part, surface, code, nom, bati, leve, ident, vide, shape
             FROM ({tile}) t) t"
    ));
    let properties = mvt::decode(&unhex(&encoded[0][0]))
        .into_iter()
        .flat_map(|layer| layer.features)
        .map(|feature| (feature.id.unwrap(), feature.properties))
        .collect();
    Truth {
        in_buffer: rows.iter().filter(|r| r[2] == "t" && r[3] == "t").map(id).collect(),
        shapes: rows.iter().filter(|r| r[1] == "f").map(|r| (id(r), r[4].clone())).collect(),
        near: rows.iter().map(id).collect(),
        required,
        properties,
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}

/// What is found over all tiles of a kind of geometry.
#[derive(Debug, Default)]
struct Findings {
    tiles: usize,
    features: usize,
    /// Of these, how many were compared in position.
    compared: usize,
    in_buffer: usize,
    displaced: Vec<String>,
    faults: Vec<String>,
}

impl Findings {
    fn compare(&mut self, db: &Database, server: &Server, table: &str, tile: (u32, u32, u32)) {
        let (z, x, y) = tile;
        let place = format!("{table} {z}/{x}/{y}");
        let truth = truth(db, table, tile);
        let layers = server.tile(&format!("/tiles/{table}/{z}/{x}/{y}"));
        let features: Vec<Feature> = layers.into_iter().flat_map(|layer| layer.features).collect();
        let ours: BTreeMap<u64, &Feature> = features.iter().map(|f| (f.id.unwrap(), f)).collect();
        if ours.len() != features.len() {
            self.faults.push(format!("{place}: a feature is doubled"));
        }
        for id in truth.required.iter().filter(|id| !ours.contains_key(id)) {
            self.faults.push(format!("{place}: {id} is missing: {}", truth.shapes[id]));
        }
        for (id, feature) in &ours {
            if !truth.near.contains(id) {
                self.faults.push(format!("{place}: {id} does not lie here: {}", feature.wkt()));
            }
            let Some(expected) = truth.properties.get(id) else { continue };
            let mut found = feature.properties.clone();
            if found.remove("id") != Some(Value::Number(*id as f64)) || found != *expected {
                self.faults.push(format!("{place}: {id} has {found:?}, not {expected:?}"));
            }
        }
        self.tiles += 1;
        self.in_buffer += truth.in_buffer.len();
        self.compare_shapes(db, table, tile, &ours, &truth);
    }

    /// Validity and positions, both judged by PostGIS.
    fn compare_shapes(
        &mut self,
        db: &Database,
        table: &str,
        (z, x, y): (u32, u32, u32),
        ours: &BTreeMap<u64, &Feature>,
        truth: &Truth,
    ) {
        if ours.is_empty() {
            return;
        }
        let pairs: Vec<_> = ours
            .iter()
            .zip(1..)
            .map(|((id, feature), place)| {
                let theirs = truth.shapes.get(id).map_or("NULL".into(), |wkt| format!("'{wkt}'"));
                let ours = feature.wkt();
                format!("({id}, {place}, '{ours}'::geometry, {theirs}::geometry)")
            })
            .collect();
        let rows = db.query_text(&format!(
            "SELECT v.id, ST_IsValidReason(ours),
                 exact IS NOT NULL,
                 exact IS NOT NULL AND (far_from(outline(ours, 16), outline(exact, 0))
                                        OR far_from(outline(theirs, 16), outline(ours, 0))),
                 ST_AsText(ours), ST_AsText(theirs)
             FROM (VALUES {}) v (id, place, ours, theirs)
             LEFT JOIN LATERAL (SELECT in_tile(mercator, {z}, {x}, {y}) AS exact FROM {table}_mercator t
                                WHERE t.id = v.id AND v.place <= {POSITIONS}) t ON true",
            pairs.join(",")
        ));
        let place = format!("{table} {z}/{x}/{y}");
        for row in &rows {
            let [id, valid, _, displaced, ours, theirs] = row.as_slice() else { panic!("{row:?}") };
            if valid != "Valid Geometry" {
                self.faults.push(format!("{place}: {id} is invalid, {valid}: {ours}"));
            }
            if displaced == "t" {
                self.displaced.push(format!("{place}: {id}:\n  {ours}\n  {theirs}"));
            }
        }
        self.features += rows.len();
        self.compared += rows.iter().filter(|row| row[2] == "t").count();
    }
}

#[test]
fn polygons_are_those_of_postgis_in_every_crs() {
    compare_all("polygons");
}

#[test]
fn lines_are_those_of_postgis_in_every_crs() {
    compare_all("lines");
}

#[test]
fn points_are_those_of_postgis_in_every_crs() {
    compare_all("points");
}

fn compare_all(kind: &str) {
    let db = cluster().database(&format!("tiles_of_{kind}"));
    prepare(&db, kind);
    let layers = SRIDS.map(|srid| format!("{kind}_{srid}"));
    // As they are at every zoom: PostGIS knows no overviews.
    let server = Server::configured(&db.url(), "", &layers, "detail = 0");
    let mut findings = Findings::default();
    for table in &layers {
        for tile in tiles_of(&db, table) {
            findings.compare(&db, &server, table, tile);
        }
    }
    let Findings { tiles, features, compared, in_buffer, displaced, faults } = &findings;
    let share = displaced.len() as f64 / *compared as f64;
    println!(
        "{kind}: {tiles} tiles, {features} features, {in_buffer} only in the buffer; of {compared} \
         {} beyond 2 units ({:.3} %)",
        displaced.len(),
        share * 100.0
    );
    let first = |list: &[String]| list.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults in {kind}:\n{}", faults.len(), first(faults));
    assert!(share <= 0.001, "displaced {kind}:\n{}", first(displaced));
    assert!(*tiles >= 100 && *compared > 2000 && *in_buffer > 50, "{kind}: too little compared");
}
