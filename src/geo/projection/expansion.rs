//! The Lambert projection near a place, as a series: what neighbours have in common (an arctangent, a
//! logarithm, the way from one latitude to the other) is worked out once a square of the grid.
//!
//! With ζ for a point seen from the cone's apex, southing + i·easting, the projection is ln ζ, whose
//! series about ζ₀ is that of ln(1 + u) with u = (ζ − ζ₀)/ζ₀; from ψ to the sphere's ordinate w it is a
//! function of one number (see [`super::lambert`]), with the derivatives
//! w′ = (1 − e²s²)/(1 − e²), s = tanh w; A = dw′/dw = −2e²s(1 − s²)/(1 − e²); w″ = A·w′;
//! w‴ = (w′·dA/dw + A²)·w′. Within a square the first term left out of each is below 0.3 µm and 0.1 µm.
//!
//! A point belongs to one square whatever was asked before, so that it always gets the same numbers.

use super::lambert::{E2, Lambert};
use crate::geo::world::EARTH_RADIUS;

/// The side of a square, in metres.
const SIDE: f64 = 16_384.0;

/// Nearer to the apex than this, in metres, squares are too large beside what they are seen from.
const NEAREST: f64 = 4_000_000.0;

/// Squares that are remembered, along each axis: the features of a département hit no other's.
const REMEMBERED: usize = 16;

/// One square.
#[derive(Clone, Copy, Debug)]
struct Square {
    place: (i32, i32),
    centre: (f64, f64),
    /// 1/ζ₀.
    inverse: (f64, f64),
    /// The longitude at the centre.
    longitude: f64,
    /// w at the centre and its derivatives by ψ, each over its factorial.
    ordinate: [f64; 4],
}

/// The squares of one grid that were asked for last.
#[derive(Clone, Debug, Default)]
pub(super) struct Expansions(Vec<Option<Square>>);

impl Expansions {
    /// Grid metres to Web Mercator metres; `None` where no square is, at the pole and off the earth.
    pub(super) fn mercator(&mut self, lambert: &Lambert, x: f64, y: f64) -> Option<(f64, f64)> {
        // `as` saturates, and what it cuts is not near any centre.
        let place = ((x / SIDE).floor() as i32, (y / SIDE).floor() as i32);
        let slot = [place.0, place.1].map(|at| at as usize % REMEMBERED);
        if self.0.is_empty() {
            self.0.resize(REMEMBERED * REMEMBERED, None);
        }
        let square = match &mut self.0[slot[0] * REMEMBERED + slot[1]] {
            Some(square) if square.place == place => square,
            other => other.insert(Square::new(lambert, place)?),
        };
        Some(square.mercator(lambert, x, y))
    }
}

impl Square {
    fn new(lambert: &Lambert, place: (i32, i32)) -> Option<Square> {
        let centre = [place.0, place.1].map(|at| (f64::from(at) + 0.5) * SIDE);
        let (east, south) = lambert.seen_from_apex(centre[0], centre[1]);
        let rho2 = east * east + south * south;
        if !(NEAREST * NEAREST..1e16).contains(&rho2) {
            return None;
        }
        let (longitude, psi) = lambert.to_isometric(centre[0], centre[1]);
        let w = lambert.spherical(psi);
        let sine = w.tanh();
        let (s2, c2) = (sine * sine, 1.0 - sine * sine);
        let first = (1.0 - E2 * s2) / (1.0 - E2);
        let a = -2.0 * E2 * sine * c2 / (1.0 - E2);
        let slope_of_a = -2.0 * E2 * (1.0 - 3.0 * s2) * c2 / (1.0 - E2);
        let (second, third) = (a * first, (first * slope_of_a + a * a) * first);
        Some(Square {
            place,
            centre: centre.into(),
            inverse: (south / rho2, -east / rho2),
            longitude,
            ordinate: [w, first, second / 2.0, third / 6.0],
        })
    }

    fn mercator(&self, lambert: &Lambert, x: f64, y: f64) -> (f64, f64) {
        let (south, east) = (self.centre.1 - y, x - self.centre.0);
        let (re, im) = self.inverse;
        let u = (south * re - east * im, south * im + east * re);
        // ln(1 + u) = u·(1 − u·(1/2 − u·(1/3 − u/4)))
        let mut sum = (-0.25, 0.0);
        for term in [1.0 / 3.0, -0.5, 1.0] {
            sum = (sum.0 * u.0 - sum.1 * u.1 + term, sum.0 * u.1 + sum.1 * u.0);
        }
        let (ln_rho, theta) = (sum.0 * u.0 - sum.1 * u.1, sum.0 * u.1 + sum.1 * u.0);
        let psi = -ln_rho / lambert.n;
        let [w, first, second, third] = self.ordinate;
        let ordinate = w + psi * (first + psi * (second + psi * third));
        (EARTH_RADIUS * (self.longitude + theta / lambert.n), EARTH_RADIUS * ordinate)
    }
}
