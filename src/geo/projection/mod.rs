//! Source coordinates to Web Mercator (EPSG:3857).
//!
//! Three paths: the formula of the sphere for longitudes and latitudes, [`lambert`] for the
//! French grids (most of what is loaded, so it has its own arithmetic, and [`expansion`] for
//! places near each other), and `proj4rs`, with the
//! definitions of `crs-definitions`, for all else. RGF93, ETRS89 and WGS 84 are taken as one
//! datum, as EPSG's null transformations between them say; they differ by less than a metre.
//!
//! [`correction`] completes those definitions, and names the codes that cannot be placed within a metre.

mod correction;
mod expansion;
mod lambert;

use std::fmt;
use std::sync::Arc;

use proj4rs::Proj;

use super::world::{EARTH_RADIUS, WorldPoint};
use correction::Correction;
use expansion::Expansions;
use lambert::Lambert;

/// A projection from a source's CRS to Web Mercator. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Projection(Path);

#[derive(Clone, Debug)]
enum Path {
    /// Web Mercator already.
    Identity,
    /// Degrees on WGS 84 or a datum equal to it.
    Degrees,
    Lambert(Lambert),
    General(Arc<General>),
}

/// What `proj4rs` does: the source's CRS to longitude and latitude in radians on WGS 84. Not to
/// Mercator at once, so that the poles are treated as everywhere else.
struct General {
    source: Proj,
    target: Proj,
    /// Radians in a unit of a geographic CRS.
    angle: f64,
}

/// Why a CRS has no projection here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplaced {
    /// Neither [`Projection`] nor the definitions know the code.
    #[error("is not known here")]
    Unknown,
    /// Features would lie more than a metre from where PROJ puts them.
    #[error(
        "cannot be placed within a metre here: its datum has other shifts from place to place, or needs grids"
    )]
    Inexact,
    /// What its definition says is not understood.
    #[error("cannot be projected here: {0}")]
    Definition(String),
}

impl Projection {
    /// The projection of an EPSG code.
    /// Coordinates are taken in the order of PostGIS and of files, easting or longitude first,
    /// whatever the order of axes that EPSG declares.
    ///
    /// ```
    /// use tuilerie::geo::projection::Projection;
    /// let lambert93 = Projection::from_epsg(2154).expect("known");
    /// let (x, y) = lambert93.to_mercator(700_000.0, 6_600_000.0).expect("in France");
    /// assert!((x - 333_958.472).abs() < 0.001 && (y - 5_860_839.830).abs() < 0.001);
    /// ```
    ///
    /// # Errors
    /// Says whether the code is unknown, not horizontal, or cannot be placed within a metre.
    pub fn from_epsg(code: u32) -> Result<Projection, Unplaced> {
        let path = match code {
            // 900913 and 102100 are Google's and Esri's numbers for 3857.
            3857 | 3785 | 900_913 | 102_100 | 102_113 => Path::Identity,
            // WGS 84; ETRS89; RGF93 v1, v2 and v2b: in two and in three dimensions.
            4326 | 4979 | 4258 | 4937 | 4171 | 4965 | 9776 | 9777 | 9781 | 9782 => Path::Degrees,
            // Lambert-93 on RGF93 v1, v2 and v2b.
            2154 | 9793 | 9794 => Path::Lambert(Lambert::lambert93()),
            // CC42 to CC50, likewise.
            3942..=3950 => Path::Lambert(Lambert::conic_conformal_zone(code - 3900)),
            9822..=9830 => Path::Lambert(Lambert::conic_conformal_zone(code - 9780)),
            9842..=9850 => Path::Lambert(Lambert::conic_conformal_zone(code - 9800)),
            _ => {
                let definition = u16::try_from(code).ok().and_then(crs_definitions::from_code);
                let definition = definition.ok_or(Unplaced::Unknown)?;
                return Projection::corrected(Correction::of_epsg(code)?, definition.proj4);
            }
        };
        Ok(Projection(path))
    }

    /// The projection of one of Esri's codes, with the PROJ.4 string that goes with it.
    ///
    /// # Errors
    /// As [`from_epsg`](Self::from_epsg).
    pub fn from_esri(code: u32, definition: &str) -> Result<Projection, Unplaced> {
        Projection::corrected(Correction::of_esri(code)?, definition)
    }

