//! How a feature is drawn, by its properties: those of simplestyle, which GitHub and Mapbox read. `title` and
//! `description` are for maps that can be clicked on.
//!
//! Source: <https://github.com/mapbox/simplestyle-spec/tree/master/1.1.0>

use serde_json::{Value, json};

use crate::style::expression::color::Color;
use crate::style::layer::mistake::{Mistakes, below};

/// A wider line is no line.
const WIDEST: f64 = 200.0;
/// What marks a marker that says nothing: a dot.
const DOT: &str = "●";
/// Colours of this part of white's light or more are written on in black.
const LIGHT: f64 = 0.6;

/// The properties that a feature is drawn by, in the names of the overlay's style.
pub(super) fn drawn_by(properties: &Value, pointer: &str, mistakes: &mut Mistakes) -> Value {
    if !(properties.is_object() || properties.is_null()) {
        mistakes.note(pointer, "must be an object, or null");
    }
    let mut reader = Reader { properties, pointer, mistakes };
    let marker = reader.color("marker-color", "7e7e7e");
    let [red, green, blue] = [marker.red, marker.green, marker.blue];
    let is_light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT;
    json!({
        "marker-color": marker.to_string(),
        "ink": if is_light { "#222222" } else { "#ffffff" },
        "size": reader.size(),
        "symbol": reader.symbol(),
        "stroke": reader.color("stroke", "555555").to_string(),
        "stroke-opacity": reader.number("stroke-opacity", 1.0, 1.0),
        "stroke-width": reader.number("stroke-width", 2.0, WIDEST),
        "fill": reader.color("fill", "555555").to_string(),
        "fill-opacity": reader.number("fill-opacity", 0.6, 1.0),
    })
}

struct Reader<'r> {
    properties: &'r Value,
    pointer: &'r str,
    mistakes: &'r mut Mistakes,
}

impl Reader<'_> {
    /// A property, or what stands for it where it is absent or, with a word on it, wrong.
    fn read<T>(
        &mut self,
        name: &str,
        preset: T,
        allowed: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> T {
        let Some(written) = self.properties.get(name).filter(|written| !written.is_null()) else {
            return preset;
        };
        read(written).unwrap_or_else(|| {
            self.mistakes.note(below(self.pointer, name), format!("must be {allowed}"));
            preset
        })
    }

    fn color(&mut self, name: &str, preset: &str) -> Color {
        let preset = color(preset).unwrap_or_default();
        let allowed = "a colour, such as \"#c0392b\"";
        self.read(name, preset, allowed, |written| color(written.as_str()?))
    }

    fn number(&mut self, name: &str, preset: f64, most: f64) -> f64 {
        let allowed = format!("a number from 0 to {most}");
        self.read(name, preset, &allowed, |written| {
            written.as_f64().filter(|number| (0.0..=most).contains(number))
        })
    }

    fn size(&mut self) -> f64 {
        let allowed = "\"small\", \"medium\" or \"large\"";
        self.read("marker-size", 1.0, allowed, |written| match written.as_str()? {
            "small" => Some(0.75),
            "medium" => Some(1.0),
            "large" => Some(1.35),
            _ => None,
        })
    }

    fn symbol(&mut self) -> String {
        let allowed = "a letter, a digit, a number up to 99, or \"\"";
        self.read("marker-symbol", DOT.to_owned(), allowed, |written| {
            let text = match written {
                Value::Number(number) => number.as_u64()?.to_string(),
                written => written.as_str()?.to_uppercase(),
            };
            let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            match text.chars().count() {
                0 => Some(DOT.to_owned()),
                1 if text.chars().all(char::is_alphanumeric) => Some(text),
                _ => is_number.then_some(text),
            }
        })
    }
}

/// A colour of CSS, or six or three digits without the sign before them.
fn color(text: &str) -> Option<Color> {
    let is_bare = [3, 6].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_bare { Color::parse(&format!("#{text}")) } else { Color::parse(text) }
}
