//! Polygons as they should not be (row G2 of the table of faults), on the real binary: whatever a
//! table holds, every polygon in every tile is valid, as PostGIS judges it, and wound right.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::mvt::Feature;
use crate::support::postgres::{Database, cluster};
use crate::support::server::Server;

/// Polygons within a square of ten units, and what they are.
const NASTY: [(&str, &str); 24] = [
    ("bow tie of equal lobes", "((0 0, 10 10, 10 0, 0 10, 0 0))"),
    ("bow tie of unequal lobes", "((0 0, 10 10, 10 1, 0 9, 0 0))"),
    ("figure of eight in one point", "((0 0, 5 5, 10 0, 10 10, 5 5, 0 10, 0 0))"),
    ("ring of three points", "((0 0, 10 3, 0 0, 0 0))"),
    ("triangle", "((0 0, 10 3, 4 9, 0 0))"),
    ("duplicate points", "((0 0, 0 0, 10 0, 10 0, 10 0, 10 10, 0 10, 0 10, 0 0, 0 0))"),
    ("wrong winding", "((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 8 2, 8 8, 2 8, 2 2))"),
    ("other winding", "((0 0, 0 10, 10 10, 10 0, 0 0), (2 2, 2 8, 8 8, 8 2, 2 2))"),
    ("hole outside", "((0 0, 4 0, 4 4, 0 4, 0 0), (6 6, 9 6, 9 9, 6 9, 6 6))"),
    ("hole across", "((0 0, 6 0, 6 6, 0 6, 0 0), (4 4, 9 4, 9 9, 4 9, 4 4))"),
    ("hole as its shell", "((0 0, 9 0, 9 9, 0 9, 0 0), (0 0, 9 0, 9 9, 0 9, 0 0))"),
    (
        "holes that touch",
        "((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 5 5, 2 8, 2 2), (8 2, 5 5, 8 8, 8 2))",
    ),
    ("hole that touches twice", "((0 0, 10 0, 10 10, 0 10, 0 0), (0 5, 5 2, 10 5, 5 8, 0 5))"),
    (
        "holes that overlap",
        "((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 6 2, 6 6, 2 6, 2 2), (4 4, 8 4, 8 8, 4 8, 4 4))",
    ),
    (
        "hole in a hole",
        "((0 0, 10 0, 10 10, 0 10, 0 0), (1 1, 9 1, 9 9, 1 9, 1 1), (3 3, 7 3, 7 7, 3 7, 3 3))",
    ),
    ("spike", "((0 0, 10 0, 10 5, 5 5, 5 10, 5 5, 0 5, 0 0))"),
    ("spike inwards", "((0 0, 10 0, 10 10, 5 10, 5 3, 5 10, 0 10, 0 0))"),
    ("sliver", "((0 0, 10 0.001, 10 0.002, 0 0.001, 0 0))"),
    (
        "comb of slivers",
        "((0 0, 10 0, 10 10, 9 0.01, 8 10, 7 0.01, 6 10, 5 0.01, 4 10, 3 0.01, 0 10, 0 0))",
    ),
    ("edge there and back", "((0 0, 5 0, 5 5, 5 0, 10 0, 10 10, 0 10, 0 0))"),
    ("round twice", "((0 0, 10 0, 10 10, 0 10, 0 0, 10 0, 10 10, 0 10, 0 0))"),
    ("pentagram", "((5 0, 8 9.5, 0 3.6, 10 3.6, 2 9.5, 5 0))"),
    ("bow tie as hole", "((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 8 8, 8 2, 2 8, 2 2))"),
    ("zigzag without area", "((0 0, 10 0, 10 5, 10 0, 5 0, 5 5, 5 0, 0 0))"),
];

/// Several of them as one.
const NASTY_MULTI: [(&str, &str); 5] = [
    ("parts that overlap", "((0 0, 6 0, 6 6, 0 6, 0 0)), ((4 4, 10 4, 10 10, 4 10, 4 4))"),
    ("shell in a shell", "((0 0, 10 0, 10 10, 0 10, 0 0)), ((3 3, 7 3, 7 7, 3 7, 3 3))"),
    ("parts along an edge", "((0 0, 5 0, 5 9, 0 9, 0 0)), ((5 2, 10 2, 10 7, 5 7, 5 2))"),
    ("the same part twice", "((0 0, 9 1, 7 8, 0 0)), ((0 0, 9 1, 7 8, 0 0))"),
    (
        "a part in a hole",
        "((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 7 2, 7 7, 2 7, 2 2)), ((2 2, 7 2, 7 7, 2 7, 2 2))",
    ),
];

