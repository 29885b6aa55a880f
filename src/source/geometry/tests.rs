//! Tests of the module above.

//! What becomes of geometries, from their bytes or from the calls of a decoder.

use geozero::geojson::GeoJson;
use geozero::{GeomProcessor, GeozeroGeometry};

use super::*;
use crate::geo::shape::doubled_area;

fn reader(epsg: u32) -> ShapeReader {
    ShapeReader::new(Projection::from_epsg(epsg).unwrap())
}

/// Reads the coordinates of a GeoJSON geometry, whatever their CRS.
fn read(reader: &mut ShapeReader, kind: &str, coordinates: &str) -> Result<(), Fault> {
    let text = format!(r#"{{"type": "{kind}", "coordinates": {coordinates}}}"#);
    reader.read(|processor| GeoJson(&text).process_geom(processor))
}

fn parts(reader: &ShapeReader) -> Vec<(ShapeKind, Vec<usize>)> {
    reader.shapes().map(|s| (s.kind(), s.parts().map(<[_]>::len).collect())).collect()
}

/// EWKB, little-endian: the type, its SRID if any, then counts (u32) and ordinates (f64).
fn ewkb(kind: u32, srid: Option<u32>, counts: &[u32], ordinates: &[f64]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend((kind | if srid.is_some() { 0x2000_0000 } else { 0 }).to_le_bytes());
    bytes.extend(srid.iter().flat_map(|srid| srid.to_le_bytes()));
    bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
    bytes.extend(ordinates.iter().flat_map(|ordinate| ordinate.to_le_bytes()));
    bytes
}

#[test]
fn a_position_is_projected_and_quantised() {
    let mut reader = reader(4326);
    read(&mut reader, "Point", "[0, 0]").unwrap();
    let middle = WorldPoint { x: 1 << 31, y: 1 << 31 };
    assert_eq!(reader.shapes().next().unwrap().points(), [middle]);
}

#[test]
fn rings_are_wound_by_their_role_and_stored_open() {
    let mut reader = reader(3857);
    let wrong_way = "[[[0,0],[90,0],[90,90],[0,90],[0,0]],[[20,20],[40,20],[40,40],[20,20]]]";
    read(&mut reader, "Polygon", wrong_way).unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Polygon, vec![4, 3])]);
    let areas: Vec<_> = reader.shapes().flat_map(Shape::parts).map(doubled_area).collect();
    assert!(areas[0] > 0 && areas[1] < 0, "{areas:?}");
    assert_eq!(reader.faults(), []);
}

#[test]
fn a_ring_of_three_points_is_dropped_and_counted() {
    let mut reader = reader(3857);
    let hole_without_area = "[[[0,0],[90,0],[90,90],[0,0]],[[60,20],[70,20],[60,20]]]";
    read(&mut reader, "Polygon", hole_without_area).unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Polygon, vec![3])]);
    assert_eq!(reader.faults(), [Fault::NoArea]);
}

#[test]
fn an_exterior_without_area_takes_its_interiors_with_it() {
    let mut reader = reader(3857);
    let first_has_none = "[[[[0,0],[90,0],[0,0]],[[0,0],[1,0],[0,1],[0,0]]],\
                          [[[0,0],[90,0],[90,90],[0,0]]]]";
    read(&mut reader, "MultiPolygon", first_has_none).unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Polygon, vec![3])]);
    assert_eq!(reader.faults(), [Fault::NoArea]);

    let alone = "[[[0,0],[90,0],[0,0]],[[0,0],[1,0],[0,1],[0,0]]]";
    assert_eq!(read(&mut reader, "Polygon", alone), Err(Fault::NoArea));
    assert_eq!(reader.shapes().count(), 0);
}

#[test]
fn a_collection_is_split_into_one_shape_a_kind() {
    let text = r#"{"type": "GeometryCollection", "geometries": [
        {"type": "LineString", "coordinates": [[0,0],[9,9]]},
        {"type": "Point", "coordinates": [5,5]},
        {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "coordinates": [[[0,0],[9,0],[9,9],[0,0]]]},
            {"type": "MultiPoint", "coordinates": [[6,6],[7,7]]}]}]}"#;
    let mut reader = reader(3857);
    reader.read(|processor| GeoJson(text).process_geom(processor)).unwrap();
    let expected = [
        (ShapeKind::Point, vec![1, 1, 1]),
        (ShapeKind::Line, vec![2]),
        (ShapeKind::Polygon, vec![3]),
    ];
    assert_eq!(parts(&reader), expected);
}

