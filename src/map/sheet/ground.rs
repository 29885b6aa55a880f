//! How long on the ground is what is long on a map. Web Mercator stretches everything, at 43.5° N by four tenths: a
//! map of it has a scale at a latitude only, here that of the sheet's middle.
//!
//! It is stretched as from a sphere, while latitudes are those of the ellipsoid: so a little more along
//! meridians than along parallels (0.36 % at 43.5° N). The mean of both is taken, so that what is measured on
//! a sheet is right to 0.2 %, less than paper shrinks by. (Rejected: stretching the picture. Its labels and
//! circles would be out of shape for what nobody can measure.)

use crate::geo::world::HALF_WIDTH;
use crate::render::view::TILE_SIZE;

/// The first eccentricity of the ellipsoid of WGS 84, squared.
const E2: f64 = 0.006_694_379_990_14;
/// Pixels of CSS in an inch.
pub const DENSITY: f64 = 96.0;
/// An inch, in metres.
pub const INCH: f64 = 0.0254;

/// By how much Web Mercator is larger than the ground at a latitude: √(along the parallel × along the meridian).
pub fn stretch(latitude: f64) -> f64 {
    let (sin, cos) = latitude.to_radians().sin_cos();
    (1.0 - E2 * sin * sin) / ((1.0 - E2).sqrt() * cos)
}

/// The zoom at which a pixel of CSS, as large as it is on paper, shows what a scale says.
pub fn zoom(scale: u32, latitude: f64) -> f64 {
    let pixel = INCH / DENSITY * f64::from(scale) * stretch(latitude);
    (2.0 * HALF_WIDTH / (TILE_SIZE * pixel)).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stretch_is_that_of_the_ellipsoid() {
        // Radii of curvature of WGS 84: along the meridian M, along the parallel N cos φ.
        let a = 6_378_137.0;
        for latitude in [0.0_f64, 43.28, 60.0] {
            let (sin, cos) = latitude.to_radians().sin_cos();
            let w = (1.0 - E2 * sin * sin).sqrt();
            let (meridian, parallel) = (a * (1.0 - E2) / w.powi(3), a / w * cos);
            let (north, east) = (a / cos / meridian, a / parallel);
            assert!((stretch(latitude) - (north * east).sqrt()).abs() < 1e-9, "{latitude}");
            assert!((north / east - 1.0).abs() < 0.007, "{latitude}");
        }
    }

    #[test]
    fn half_the_scale_is_a_zoom_less() {
        assert!((zoom(1000, 43.0) - zoom(2000, 43.0) - 1.0).abs() < 1e-12);
        assert!((zoom(2000, 43.2815) - 16.7).abs() < 0.05);
    }
}
