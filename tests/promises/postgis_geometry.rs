//! Geometries from a real PostGIS: where they lie, what becomes of curves and collections, and
//! what is said of those that are wrong.

use crate::support::features::{
    Feature, count, discover, discover_only, find, layer, read, refusal, source,
};
use crate::support::postgres::{Database, cluster};
use postgis::ewkb::{self, EwkbRead};
use tuilerie::config;
use tuilerie::geo::projection::Projection;
use tuilerie::geo::shape::{ShapeKind, doubled_area};
use tuilerie::geo::world::{HALF_WIDTH, WORLD_SIZE, WorldPoint};
use tuilerie::source::geometry::ShapeReader;
use tuilerie::source::{Fault, Report, postgis as source_postgis};

/// World units in a Web Mercator metre.
const UNITS: f64 = WORLD_SIZE / (2.0 * HALF_WIDTH);

/// Loads geometries, given as SQL, in EPSG:3857 unless they say otherwise.
fn load(name: &str, geometries: &[&str]) -> (Vec<Feature>, Report) {
    let db = cluster().database(name);
    db.execute("CREATE TABLE t (id serial PRIMARY KEY, geom geometry)");
    for geometry in geometries {
        db.execute(&format!("INSERT INTO t (geom) VALUES ({geometry})"));
    }
    let layers = [config::Layer { srid: Some(3857), ..layer("t") }];
    read(find(&discover_only(&db, &layers), "t"))
}

#[test]
fn positions_are_postgis_own_within_a_millimetre() {
    let db = cluster().database("positions");
    let france = "-4.5, 42.5, 8, 51";
    let world = "-179.9, -84.9, 179.9, 84.9";
    let mut cases = vec![(2154, france), (4326, world), (3857, world), (4171, france)];
    cases.extend([(32630, "-6, 40, 0, 51"), (32631, "0, 40, 6, 51"), (32632, "6, 40, 12, 51")]);
    cases.extend((3942..=3950).map(|srid| (srid, france)));
    for (srid, envelope) in cases {
        let rows = db.query_text(&format!(
            "SELECT ST_X(p), ST_Y(p), ST_X(ST_Transform(p, 3857)), ST_Y(ST_Transform(p, 3857))
             FROM (SELECT ST_Transform((ST_Dump(ST_GeneratePoints(
                 ST_MakeEnvelope({envelope}, 4326), 500, 42))).geom, {srid}) AS p) AS points"
        ));
        let projection = Projection::from_epsg(srid).unwrap();
        assert_eq!(rows.len(), 500);
        for row in rows {
            let [x, y, east, north] = [0, 1, 2, 3].map(|i| row[i].parse::<f64>().unwrap());
            let (e, n) = projection.to_mercator(x, y).unwrap();
            let off = (e - east).hypot(n - north);
            assert!(off < 0.001, "EPSG:{srid} {x} {y} is {off} m off");
        }
    }
}

#[test]
fn a_table_in_a_crs_of_its_own_is_where_postgis_puts_it() {
    let db = cluster().database("own_crs");
    db.execute(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, proj4text)
         SELECT 990001, 'commune', 1, proj4text FROM spatial_ref_sys WHERE srid = 3943;
         CREATE TABLE t AS SELECT ST_SetSRID(ST_MakePoint(1700000, 2200000), 990001) AS geom",
    );
    let expected = db.query_text(
        "SELECT ST_X(g), ST_Y(g) FROM (SELECT ST_Transform(ST_SetSRID(geom, 3943), 3857) AS g FROM t) AS t",
    );
    let [x, y] = [0, 1].map(|i| expected[0][i].parse::<f64>().unwrap());
    let point = WorldPoint::from_mercator(x, y).unwrap();
    let (features, _) = read(find(&discover(&db), "t"));
    let read = features[0].parts()[0][0];
    assert!(read.x.abs_diff(point.x) <= 1 && read.y.abs_diff(point.y) <= 1, "{read:?} {point:?}");
}

#[test]
fn a_geography_is_in_degrees() {
    let db = cluster().database("geography");
    db.execute("CREATE TABLE t (geog geography(Point)); INSERT INTO t VALUES ('POINT(2.35 43.2)')");
    let (features, _) = read(find(&discover(&db), "t"));
    let (lon, lat) = features[0].parts()[0][0].to_lonlat();
    assert!((lon - 2.35).abs() < 1e-6 && (lat - 43.2).abs() < 1e-6, "{lon} {lat}");
}