#[test]
fn what_is_empty_is_no_geometry() {
    let mut reader = reader(3857);
    for kind in ["MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"] {
        assert_eq!(read(&mut reader, kind, "[]"), Err(Fault::NoGeometry), "{kind}");
    }
    let point = ewkb(1, None, &[], &[f64::NAN, f64::NAN]);
    assert_eq!(reader.read_ewkb(&point, None), Err(Fault::NoGeometry));
}

#[test]
fn an_empty_point_among_others_is_nothing() {
    let mut bytes = ewkb(4, None, &[2], &[]);
    bytes.extend(ewkb(1, None, &[], &[f64::NAN, f64::NAN]));
    bytes.extend(ewkb(1, None, &[], &[3.0, 4.0]));
    let mut reader = reader(3857);
    reader.read_ewkb(&bytes, None).unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Point, vec![1])]);
}

#[test]
fn what_is_not_on_earth_is_skipped() {
    for epsg in [3857, 4326, 2154] {
        let mut reader = reader(epsg);
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, -1e308] {
            for position in [[odd, 3.0], [3.0, odd]] {
                let line = ewkb(2, None, &[2], &[position[0], position[1], 2.0, 2.0]);
                let read = reader.read_ewkb(&line, None);
                assert_eq!(read, Err(Fault::NotOnEarth), "{position:?} in {epsg}");
                assert_eq!(reader.shapes().count(), 0);
            }
        }
    }
}

#[test]
fn what_lies_beyond_the_map_is_clamped_and_counted_once() {
    let mut reader = reader(4326);
    read(&mut reader, "LineString", "[[0, 80], [10, 86], [190, 88]]").unwrap();
    assert_eq!(reader.faults(), [Fault::Clamped]);
    let last = *reader.shapes().next().unwrap().points().last().unwrap();
    assert_eq!(last, WorldPoint { x: u32::MAX, y: 0 });

    read(&mut reader, "LineString", "[[-180, -85], [180, 85.05]]").unwrap();
    assert_eq!(reader.faults(), [], "the edge itself is on the map");
}

#[test]
fn a_point_beyond_180_degrees_lies_on_the_other_side() {
    let mut reader = reader(4326);
    for (beyond, within) in [(200, -160), (-190, 170), (181, -179)] {
        let mut at = |longitude: i32| {
            read(&mut reader, "Point", &format!("[{longitude}, 43]")).unwrap();
            assert_eq!(reader.faults(), []);
            reader.shapes().next().unwrap().points()[0]
        };
        let (beyond, within) = (at(beyond), at(within));
        assert!(beyond.x.abs_diff(within.x) <= 1 && beyond.y == within.y, "{beyond:?}");
    }
}

#[test]
fn z_and_m_are_dropped() {
    let mut reader = reader(3857);
    let zm = ewkb(2 | 0xC000_0000, None, &[2], &[1.0, 2.0, 7.0, 8.0, 30.0, 40.0, 7.0, f64::NAN]);
    reader.read_ewkb(&zm, None).unwrap();
    let with = reader.shapes().next().unwrap().clone();
    reader.read_ewkb(&ewkb(2, None, &[2], &[1.0, 2.0, 30.0, 40.0]), None).unwrap();
    assert_eq!(reader.shapes().next(), Some(&with));
}

#[test]
fn a_row_of_another_srid_is_told() {
    let mut reader = reader(3857);
    let bytes = ewkb(1, Some(3857), &[], &[1.0, 2.0]);
    assert_eq!(reader.read_ewkb(&bytes, Some(3857)), Ok(()));
    assert_eq!(reader.read_ewkb(&bytes, Some(2154)), Err(Fault::OtherSrid));
    let silent = ewkb(1, None, &[], &[1.0, 2.0]);
    assert_eq!(reader.read_ewkb(&silent, Some(2154)), Ok(()));
}

#[test]
fn a_geopackage_geometry_is_read_behind_its_header() {
    let mut bytes = b"GP\0\x03".to_vec();
    bytes.extend(3857_i32.to_le_bytes());
    bytes.extend([1.0, 1.0, 2.0, 2.0].iter().flat_map(|ordinate: &f64| ordinate.to_le_bytes()));
    bytes.extend(ewkb(1001, None, &[], &[1.0, 2.0, 99.0]));
    let mut reader = reader(3857);
    reader.read_gpkg(&bytes, Some(3857)).unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Point, vec![1])]);
    assert_eq!(reader.read_gpkg(b"GP", None), Err(Fault::Unreadable));
}

