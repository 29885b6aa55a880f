//! Colours: sRGB, not multiplied by their opacity.
//!
//! MapLibre keeps them multiplied and divides when it mixes two; kept so, a transparent red would
//! forget that it is red. [`Color::premultiplied`] is what it draws with.

mod css;
mod spaces;

use std::fmt;

use super::number;

/// A colour, each part from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Color {
    /// Red.
    pub red: f64,
    /// Green.
    pub green: f64,
    /// Blue.
    pub blue: f64,
    /// Opacity.
    pub alpha: f64,
}

/// In what colours are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// sRGB, as everything on a map.
    Rgb,
    /// Hue, chroma and lightness.
    Hcl,
    /// CIELAB.
    Lab,
}

impl Color {
    /// Black.
    pub const BLACK: Color = Color::new(0.0, 0.0, 0.0, 1.0);
    /// Black, and not to be seen.
    pub const TRANSPARENT: Color = Color::new(0.0, 0.0, 0.0, 0.0);

    /// From its parts.
    pub const fn new(red: f64, green: f64, blue: f64, alpha: f64) -> Color {
        Color { red, green, blue, alpha }
    }

    /// From the CSS texts that the style specification allows.
    pub fn parse(text: &str) -> Option<Color> {
        css::parse(text)
    }

    /// From parts that were multiplied by the opacity.
    pub(super) fn from_premultiplied([red, green, blue, alpha]: [f64; 4]) -> Color {
        if alpha == 0.0 {
            return Color::TRANSPARENT;
        }
        Color::new(red / alpha, green / alpha, blue / alpha, alpha)
    }

    /// Red, green and blue multiplied by the opacity, and the opacity.
    pub fn premultiplied(self) -> [f64; 4] {
        [self.red * self.alpha, self.green * self.alpha, self.blue * self.alpha, self.alpha]
    }

    /// Between this and another.
    #[must_use]
    pub fn mix(self, other: Color, t: f64, space: Space) -> Color {
        match space {
            Space::Rgb => Color::from_array(between(self.to_array(), other.to_array(), t)),
            Space::Lab => spaces::mix_lab(self, other, t),
            Space::Hcl => spaces::mix_hcl(self, other, t),
        }
    }

    fn to_array(self) -> [f64; 4] {
        [self.red, self.green, self.blue, self.alpha]
    }

    fn from_array([red, green, blue, alpha]: [f64; 4]) -> Color {
        Color { red, green, blue, alpha }
    }
}

fn between(from: [f64; 4], to: [f64; 4], t: f64) -> [f64; 4] {
    std::array::from_fn(|i| from[i] + t * (to[i] - from[i]))
}

impl fmt::Display for Color {
    /// As `to-string` writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let byte = |part: f64| number::written((part * 255.0 + 0.5).floor());
        let (red, green, blue) = (byte(self.red), byte(self.green), byte(self.blue));
        write!(f, "rgba({red},{green},{blue},{})", number::written(self.alpha))
    }
}
