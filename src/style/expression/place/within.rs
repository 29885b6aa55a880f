//! Whether points and lines lie within polygons, in units of the world at the tile's zoom: as
//! MapLibre, which rounds the polygons to them.

use super::{Point, Shape, cross, is_inside};
use crate::style::expression::context::{EXTENT, GeometryType};

type Box4 = [f64; 4];

const NOWHERE: Box4 = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

pub(super) fn is_within(
    polygons: &[Shape],
    kind: GeometryType,
    parts: &[Vec<Point>],
    (zoom, column, row): (u8, u32, u32),
) -> bool {
    let world = f64::from(zoom).exp2() * EXTENT;
    let mut around = NOWHERE;
    let mut areas: Vec<Vec<Vec<Point>>> = Vec::new();
    for polygon in polygons {
        let Shape::Polygon(rings) = polygon else { continue };
        let ring = |ring: &Vec<Point>| -> Vec<Point> {
            ring.iter().map(|place| to_world(*place, world)).collect()
        };
        let rings: Vec<_> = rings.iter().map(ring).collect();
        rings.iter().flatten().for_each(|place| extend(&mut around, *place));
        areas.push(rings);
    }
    let origin = [f64::from(column) * EXTENT, f64::from(row) * EXTENT];
    let place = |place: &Point| [place[0] + origin[0], place[1] + origin[1]];
    let mut parts: Vec<Vec<Point>> =
        parts.iter().map(|part| part.iter().map(place).collect()).collect();
    let mut of_feature = NOWHERE;
    parts.iter().flatten().for_each(|place| extend(&mut of_feature, *place));
    // Only a line of less than half the world can lie on the other side of it.
    if kind == GeometryType::Point || of_feature[2] - of_feature[0] <= world / 2.0 {
        of_feature = NOWHERE;
        for place in parts.iter_mut().flatten() {
            place[0] += shift(place[0], around, world);
            extend(&mut of_feature, *place);
        }
    }
    let fits = of_feature[0] > around[0]
        && of_feature[1] > around[1]
        && of_feature[2] < around[2]
        && of_feature[3] < around[3];
    fits && parts.iter().all(|part| match kind {
        GeometryType::Point => {
            part.iter().all(|place| areas.iter().any(|rings| is_inside(*place, rings, false)))
        }
        _ => areas.iter().any(|rings| line_within(part, rings)),
    })
}

fn to_world([longitude, latitude]: Point, world: f64) -> Point {
    let x = (180.0 + longitude) / 360.0;
    let angle = std::f64::consts::FRAC_PI_4 + latitude.to_radians() / 2.0;
    let y = (180.0 - angle.tan().ln().to_degrees()) / 360.0;
    [(x * world + 0.5).floor(), (y * world + 0.5).floor()]
}

/// By how much a place is moved to the side of the world where the polygons are.
fn shift(x: f64, around: Box4, world: f64) -> f64 {
    if (around[0]..=around[2]).contains(&x) {
        return 0.0;
    }
    let half = world / 2.0;
    for side in [around[0], around[2]] {
        if x - side > half {
            return -world;
        }
        if side - x > half {
            return world;
        }
    }
    0.0
}

fn line_within(line: &[Point], rings: &[Vec<Point>]) -> bool {
    line.iter().all(|place| is_inside(*place, rings, false))
        && line.windows(2).all(|segment| {
            rings
                .iter()
                .flat_map(|ring| ring.windows(2))
                .all(|edge| !cross(segment[0], segment[1], edge[0], edge[1]))
        })
}

fn extend(of: &mut Box4, [x, y]: Point) {
    *of = [of[0].min(x), of[1].min(y), of[2].max(x), of[3].max(y)];
}