#[test]
fn a_compound_curve_is_one_line_and_a_curve_polygon_has_rings() {
    let circle = [(2.0, 0.0), (0.0, 0.0), (2.0, 0.0)];
    let mut reader = reader(3857);
    reader.begin();
    reader.compoundcurve_begin(2, 0).unwrap();
    string(&mut reader, false, &[(-9.0, 0.0), (-5.0, 0.0)]);
    string(&mut reader, true, &[(-5.0, 0.0), (0.0, 5.0), (5.0, 0.0)]);
    reader.compoundcurve_end(0).unwrap();
    reader.curvepolygon_begin(2, 0).unwrap();
    string(&mut reader, false, &[(-9.0, -9.0), (9.0, -9.0), (0.0, 9.0), (-9.0, -9.0)]);
    string(&mut reader, true, &circle);
    reader.curvepolygon_end(0).unwrap();
    reader.finish().unwrap();

    let parts = parts(&reader);
    assert_eq!((parts[0].0, parts[0].1.len()), (ShapeKind::Line, 1));
    assert_eq!((parts[1].0, parts[1].1.len()), (ShapeKind::Polygon, 2));
    let hole = reader.shapes().nth(1).unwrap().parts().nth(1).unwrap();
    let units = WORLD_SIZE / (2.0 * HALF_WIDTH);
    let area = -doubled_area(hole) as f64 / 2.0 / units / units;
    assert!((area / std::f64::consts::PI - 1.0).abs() < 0.01, "{area} m²");
}

fn string(reader: &mut ShapeReader, circular: bool, points: &[(f64, f64)]) {
    if circular {
        reader.circularstring_begin(points.len(), 0).unwrap();
    } else {
        reader.linestring_begin(false, points.len(), 0).unwrap();
    }
    for (i, (x, y)) in points.iter().enumerate() {
        reader.xy(*x, *y, i).unwrap();
    }
    if circular {
        reader.circularstring_end(0).unwrap();
    } else {
        reader.linestring_end(false, 0).unwrap();
    }
}

#[test]
fn an_arc_in_degrees_is_as_smooth_as_one_in_metres() {
    // A circle of 100 m near Carcassonne, as metres of Lambert-93 and as degrees of latitude.
    let metres = [640_100.0, 6_235_000.0, 639_900.0, 6_235_000.0, 640_100.0, 6_235_000.0];
    let degrees = [2.35, 43.201, 2.35, 43.199, 2.35, 43.201];
    let vertices = |epsg, controls: &[f64]| {
        let mut reader = reader(epsg);
        reader.read_ewkb(&ewkb(8, None, &[3], controls), None).unwrap();
        reader.shapes().next().unwrap().points().len()
    };
    let (metres, degrees) = (vertices(2154, &metres), vertices(4326, &degrees));
    assert!(metres > 300 && metres.abs_diff(degrees) < metres / 4, "{metres} and {degrees}");
}

#[test]
fn bytes_cut_short_are_unreadable_and_never_more() {
    let mut reader = reader(3857);
    let mut collection = ewkb(7, Some(3857), &[2], &[]);
    collection.extend(ewkb(3, None, &[1, 4], &[0.0, 0.0, 9.0, 0.0, 9.0, 9.0, 0.0, 0.0]));
    collection.extend(ewkb(8, None, &[3], &[0.0, 0.0, 1.0, 1.0, 2.0, 0.0]));
    assert_eq!(reader.read_ewkb(&collection, None), Ok(()));
    for length in 0..collection.len() {
        let read = reader.read_ewkb(&collection[..length], None);
        assert_eq!(read, Err(Fault::Unreadable), "{length} bytes");
        assert_eq!(reader.shapes().count(), 0);
    }
}

#[test]
fn counts_and_depths_made_up_cost_nothing() {
    let mut reader = reader(3857);
    for kind in 1..=17 {
        let huge = ewkb(kind, None, &[u32::MAX, u32::MAX], &[1.0]);
        assert!(reader.read_ewkb(&huge, None).is_err(), "type {kind}");
    }
    let nested = ewkb(7, None, &[1], &[]).repeat(100_000);
    assert_eq!(reader.read_ewkb(&nested, None), Err(Fault::Unreadable));

    let coordinates = [0.0, 0.0, 1e9, 1e9, 2e9, 0.0];
    let arcs: Vec<f64> = coordinates.repeat(20_000).into_iter().map(|c| c / 200.0).collect();
    let wide = ewkb(8, None, &[60_000], &arcs);
    assert_eq!(reader.read_ewkb(&wide, None), Err(Fault::Unreadable));
}