/// Stars whose corners come in any order, a hole of the same kind in some.
const STARS: u32 = 60;

/// Sizes of a square, in metres: from some units at zoom 20 to some tiles at zoom 8.
const SIZES: [u32; 5] = [3, 100, 2_000, 30_000, 400_000];

/// Where the south-western corners of the squares lie, in Web Mercator; none on a tile's corner.
const CORNER: (f64, f64) = (290_123.4, 5_390_321.7);

const ZOOMS: std::ops::RangeInclusive<u32> = 8..=20;

/// Tiles a zoom, at most.
const TILES: usize = 60;

fn prepare(db: &Database) {
    db.execute(
        "CREATE TABLE nasty (id serial PRIMARY KEY, what text, size int, geom geometry(Geometry, 3857));
         CREATE TABLE units (what text, geom geometry)",
    );
    let polygons = NASTY.map(|(what, rings)| (what, format!("POLYGON{rings}")));
    let multi = NASTY_MULTI.map(|(what, parts)| (what, format!("MULTIPOLYGON({parts})")));
    for (what, wkt) in polygons.iter().chain(&multi) {
        db.execute(&format!("INSERT INTO units VALUES ('{what}', '{wkt}')"));
    }
    let sizes = SIZES.map(|size| size.to_string()).join(",");
    db.execute(&format!(
        "SELECT setseed(0.7);
         INSERT INTO units
         SELECT 'star', ST_MakePolygon(ST_AddPoint(line, ST_StartPoint(line)),
             CASE WHEN i % 3 = 0 THEN ARRAY[ST_Scale(ST_AddPoint(line, ST_StartPoint(line)),
                 ST_MakePoint(0.6, 0.5), ST_MakePoint(5, 5))]
                  ELSE ARRAY[]::geometry[] END)
         FROM (SELECT i, ST_MakeLine(ST_MakePoint(10 * random(), 10 * random()) ORDER BY j) AS line
               FROM generate_series(1, {STARS}) i, generate_series(0, 3 + i % 20) j
               GROUP BY i) stars;
         INSERT INTO nasty (what, size, geom)
         SELECT what, size, ST_SetSRID(ST_Translate(ST_Scale(geom, size / 10.0, size / 10.0),
             {}, {}), 3857)
         FROM units, unnest(ARRAY[{sizes}]) size",
        CORNER.0, CORNER.1
    ));
}

/// Tiles in which vertices lie, that of the corner among them.
fn tiles(db: &Database, zoom: u32) -> BTreeSet<(u32, u32)> {
    let half = std::f64::consts::PI * 6_378_137.0;
    let rows = db.query_text(&format!(
        "SELECT DISTINCT floor((ST_X(p) + {half}) / side), floor(({half} - ST_Y(p)) / side)
         FROM (SELECT (ST_DumpPoints(geom)).geom AS p, 2 * {half} / (1 << {zoom}) AS side
               FROM nasty) points"
    ));
    let mut tiles: Vec<(u32, u32)> =
        rows.iter().map(|row| (row[0].parse().unwrap(), row[1].parse().unwrap())).collect();
    tiles.sort_by_key(|(x, y)| (u64::from(*x) * 7919 + u64::from(*y) * 104_729) % 1009);
    let metres = 2.0 * half / f64::from(1 << zoom);
    let corner = ((CORNER.0 + half) / metres, (half - CORNER.1) / metres);
    tiles.into_iter().take(TILES).chain([(corner.0 as u32, corner.1 as u32)]).collect()
}

/// Those that PostGIS finds invalid, with the reason.
fn invalid(db: &Database, polygons: &[(String, Feature)]) -> Vec<String> {
    let mut found = Vec::new();
    for some in polygons.chunks(500) {
        let rows: Vec<_> = some
            .iter()
            .map(|(place, feature)| format!("('{place}', '{}'::geometry)", feature.wkt()))
            .collect();
        let told = db.query_text(&format!(
            "SELECT place, ST_IsValidReason(geom), ST_AsText(geom) FROM (VALUES {}) v (place, geom)
             WHERE NOT ST_IsValid(geom)",
            rows.join(",")
        ));
        found.extend(told.iter().map(|row| row.join(": ")));
    }
    found
}