#[test]
fn our_reader_and_the_postgis_crate_read_the_same() {
    let db = cluster().database("oracle");
    for ewkt in [
        "POINT(1 2)",
        "SRID=3857;POINT ZM (1 2 3 4)",
        "LINESTRING Z (0 0 9, 10 10 9, 20 0 9)",
        "POLYGON((0 0, 0 90, 90 90, 90 0, 0 0), (20 20, 40 20, 40 40, 20 20))",
        "MULTIPOINT((1 1), (2 2))",
        "MULTILINESTRING((0 0, 1 1), (5 5, 6 6, 7 5))",
        "MULTIPOLYGON M (((0 0 1, 9 0 1, 9 9 1, 0 0 1)), ((20 20 1, 29 20 1, 29 29 1, 20 20 1)))",
    ] {
        let hex = &db.query_text(&format!("SELECT encode(ST_AsEWKB('{ewkt}'), 'hex')"))[0][0];
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect();
        let mut reader = ShapeReader::new(Projection::from_epsg(3857).unwrap());
        reader.read_ewkb(&bytes, None).unwrap();
        let mut ours: Vec<WorldPoint> =
            reader.shapes().flat_map(|shape| shape.points().to_vec()).collect();
        let oracle = ewkb::Geometry::read_ewkb(&mut bytes.as_slice()).unwrap();
        let mut theirs: Vec<WorldPoint> = vertices(&oracle)
            .into_iter()
            .map(|(x, y)| WorldPoint::from_mercator(x, y).unwrap())
            .collect();
        // Rings are stored open and wound anew: the same vertices, the closing one apart.
        for points in [&mut ours, &mut theirs] {
            points.sort_unstable();
            points.dedup();
        }
        assert_eq!(ours, theirs, "{ewkt}");
    }
}

fn vertices(geometry: &ewkb::Geometry) -> Vec<(f64, f64)> {
    let line = |line: &ewkb::LineString| line.points.iter().map(|p| (p.x, p.y)).collect::<Vec<_>>();
    let polygon = |polygon: &ewkb::Polygon| polygon.rings.iter().flat_map(line).collect::<Vec<_>>();
    match geometry {
        ewkb::GeometryT::Point(point) => vec![(point.x, point.y)],
        ewkb::GeometryT::LineString(string) => line(string),
        ewkb::GeometryT::Polygon(area) => polygon(area),
        ewkb::GeometryT::MultiPoint(many) => many.points.iter().map(|p| (p.x, p.y)).collect(),
        ewkb::GeometryT::MultiLineString(many) => many.lines.iter().flat_map(line).collect(),
        ewkb::GeometryT::MultiPolygon(many) => many.polygons.iter().flat_map(polygon).collect(),
        ewkb::GeometryT::GeometryCollection(many) => {
            many.geometries.iter().flat_map(vertices).collect()
        }
    }
}

#[test]
fn curves_cover_what_postgis_says_they_cover() {
    let db = cluster().database("curves");
    let ring = "COMPOUNDCURVE(CIRCULARSTRING(0 0, 50 50, 100 0), (100 0, 100 -80, 0 -80, 0 0))";
    let hole = "CIRCULARSTRING(40 -20, 60 -20, 40 -20)";
    for curve in [
        format!("CURVEPOLYGON({ring})"),
        format!("CURVEPOLYGON({ring}, {hole})"),
        format!("MULTISURFACE(CURVEPOLYGON({ring}), ((200 0, 300 0, 300 90, 200 0)))"),
        "CURVEPOLYGON(CIRCULARSTRING(0 0, 10 0, 0 0))".to_owned(),
    ] {
        let name = "curve";
        db.execute(&format!(
            "DROP TABLE IF EXISTS {name};
             CREATE TABLE {name} AS SELECT ST_GeomFromEWKT('SRID=3857;{curve}') AS geom"
        ));
        let (features, report) = read(find(&discover(&db), name));
        assert_eq!(report.faults.len(), 0, "{curve}");
        let ours: i128 = features[0].parts().into_iter().map(doubled_area).sum();
        let ours = ours as f64 / 2.0 / UNITS / UNITS;
        let theirs = &db
            .query_text(&format!("SELECT ST_Area(ST_CurveToLine(geom, 0.001, 1, 0)) FROM {name}"))
            [0][0];
        let theirs: f64 = theirs.parse().unwrap();
        assert!((ours / theirs - 1.0).abs() < 0.002, "{curve}: {ours} m², {theirs} in PostGIS");
    }
}