#[test]
fn a_geometry_after_a_faulty_one_is_read_as_if_alone() {
    let mut reader = reader(3857);
    read(&mut reader, "Polygon", "[[[0,0],[9,0],[9,9],[0,0]],[[0,0],[1,1],[0,0]]]").unwrap();
    let unfinished = ewkb(3, None, &[1, 3], &[0.0, 0.0]);
    assert_eq!(reader.read_ewkb(&unfinished, Some(3857)), Err(Fault::Unreadable));
    reader.read_ewkb(&ewkb(2, Some(2154), &[2], &[0.0, 0.0, 9.0, 9.0]), None).unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Line, vec![2])]);
    assert_eq!(reader.faults(), []);
}

#[test]
fn what_jumps_across_the_antimeridian_is_cut_in_any_crs() {
    let metres = |degrees: f64| degrees / 180.0 * HALF_WIDTH;
    for (epsg, of) in [(4326, (|d| d) as fn(f64) -> f64), (3857, metres as fn(f64) -> f64)] {
        let mut reader = reader(epsg);
        let (west, east) = (of(179.0), of(-179.0));
        read(&mut reader, "LineString", &format!("[[{west}, 10], [{east}, 20]]")).unwrap();
        assert_eq!(parts(&reader), [(ShapeKind::Line, vec![2, 2])]);
        assert_eq!(reader.faults(), [Fault::Antimeridian]);
        assert!(widths(&reader).iter().all(|width| *width < 1 << 24));
    }
}

#[test]
fn the_holes_of_a_polygon_that_is_cut_stay_in_its_halves() {
    let mut reader = reader(4326);
    let outer = "[[170,0],[-170,0],[-170,20],[170,20],[170,0]]";
    let east = "[[-175,5],[-174,5],[-174,6],[-175,5]]";
    let west = "[[175,5],[176,5],[176,6],[175,5]]";
    let across = "[[179,9],[-179,9],[-179,11],[179,11],[179,9]]";
    let polygon = format!("[{outer},{east},{across},{west}]");
    read(&mut reader, "Polygon", &polygon).unwrap();
    let shape = reader.shapes().next().unwrap();
    let rings: Vec<(bool, bool)> = shape
        .parts()
        .map(|ring| (doubled_area(ring) > 0, ring.iter().all(|vertex| vertex.x < 1 << 31)))
        .collect();
    let half = |east| [(true, east), (false, east), (false, east)];
    assert_eq!(rings, [half(false), half(true)].concat());
    assert!(widths(&reader).iter().all(|width| *width < 1 << 27));
    assert_eq!(reader.faults(), [Fault::Antimeridian]);

    read(&mut reader, "Polygon", &format!("[{west}]")).unwrap();
    assert_eq!(
        parts(&reader),
        [(ShapeKind::Polygon, vec![3])],
        "nothing is left of the one before"
    );
}

#[test]
fn a_ring_around_a_pole_is_dropped_and_told() {
    let mut reader = reader(4326);
    let cap = "[[[0,80],[90,81],[170,80],[-170,82],[0,80]]]";
    assert_eq!(read(&mut reader, "Polygon", cap), Err(Fault::AroundPole));
    let frame = "[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]";
    read(&mut reader, "Polygon", frame).unwrap();
    assert_eq!(reader.faults(), [Fault::Clamped]);
    assert_eq!(widths(&reader), [u32::MAX]);
}

/// How far each part reaches from west to east.
fn widths(reader: &ShapeReader) -> Vec<u32> {
    let width = |part: &[WorldPoint]| {
        let xs = || part.iter().map(|point| point.x);
        xs().max().unwrap() - xs().min().unwrap()
    };
    reader.shapes().flat_map(Shape::parts).map(width).collect()
}

#[test]
fn a_bow_tie_whose_lobes_are_equal_is_kept() {
    let mut reader = reader(3857);
    read(&mut reader, "Polygon", "[[[0,0],[90,90],[90,0],[0,90],[0,0]]]").unwrap();
    assert_eq!(parts(&reader), [(ShapeKind::Polygon, vec![4])]);
    assert_eq!(reader.faults(), []);
}
