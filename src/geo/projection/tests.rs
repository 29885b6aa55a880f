//! Tests of the module above.

use super::expansion::Expansions;
use super::*;
use crate::geo::world::HALF_WIDTH;

fn projection(code: u32) -> Projection {
    Projection::from_epsg(code).unwrap()
}

/// The same grid by `proj4rs` alone.
fn reference(code: u16) -> Projection {
    Projection::from_proj4(crs_definitions::from_code(code).unwrap().proj4).unwrap()
}

fn distance((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
    (ax - bx).hypot(ay - by)
}

#[test]
fn lambert_agrees_with_proj4rs_all_over_france() {
    for code in std::iter::once(2154).chain(3942..=3950) {
        let (ours, theirs) = (projection(code.into()), reference(code));
        let to_grid = Proj::from_proj_string(crs_definitions::from_code(code).unwrap().proj4);
        let (degrees, grid) =
            (Proj::from_proj_string("+proj=longlat +datum=WGS84").unwrap(), to_grid.unwrap());
        for longitude in -60..=100 {
            for latitude in 410..=515 {
                let mut point = (
                    (f64::from(longitude) / 10.0).to_radians(),
                    (f64::from(latitude) / 10.0).to_radians(),
                );
                proj4rs::transform::transform(&degrees, &grid, &mut point).unwrap();
                let ours = ours.to_mercator(point.0, point.1).unwrap();
                let theirs = theirs.to_mercator(point.0, point.1).unwrap();
                assert!(distance(ours, theirs) < 1e-5, "EPSG:{code} {longitude} {latitude}");
            }
        }
    }
}

#[test]
fn the_series_of_a_square_is_the_projection_up_to_its_corners() {
    // Each with a row of squares in the south of France.
    for (grid, south) in [(Lambert::lambert93(), 370), (Lambert::conic_conformal_zone(43), 120)] {
        let (mut expansions, mut compared) = (Expansions::default(), 0);
        for (x, y) in (-40..150).flat_map(|x| (0..50).map(move |y| (x, y))) {
            // Just within the corners of squares of 16,384 m, and somewhere else.
            for inset in [0.001, 5_000.0, 16_383.999] {
                let x = f64::from(x) * 16_384.0 + inset;
                let y = f64::from(y + south) * 16_384.0 + inset * 0.99;
                let exact = grid.to_mercator(x, y);
                if let Some(near) = expansions.mercator(&grid, x, y) {
                    assert!(distance(near, exact) < 1e-6, "{x} {y}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 10_000, "only {compared} lie where there are squares");
        assert!(expansions.mercator(&grid, 700_000.0, 12e6).is_none(), "the pole");
    }
}

/// Made with PROJ 9.1; the first with
/// `echo 652709.40 6862306.10 | cs2cs -f %.3f EPSG:2154 EPSG:3857`.
#[test]
fn known_places_lie_where_proj_puts_them() {
    let places = [
        (2154, (652_709.40, 6_862_306.10), (262_207.030, 6_250_979.445)),
        (3943, (1_650_000.0, 2_270_000.0), (264_989.192, 5_408_123.015)),
        (4326, (2.352_2, 48.856_6), (261_845.706, 6_250_564.349)),
        (27572, (600_000.0, 2_428_000.0), (260_098.620, 6_249_506.386)),
        (32631, (500_000.0, 4_800_000.0), (333_958.472, 5_365_835.190)),
        (2975, (340_000.0, 7_650_000.0), (6_173_567.064, -2_421_069.814)),
    ];
    for (code, (x, y), expected) in places {
        let found = projection(code).to_mercator(x, y).unwrap();
        assert!(distance(found, expected) < 1e-3, "EPSG:{code}: {found:?}, not {expected:?}");
    }
}

#[test]
fn the_realisations_of_rgf93_share_their_grids() {
    for (first, others) in [(2154, [9793, 9794]), (3942, [9822, 9842]), (3950, [9830, 9850])] {
        let (x, y) = (1_700_000.0, 6_600_000.0);
        let expected = projection(first).to_mercator(x, y);
        for other in others {
            assert_eq!(projection(other).to_mercator(x, y), expected, "EPSG:{other}");
        }
    }
}

#[test]
fn web_mercator_stays_as_it_is() {
    for code in [3857, 900_913, 102_100] {
        assert_eq!(projection(code).to_mercator(1.5, -2.5), Some((1.5, -2.5)));
    }
}

#[test]
fn degrees_come_longitude_first() {
    for code in [4326, 4258, 4171] {
        let (x, y) = projection(code).to_mercator(180.0, 0.0).unwrap();
        assert!((x - HALF_WIDTH).abs() < 1e-6 && y.abs() < 1e-6);
    }
}

#[test]
fn a_pole_is_moved_to_the_edge_of_the_map() {
    let polar = projection(3031);
    for (projection, (x, y), edge) in [
        (projection(4326), (0.0, 90.0), 0),
        (projection(4326), (0.0, -90.0), u32::MAX),
        (polar, (0.0, 0.0), u32::MAX),
    ] {
        let (mx, my) = projection.to_mercator(x, y).unwrap();
        assert!(mx.abs() <= HALF_WIDTH && my.abs() > HALF_WIDTH);
        assert_eq!(projection.to_world(x, y).unwrap().y, edge);
    }
}

#[test]
fn what_is_not_on_earth_has_no_place() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for code in [3857, 4326, 2154, 27572, 32631, 3035, 8352, 3031] {
        for bad in odd {
            assert_eq!(projection(code).to_mercator(bad, 0.0), None, "EPSG:{code} x {bad}");
            assert_eq!(projection(code).to_mercator(0.0, bad), None, "EPSG:{code} y {bad}");
        }
    }
    assert_eq!(projection(4326).to_mercator(0.0, 90.1), None);
    assert_eq!(projection(2154).to_mercator(1e308, 1e308), None);
}

#[test]
fn every_definition_takes_any_number() {
    let numbers = [0.0, -0.0, 1e-300, 1.0, -91.0, 180.5, 6.6e6, -1e9, 1e15, f64::MIN, f64::MAX];
    for code in 2000..=u16::MAX {
        let Ok(projection) = Projection::from_epsg(code.into()) else {
            continue;
        };
        for (x, y) in numbers.into_iter().flat_map(|x| numbers.map(|y| (x, y))) {
            if let Some((x, y)) = projection.to_mercator(x, y) {
                assert!(x.is_finite() && y.is_finite(), "EPSG:{code}");
            }
        }
    }
}

#[test]
fn unknown_codes_and_texts_are_refused() {
    for code in [0, 1, 4978, 99_999, u32::MAX] {
        assert!(Projection::from_epsg(code).is_err(), "EPSG:{code}");
    }
    for text in ["", "lambert", "+proj=nowhere", "+proj=geocent +ellps=GRS80"] {
        assert!(!Projection::from_proj4(text).unwrap_err().is_empty(), "{text}");
    }
}

/// Made with ST_Transform of PostGIS 3.3 and PROJ 9.1, from easting (or what comes first) and northing.
#[test]
fn units_and_axes_are_those_of_the_code() {
    let places = [
        // Grads from Paris: Notre-Dame.
        (4807, (0.0137, 54.2811), (2.348_836_124, 48.852_920_740)),
        // Feet, and southing and westing written in the definition.
        (2222, (689_780.853_9, 727_532.925_7), (-110.2, 33.0)),
        (2229, (6_501_082.646_7, 1_840_638.414_6), (-118.2, 34.05)),
        (2048, (-38_555.915_4, 3_331_266.223_3), (19.4, -30.1)),
        // Southing and westing that the definition leaves out; the meridian of Paris.
        (8352, (1_274_578.014_5, 573_679.465), (17.1, 48.2)),
        (27572, (597_211.371_9, 2_200_006.365_9), (2.3, 46.8)),
    ];
    for (code, (x, y), (longitude, latitude)) in places {
        let found = projection(code).to_mercator(x, y).unwrap();
        let expected = projection(4326).to_mercator(longitude, latitude).unwrap();
        assert!(distance(found, expected) < 0.02, "EPSG:{code}: {found:?}, not {expected:?}");
    }
}

#[test]
fn what_cannot_be_placed_within_a_metre_is_refused_as_such() {
    // NAD27 without its grids; Krovak, whose shift in Slovakia is another one than in Czechia.
    for code in [4267, 2065, 5513, 5514] {
        assert_eq!(Projection::from_epsg(code).unwrap_err(), Unplaced::Inexact, "EPSG:{code}");
    }
    assert_eq!(Projection::from_epsg(1).unwrap_err(), Unplaced::Unknown);
}
