//! Distances on the ellipsoid, as on a plane that touches it at one latitude: within a tile as exact
//! as it need be.
//!
//! Source: <https://github.com/mapbox/cheap-ruler>

use super::Point;

/// WGS 84.
const RADIUS: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;

/// Metres to a degree, east and north.
pub(super) struct Ruler {
    east: f64,
    north: f64,
}

impl Ruler {
    pub(super) fn at(latitude: f64) -> Ruler {
        let e2 = FLATTENING * (2.0 - FLATTENING);
        let cos = latitude.to_radians().cos();
        let w2 = 1.0 / (1.0 - e2 * (1.0 - cos * cos));
        let (metres, w) = (1f64.to_radians() * RADIUS, w2.sqrt());
        Ruler { east: metres * w * cos, north: metres * w * w2 * (1.0 - e2) }
    }

    /// From a place to the nearest of a segment. That is found in degrees, as MapLibre does: which
    /// millimetre it is depends on the rounding.
    pub(super) fn to_segment(&self, place: Point, from: Point, to: Point) -> f64 {
        let (dx, dy) = (wrap(to[0] - from[0]) * self.east, (to[1] - from[1]) * self.north);
        let length = dx * dx + dy * dy;
        let mut nearest = from;
        if length != 0.0 {
            let along =
                wrap(place[0] - from[0]) * self.east * dx + (place[1] - from[1]) * self.north * dy;
            let t = along / length;
            if t > 1.0 {
                nearest = to;
            } else if t > 0.0 {
                nearest = [from[0] + dx / self.east * t, from[1] + dy / self.north * t];
            }
        }
        let dx = wrap(place[0] - nearest[0]) * self.east;
        let dy = (place[1] - nearest[1]) * self.north;
        (dx * dx + dy * dy).sqrt()
    }
}

fn wrap(degrees: f64) -> f64 {
    if (-180.0..=180.0).contains(&degrees) {
        return degrees;
    }
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}
