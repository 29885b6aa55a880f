//! How large a map is on paper, and what is said of it: millimetres, dots to an inch, 1:5000.

use crate::map::sheet::ground::{DENSITY, INCH};
use crate::map::sheet::paper::series_a;
use crate::render::view::{Size, SizeError};

/// What presses print at.
const PRINT_DPI: u32 = 300;

/// A sheet of ISO 216, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper([u32; 2]);

/// How large a map is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    /// Its size in whole pixels of CSS, which a sheet hardly ever has.
    pub size: Size,
    /// Its width and height in pixels of the image: less than those of the size by one or two of CSS.
    pub pixels: [u32; 2],
    /// Dots to an inch, where they are known.
    pub dpi: Option<u32>,
}

impl Paper {
    /// Of a name: `a4` to `a0`.
    pub fn of_name(name: &str) -> Result<Paper, String> {
        (0..=4)
            .find(|number| name.eq_ignore_ascii_case(&format!("a{number}")))
            .map(|number| Paper(series_a(number)))
            .ok_or_else(|| "a4, a3, a2, a1 and a0 are known".into())
    }

    /// A sheet of it, upright or lying.
    ///
    /// # Errors
    /// For more dots than a map is drawn with.
    pub fn sheet(self, is_lying: bool, dpi: Option<u32>) -> Result<Sheet, SizeError> {
        let [mut width, mut height] = self.0.map(f64::from);
        if is_lying {
            (width, height) = (height, width);
        }
        let dpi = dpi.unwrap_or(PRINT_DPI);
        let ratio = f64::from(dpi) / DENSITY;
        let pixels = [width, height].map(|side| (side / 1000.0 / INCH * f64::from(dpi)).round());
        let [width, height] = pixels.map(|side| (side / ratio).ceil() as u32);
        let size = Size::of_print(width, height, ratio)?;
        Ok(Sheet { size, pixels: pixels.map(|side| side as u32), dpi: Some(dpi) })
    }
}

impl Sheet {
    /// Of so many pixels of CSS.
    ///
    /// # Errors
    /// For more than a map is drawn with.
    pub fn of_css(
        [width, height]: [u32; 2],
        ratio: f64,
        dpi: Option<u32>,
    ) -> Result<Sheet, SizeError> {
        let ratio = dpi.map_or(ratio, |dpi| f64::from(dpi) / DENSITY);
        let size = Size::of_print(width, height, ratio)?;
        Ok(Sheet { size, pixels: size.pixels(), dpi })
    }
}

/// The number of `1:5000`.
pub fn scale(text: &str) -> Result<u32, String> {
    let number = text.trim().strip_prefix("1:").unwrap_or_default().replace([' ', '_'], "");
    let number = number.parse().ok().filter(|number| (1..=1_000_000_000).contains(number));
    number.ok_or_else(|| "a scale is meant, as 1:5000".into())
}

/// Dots to an inch: from what a screen has to what anybody sees.
pub fn dpi(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (72..=600).contains(number));
    number.ok_or_else(|| "72 to 600 are allowed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_the_pixels_that_printers_count() {
        let pixels = |name: &str, dpi: u32| {
            Paper::of_name(name).unwrap().sheet(false, Some(dpi)).unwrap().pixels
        };
        assert_eq!(pixels("A4", 300), [2480, 3508]);
        assert_eq!(pixels("a0", 300), [9933, 14043]);
        assert_eq!(pixels("a4", 96), [794, 1123]);
        let lying = Paper::of_name("a3").unwrap().sheet(true, None).unwrap();
        assert_eq!((lying.pixels, lying.dpi), ([4961, 3508], Some(300)));
        assert!(Paper::of_name("a0").unwrap().sheet(false, Some(600)).is_err());
        for unknown in ["a5", "a04", "a+4", "4", "a"] {
            assert!(Paper::of_name(unknown).is_err(), "{unknown}");
        }
        for (sheet, css) in lying.pixels.into_iter().zip(lying.size.pixels()) {
            assert!((sheet..sheet + 8).contains(&css), "{sheet} {css}");
        }
    }

    #[test]
    fn a_scale_is_one_to_a_whole_number() {
        assert_eq!(scale("1:25 000"), Ok(25_000));
        for wrong in ["5000", "1:", "1:0", "2:5000", "1:2.5", "1:inf"] {
            assert!(scale(wrong).is_err(), "{wrong}");
        }
    }
}
