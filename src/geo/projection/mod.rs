//! Source coordinates to Web Mercator (EPSG:3857).

use super::world::WorldPoint;

/// A projection from a source's CRS to Web Mercator.
#[derive(Clone, Debug)]
pub struct Projection(());

impl Projection {
    /// The projection of an EPSG code, or `None` where the code is unknown.
    pub fn from_epsg(_code: u32) -> Option<Projection> {
        None
    }

    /// The projection that a PROJ.4 string describes.
    ///
    /// # Errors
    /// Says what in the string is not understood.
    pub fn from_proj4(_definition: &str) -> Result<Projection, String> {
        Err(String::new())
    }

    /// A position of the source CRS (degrees for geographic ones, longitude first) in Web
    /// Mercator metres; `None` where the projection cannot place it.
    pub fn to_mercator(&self, _x: f64, _y: f64) -> Option<(f64, f64)> {
        None
    }

    /// The same, quantised.
    pub fn to_world(&self, x: f64, y: f64) -> Option<WorldPoint> {
        let (x, y) = self.to_mercator(x, y)?;
        WorldPoint::from_mercator(x, y)
    }
}
