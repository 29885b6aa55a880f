//! A property over the zoom, for one combination of values → stops, which QGIS draws as MapLibre
//! does: by powers of a base between them.

use serde_json::{Value as Json, json};

use crate::style::expression::value::Value;
use crate::style::expression::{Compiled, Context, Expression, Keys, Surroundings};
use crate::style::sample::SampleFeature;

/// QGIS has no jumps: one is a slope so narrow that no map is seen at it.
const JUMP: f64 = 0.001;

/// An expression, compiled for the zooms where it bends.
#[derive(Debug)]
pub struct Sampled {
    base: f64,
    points: Vec<(f64, Compiled)>,
}

/// A property's values at some zooms, at one if they are all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Stops {
    base: f64,
    stops: Vec<(f64, Value<'static>)>,
}

/// The zooms where an expression bends, before and after where it jumps.
pub fn bends(expression: &Expression) -> Vec<f64> {
    let Some(curve) = expression.curve() else { return Vec::new() };
    match curve.base {
        Some(_) => curve.stops,
        None => curve.stops.iter().flat_map(|stop| [stop - JUMP, *stop]).collect(),
    }
}

impl Sampled {
    /// Of an expression at the zooms where it bends, or at others.
    pub fn new(expression: &Expression, keys: &Keys, zooms: Option<&[f64]>) -> Sampled {
        let base = expression.curve().and_then(|curve| curve.base).unwrap_or(1.0);
        let own = bends(expression);
        let zooms = zooms.unwrap_or(&own);
        // What is the same at all zooms is at any.
        let zooms = if zooms.is_empty() { &[0.0] } else { zooms };
        let points =
            zooms.iter().map(|zoom| (*zoom, expression.compile(keys, Some(*zoom)))).collect();
        Sampled { base: if zooms == own { base } else { 1.0 }, points }
    }

    /// For a feature; `None` where it has no value, so that the default stands.
    pub fn of(&self, feature: &SampleFeature<'_>, surroundings: &Surroundings) -> Option<Stops> {
        let value = |(zoom, compiled): &(f64, Compiled)| {
            let value = compiled.value(&Context::new(feature, *zoom, surroundings)).ok()?;
            Some((*zoom, value.into_shared())).filter(|(_, value)| *value != Value::Null)
        };
        let stops = self.points.iter().map(value).collect::<Option<Vec<_>>>()?;
        Some(Stops { base: self.base, stops })
    }
}

impl Stops {
    /// A value at all zooms.
    pub fn constant(value: Value<'static>) -> Stops {
        Stops { base: 1.0, stops: vec![(0.0, value)] }
    }

    /// Whether it is the same at all zooms.
    pub fn is_constant(&self) -> bool {
        self.stops.windows(2).all(|pair| pair[0].1 == pair[1].1)
    }

    /// The number that it comes to.
    pub fn last(&self) -> Option<f64> {
        match self.stops.last()? {
            (_, Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether it says that there is none: an image without a name, a text without letters.
    pub fn is_empty(&self) -> bool {
        let is_empty = |json: Json| json.is_null() || json == "";
        self.is_constant() && self.stops.first().is_none_or(|(_, value)| is_empty(json(value)))
    }

    /// Another value at the same zooms.
    pub fn with(&self, value: &Stops) -> Stops {
        let Some((_, value)) = value.stops.first() else { return value.clone() };
        let stops = self.stops.iter().map(|(zoom, _)| (*zoom, value.clone())).collect();
        Stops { base: self.base, stops }
    }

    /// A colour made fainter by an opacity, which is constant or has the same stops.
    pub fn faded(&self, opacity: &Stops) -> Stops {
        let mut faded = self.clone();
        for (place, (_, value)) in faded.stops.iter_mut().enumerate() {
            let opacity = opacity.stops.get(place).or(opacity.stops.first());
            if let (Value::Color(color), Some((_, Value::Number(opacity)))) = (value, opacity) {
                color.alpha *= opacity.clamp(0.0, 1.0);
            }
        }
        faded
    }

    /// As a style has it. The first value stands at zoom 0 too: before its first stop QGIS draws
    /// something else.
    pub fn to_json(&self) -> Json {
        let Some((first, value)) = self.stops.first() else { return Json::Null };
        if self.is_constant() {
            return json(value);
        }
        let before = (*first > 0.0).then(|| json!([0, json(value)]));
        let stop = |(zoom, value): &(f64, Value<'_>)| json!([zoom, json(value)]);
        let stops = self.stops.iter().map(stop);
        let stops: Vec<Json> = before.into_iter().chain(stops).collect();
        json!({ "base": self.base, "stops": stops })
    }
}

/// A value as it stands in a style.
pub fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Boolean(boolean) => json!(boolean),
        // Digits that nobody sees.
        Value::Number(number) => match (number * 1e4).round() / 1e4 {
            whole if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
            number => json!(number),
        },
        Value::String(text) => json!(&**text),
        Value::Color(color) => json!(color.to_string()),
        Value::Array(elements) => elements.iter().map(json).collect(),
        Value::NumberArray(numbers) => json!(&**numbers),
        Value::Formatted(text) => json!(text.text()),
        Value::Image(image) => json!(&*image.name),
        _ => Json::Null,
    }
}
