//! Lambert conic conformal with two standard parallels, on GRS 80, straight to Web Mercator.
//!
//! Sources: J. P. Snyder, *Map Projections: A Working Manual* (USGS 1395, 1987), p. 107–109, and
//! IGN, NTG_71 (ALG0004, ALG0019). Both go from the isometric latitude ψ back to the geodetic
//! latitude φ by an iteration, and Web Mercator then takes ψ of the sphere at φ. Here the two
//! are one: with w = y/R = atanh(sin φ), the isometric latitude of the ellipsoid is
//! ψ = w − e·atanh(e·sin φ) and sin φ = tanh(w), so that w is the root of
//! w − e·atanh(e·tanh w) − ψ, and φ itself is never needed.

use crate::geo::world::EARTH_RADIUS;

/// First eccentricity of GRS 80 (EPSG 7019, 1/f = 298.257222101), squared.
pub(super) const E2: f64 = 0.006_694_380_022_900_787;

/// The constants of one grid. Its semi-major axis is [`EARTH_RADIUS`], that of GRS 80.
#[derive(Clone, Debug)]
pub(super) struct Lambert {
    e: f64,
    /// The exponent of the projection (sine of the cone's angle), over 0.
    pub(super) n: f64,
    /// Natural logarithm of its constant C, in metres.
    ln_c: f64,
    /// The central meridian, in radians.
    meridian: f64,
    /// Where the cone's apex lies in the grid, in metres.
    apex: (f64, f64),
}

impl Lambert {
    /// Lambert-93 (EPSG:2154).
    pub(super) fn lambert93() -> Lambert {
        Lambert::new([44.0, 49.0], 46.5, (700_000.0, 6_600_000.0))
    }

    /// The zone CC42 to CC50 (EPSG:3942 to 3950), called by the latitude of its origin.
    pub(super) fn conic_conformal_zone(degrees: u32) -> Lambert {
        let origin = f64::from(degrees);
        let northing = (origin - 41.0) * 1_000_000.0 + 200_000.0;
        Lambert::new([origin - 0.75, origin + 0.75], origin, (1_700_000.0, northing))
    }

    /// A grid on the meridian 3° E, from its standard parallels (north of the equator, not
    /// equal) and the latitude of its origin in degrees, and the origin's easting and northing.
    fn new(parallels: [f64; 2], origin: f64, (x0, y0): (f64, f64)) -> Lambert {
        let e = E2.sqrt();
        let isometric = |degrees: f64| {
            let sine = degrees.to_radians().sin();
            sine.atanh() - e * (e * sine).atanh()
        };
        // The radius of a parallel, over the semi-major axis (Snyder 14-15).
        let radius = |degrees: f64| {
            let (sine, cosine) = degrees.to_radians().sin_cos();
            cosine / (1.0 - E2 * sine * sine).sqrt()
        };
        let [south, north] = parallels;
        let n = (radius(south) / radius(north)).ln() / (isometric(north) - isometric(south));
        let ln_c = (EARTH_RADIUS * radius(south) / n).ln() + n * isometric(south);
        let rho0 = (ln_c - n * isometric(origin)).exp();
        Lambert { e, n, ln_c, meridian: 3_f64.to_radians(), apex: (x0, y0 + rho0) }
    }

    /// Grid metres to Web Mercator metres. Not finite at the cone's apex, which is the pole.
    pub(super) fn to_mercator(&self, x: f64, y: f64) -> (f64, f64) {
        let (longitude, psi) = self.to_isometric(x, y);
        (EARTH_RADIUS * longitude, EARTH_RADIUS * self.spherical(psi))
    }

    /// How far east and south of the cone's apex a point lies, in metres.
    pub(super) fn seen_from_apex(&self, x: f64, y: f64) -> (f64, f64) {
        (x - self.apex.0, self.apex.1 - y)
    }

    /// Grid metres to the longitude and the isometric latitude ψ, in radians.
    pub(super) fn to_isometric(&self, x: f64, y: f64) -> (f64, f64) {
        let (east, south) = self.seen_from_apex(x, y);
        let theta = east.atan2(south);
        let rho2 = east * east + south * south;
        (self.meridian + theta / self.n, (self.ln_c - 0.5 * rho2.ln()) / self.n)
    }

    /// The ordinate w of the sphere for an isometric latitude of the ellipsoid.
    ///
    /// Two steps of Newton. ψ is wrong by 0.0067 at most; the second derivative of the function is
    /// below e², so that one step leaves less than 2·10⁻⁷ (1 m) and two leave 10⁻¹⁶ (below
    /// rounding). The plain iteration w ← ψ + e·atanh(e·tanh w) takes five for the same.
    pub(super) fn spherical(&self, psi: f64) -> f64 {
        let mut w = psi;
        for _ in 0..2 {
            let sine = w.tanh();
            let s2 = sine * sine;
            let excess = w - self.e * (self.e * sine).atanh() - psi;
            let slope = 1.0 - E2 * (1.0 - s2) / (1.0 - E2 * s2);
            w -= excess / slope;
        }
        w
    }
}