    fn corrected(correction: Correction, definition: &str) -> Result<Projection, Unplaced> {
        let angle = correction.angle;
        Projection::general(&correction.apply(definition), angle).map_err(Unplaced::Definition)
    }

    /// The projection that a PROJ.4 string describes.
    ///
    /// # Errors
    /// Says what in the string is not understood.
    pub fn from_proj4(definition: &str) -> Result<Projection, String> {
        Projection::general(definition, correction::DEGREE)
    }

    fn general(definition: &str, angle: f64) -> Result<Projection, String> {
        let parse = |text: &str| Proj::from_proj_string(text).map_err(|error| error.to_string());
        let source = parse(definition)?;
        if source.is_geocent() {
            return Err("geocentric coordinates have no place on a map".to_owned());
        }
        if !source.has_inverse() {
            return Err(format!("the projection {} has no inverse", source.projname()));
        }
        let target = parse("+proj=longlat +datum=WGS84")?;
        Ok(Projection(Path::General(Arc::new(General { source, target, angle }))))
    }

    /// A position of the source CRS (angles for geographic ones, longitude first) in Web
    /// Mercator metres; `None` where the projection cannot place it.
    ///
    /// What lies beyond 180° or 85.05° comes out finite and outside of the map's square, the poles
    /// too: who wants to know compares, [`WorldPoint::from_mercator`] clamps.
    pub fn to_mercator(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (x, y) = match &self.0 {
            Path::Identity => (x, y),
            Path::Degrees => sphere(x.to_radians(), y.to_radians())?,
            Path::Lambert(lambert) => lambert.to_mercator(x, y),
            Path::General(general) => {
                let (longitude, latitude) = general.to_radians(x, y)?;
                sphere(longitude, latitude)?
            }
        };
        (x.is_finite() && y.is_finite()).then_some((x, y))
    }

    /// The same, quantised; what lies outside the square is moved to its edge.
    pub fn to_world(&self, x: f64, y: f64) -> Option<WorldPoint> {
        let (x, y) = self.to_mercator(x, y)?;
        WorldPoint::from_mercator(x, y)
    }
}

/// A [`Projection`] for many positions near each other: ten times as fast on the French grids, and within
/// a micrometre of it. What it remembers changes no answer.
#[derive(Clone, Debug)]
pub struct Projector {
    projection: Projection,
    expansions: Expansions,
}

impl Projector {
    /// One that has been asked nothing yet.
    pub fn new(projection: Projection) -> Projector {
        Projector { projection, expansions: Expansions::default() }
    }

    /// As [`Projection::to_mercator`].
    pub fn to_mercator(&mut self, x: f64, y: f64) -> Option<(f64, f64)> {
        let near = match &self.projection.0 {
            Path::Lambert(lambert) => self.expansions.mercator(lambert, x, y),
            _ => None,
        };
        near.or_else(|| self.projection.to_mercator(x, y))
    }
}

impl General {
    fn to_radians(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        // proj4rs counts on finite input: some of its iterations compare, and NaN never ends them.
        if !(x.is_finite() && y.is_finite()) {
            return None;
        }
        let mut point =
            if self.source.is_latlong() { (x * self.angle, y * self.angle) } else { (x, y) };
        proj4rs::transform::transform(&self.source, &self.target, &mut point).ok()?;
        Some(point)
    }
}

impl fmt::Debug for General {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source.projname())
    }
}

/// Radians to Web Mercator metres: EPSG method 1024, the sphere's formula on geodetic latitudes.
/// `None` beyond the poles. In floating point the tangent of 90° is large and not infinite, so
/// that a pole comes out some 240,000 km away.
fn sphere(longitude: f64, latitude: f64) -> Option<(f64, f64)> {
    // A rounding error beyond the pole is still the pole.
    const POLE: f64 = std::f64::consts::FRAC_PI_2;
    if latitude.is_nan() || latitude.abs() > POLE + 1e-9 {
        return None;
    }
    let latitude = latitude.clamp(-POLE, POLE);
    Some((EARTH_RADIUS * longitude, EARTH_RADIUS * latitude.tan().asinh()))
}

#[cfg(test)]
mod tests;