#[test]
fn an_arc_shared_by_two_features_has_the_same_vertices_in_both() {
    let (features, _) = load(
        "shared_arc",
        &[
            "'SRID=3857;CIRCULARSTRING(1000.7 2000.3, 1040.1 2035.9, 1100.2 2000.8)'",
            "'SRID=3857;CIRCULARSTRING(1100.2 2000.8, 1040.1 2035.9, 1000.7 2000.3)'",
            "'SRID=3857;MULTICURVE((0 0, 9 9), CIRCULARSTRING(0 0, 5 5, 10 0))'",
        ],
    );
    let mut back = features[1].parts()[0].to_vec();
    back.reverse();
    assert!(back.len() > 50);
    assert_eq!(features[0].parts()[0], back);
    let lengths: Vec<usize> = features[2].parts().iter().map(|part| part.len()).collect();
    assert!(lengths.len() == 2 && lengths[0] == 2 && lengths[1] > 10, "{lengths:?}");
}

#[test]
fn surfaces_are_polygons_and_collections_are_split() {
    let (features, report) = load(
        "split",
        &[
            "'TIN(((0 0, 9 0, 9 9, 0 0)), ((0 0, 9 9, 0 9, 0 0)))'",
            "'TRIANGLE((0 0, 9 0, 9 9, 0 0))'",
            "'POLYHEDRALSURFACE Z (((0 0 1, 9 0 1, 9 9 1, 0 0 1)))'",
            "'GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 5 5), POINT(2 2),
                GEOMETRYCOLLECTION(POLYGON((0 0, 9 0, 9 9, 0 0))))'",
        ],
    );
    use ShapeKind::{Line, Point, Polygon};
    let shapes: Vec<_> = features
        .iter()
        .map(|feature| (feature.id, feature.kind(), feature.parts().len()))
        .collect();
    assert_eq!(
        shapes,
        [
            (Some(1), Polygon, 2),
            (Some(2), Polygon, 1),
            (Some(3), Polygon, 1),
            (Some(4), Point, 2),
            (Some(4), Line, 1),
            (Some(4), Polygon, 1),
        ]
    );
    assert_eq!((report.rows, report.features), (4, 6));
}

#[test]
fn rows_that_have_no_place_are_skipped_and_counted() {
    let (features, report) = load(
        "no_place",
        &[
            "NULL",
            "'POINT EMPTY'",
            "'POLYGON EMPTY'",
            "'GEOMETRYCOLLECTION EMPTY'",
            "'LINESTRING(0 0, NaN 5)'",
            "'POINT(1e308 0)'",
            "ST_MakeLine(ST_MakePoint(0, 0), ST_MakePoint('Infinity', 0))",
            "'SRID=2154;POINT(700000 6600000)'",
            "'POLYGON((0 0, 1 1, 0 0, 0 0))'",
            "'SRID=3857;LINESTRING(0 0, 0 20050000)'",
            "'SRID=3857;POLYGON((0 0, 9 0, 9 9, 0 0), (1 1, 2 2, 1 1, 1 1))'",
        ],
    );
    assert_eq!(features.iter().map(|feature| feature.id).collect::<Vec<_>>(), [Some(10), Some(11)]);
    let expected = [
        (Fault::NoGeometry, 4),
        (Fault::NotOnEarth, 3),
        (Fault::OtherSrid, 1),
        (Fault::NoArea, 2),
        (Fault::Clamped, 1),
    ];
    for (fault, times) in expected {
        assert_eq!(count(&report, fault), times, "{fault:?}");
    }
    assert_eq!(report.faults.len(), expected.len(), "{report:?}");
}

fn generic(db: &Database, name: &str, points: &[(u32, f64)]) {
    db.execute(&format!("CREATE TABLE {name} (geom geometry)"));
    for (srid, x) in points {
        db.execute(&format!(
            "INSERT INTO {name} VALUES (ST_SetSRID(ST_MakePoint({x}, 6e6), {srid}))"
        ));
    }
}

#[test]
fn a_layer_without_one_srid_is_refused_with_the_remedy_and_the_others_load() {
    let db = cluster().database("srids");
    generic(&db, "sound", &[(2154, 7e5), (2154, 8e5)]);
    generic(&db, "none", &[(0, 7e5)]);
    generic(&db, "mixed", &[(2154, 7e5), (3857, 7e5)]);
    generic(&db, "empty", &[]);
    generic(&db, "unknown", &[(654_321, 7e5)]);
    let found = discover(&db);
    assert_eq!(read(find(&found, "sound")).0.len(), 2);
    assert_eq!(found.layers.len(), 1);
    for id in ["none", "mixed", "empty"] {
        let told = refusal(&found, id);
        assert!(told.contains("ALTER TABLE") && told.contains("Set `srid`"), "{told}");
    }
    assert!(refusal(&found, "mixed").contains("2154, 3857"));
    assert!(refusal(&found, "unknown").contains("654321"));

    let layers = [config::Layer { srid: Some(2154), ..layer("none") }];
    let told = source_postgis::discover(&source(&db.url()), &layers).unwrap();
    assert_eq!(read(find(&told, "none")).0.len(), 1);
}