#[test]
fn g2_every_polygon_in_every_tile_is_valid_and_wound_right() {
    let db = cluster().database("g2");
    prepare(&db);
    let server = Server::ready(&[&db.url()]);
    let names: BTreeMap<u64, String> = db
        .query_text("SELECT id, what || ' of ' || size || ' m' FROM nasty")
        .iter()
        .map(|row| (row[0].parse().unwrap(), row[1].clone()))
        .collect();
    let (mut polygons, mut seen) = (Vec::new(), BTreeSet::new());
    for zoom in ZOOMS {
        for (x, y) in tiles(&db, zoom) {
            for layer in server.tile(&format!("/tiles/nasty/{zoom}/{x}/{y}")) {
                for feature in layer.features {
                    let id = feature.id.unwrap();
                    seen.insert(id);
                    polygons.push((format!("{} in {zoom}/{x}/{y}", names[&id]), feature));
                }
            }
        }
    }
    println!("{} polygons", polygons.len());
    assert!(polygons.len() > 20_000, "{}", polygons.len());
    let faults = invalid(&db, &polygons);
    let first = faults.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} of {} invalid:\n{first}", faults.len(), polygons.len());
    for (id, name) in &names {
        let no_area = ["ring of three points", "zigzag without area", "hole as its shell"];
        let has_no_area = no_area.iter().any(|what| name.starts_with(what));
        // A sliver of 3 m is 0.3 mm wide, and none of its units is.
        let is_too_narrow = name.starts_with("sliver");
        assert!(seen.contains(id) || has_no_area || is_too_narrow, "{name} is in no tile");
        assert!(!(has_no_area && seen.contains(id)), "{name} is in a tile");
    }
    let no_area = "rings without area, dropped layer=\"nasty\"";
    assert_eq!(server.log().matches(no_area).count(), 1, "{}", server.log());
    assert!(!server.log().contains("a defect in Tuilerie"), "{}", server.log());
}

/// What tiles show is compared as areas with what PostGIS computes from the same geometry.
#[test]
fn g2_what_is_drawn_of_a_faulty_polygon_is_all_that_its_rings_go_around() {
    let db = cluster().database("g2_area");
    prepare(&db);
    db.execute("DELETE FROM nasty WHERE size <> 2000");
    let server = Server::ready(&[&db.url()]);
    // All of the squares lies in this tile and its buffer is not reached.
    let (zoom, x, y) = (11, 1038, 748);
    let layers = server.tile(&format!("/tiles/nasty/{zoom}/{x}/{y}"));
    let mut areas: BTreeMap<String, f64> = BTreeMap::new();
    for feature in &layers[0].features {
        let area: f64 = db.query_text(&format!("SELECT ST_Area('{}'::geometry)", feature.wkt()))[0]
            [0]
        .parse()
        .unwrap();
        let what = format!("{:?}", feature.properties["what"]);
        areas.insert(what, area);
    }
    // In hundredths of the square.
    let expected = [
        ("bow tie of equal lobes", 50.0),
        ("bow tie of unequal lobes", 45.0),
        ("figure of eight in one point", 50.0),
        ("duplicate points", 100.0),
        ("wrong winding", 64.0),
        ("other winding", 64.0),
        ("holes that touch", 82.0),
        ("hole outside", 16.0),
        ("hole across", 32.0),
        ("hole in a hole", 36.0),
        ("holes that overlap", 72.0),
        ("spike", 50.0),
        ("round twice", 100.0),
        ("parts that overlap", 68.0),
        ("shell in a shell", 100.0),
        ("a part in a hole", 81.0),
    ];
    let unit = 40_075_016.685_578_49 / f64::from(1 << zoom) / 4096.0;
    let square = (2000.0 / unit).powi(2);
    for (what, hundredths) in expected {
        let what = format!("{:?}", crate::support::mvt::Value::Text(what.to_owned()));
        let found = areas[&what] / square * 100.0;
        assert!((found - hundredths).abs() < 1.5, "{what}: {found}, not {hundredths} hundredths");
    }
}
