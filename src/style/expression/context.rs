//! What an expression is evaluated against: a feature, the zoom, and what surrounds them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashMap;

use super::value::{Object, Value};

/// A property's name as a number: a style's names are numbered once, so that a reader of features
/// finds each in its own columns once a tile, and no feature's names are compared as texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u32);

impl Key {
    /// The number, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The names of properties that a style reads.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Key>,
}

impl Keys {
    /// The number of a name, a new one where it is new.
    pub fn intern(&mut self, name: &str) -> Key {
        if let Some(key) = self.numbers.get(name) {
            return *key;
        }
        let key = Key(self.names.len() as u32);
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.numbers.insert(name, key);
        key
    }

    /// The number of a name, if a style reads it.
    pub fn get(&self, name: &str) -> Option<Key> {
        self.numbers.get(name).copied()
    }

    /// The names, in the order of their numbers.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }
}

/// What a feature's geometry is, of one part or of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum GeometryType {
    Unknown,
    Point,
    LineString,
    Polygon,
}

impl GeometryType {
    /// As styles name it.
    pub fn name(self) -> &'static str {
        match self {
            GeometryType::Unknown => "Unknown",
            GeometryType::Point => "Point",
            GeometryType::LineString => "LineString",
            GeometryType::Polygon => "Polygon",
        }
    }
}

/// A property's value as a feature has it: small, and nothing to give back, since a filter looks at
/// one for each of millions of features.
#[derive(Clone, Copy, Debug)]
pub enum Attribute<'a> {
    /// Nothing, though it is there.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// A list or an object, which no tile has.
    Value(&'a Value<'a>),
}

impl<'a> Attribute<'a> {
    /// Of a value.
    pub fn of(value: &'a Value<'a>) -> Attribute<'a> {
        match value {
            Value::Null => Attribute::Null,
            Value::Boolean(boolean) => Attribute::Boolean(*boolean),
            Value::Number(number) => Attribute::Number(*number),
            Value::String(text) => Attribute::Text(text),
            other => Attribute::Value(other),
        }
    }

    /// Whether it is identical to a value, as JavaScript's `===` has it.
    #[inline]
    pub(super) fn is(self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Attribute::Text(a), Value::String(b)) => *a == **b,
            (Attribute::Number(a), Value::Number(b)) => a == *b,
            (Attribute::Boolean(a), Value::Boolean(b)) => a == *b,
            (Attribute::Null, Value::Null) => true,
            (Attribute::Value(a), b) => a.is_identical(b),
            _ => false,
        }
    }
}

impl<'a> From<Attribute<'a>> for Value<'a> {
    fn from(attribute: Attribute<'a>) -> Value<'a> {
        match attribute {
            Attribute::Null => Value::Null,
            Attribute::Boolean(boolean) => Value::Boolean(boolean),
            Attribute::Number(number) => Value::Number(number),
            Attribute::Text(text) => Value::text(text),
            Attribute::Value(value) => value.borrow(),
        }
    }
}

/// A feature, as far as a style asks about it. What is not asked is not decoded: most features
/// never are asked for more than a filter's two or three properties.
pub trait Feature {
    /// A property that the style names.
    fn property(&self, key: Key) -> Option<Attribute<'_>>;

    /// A property whose name the style computes.
    fn property_named(&self, name: &str) -> Option<Attribute<'_>>;

    /// All properties.
    fn properties(&self) -> Arc<Object>;

    /// Its id.
    fn id(&self) -> Option<Attribute<'_>>;

    /// What its geometry is.
    fn geometry_type(&self) -> Option<GeometryType>;

    /// Its parts (points, lines or rings), in units of its tile of [`EXTENT`]. Only `within` and
    /// `distance` ask.
    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        None
    }

    /// What somebody noted of it with `setFeatureState`; a server has no such thing.
    fn state(&self, _name: &str) -> Option<Attribute<'_>> {
        None
    }
}

/// Units along a tile's side in [`Feature::geometry`].
pub const EXTENT: f64 = 8192.0;

/// No feature: what a layer's own properties are evaluated with.
#[derive(Clone, Copy, Debug)]
pub struct NoFeature;

impl Feature for NoFeature {
    fn property(&self, _: Key) -> Option<Attribute<'_>> {
        None
    }

    fn property_named(&self, _: &str) -> Option<Attribute<'_>> {
        None
    }

    fn properties(&self) -> Arc<Object> {
        Arc::default()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        None
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        None
    }
}

/// What is the same for all features of a map.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The style's `state`.
    pub state: Object,
    /// The images that there are; nobody asked, when none.
    pub images: Option<BTreeSet<String>>,
    /// Scripts (by a text in them) that cannot be drawn.
    pub unsupported_script: Option<fn(&str) -> bool>,
}

/// What an expression is evaluated against.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The feature.
    pub feature: &'a dyn Feature,
    /// What is the same for all.
    pub surroundings: &'a Surroundings,
    /// The zoom; NaN where there is none.
    pub zoom: f64,
    /// Zoom, column and row of the tile that [`Feature::geometry`] is in.
    pub tile: Option<(u8, u32, u32)>,
    /// What the colour of a heatmap, of a line's gradient or of relief depends on.
    pub progress: f64,
    /// What a cluster's property has become so far.
    pub accumulated: Option<&'a Value<'static>>,
    /// Where the reason of a failure goes; in the hot loop nowhere, and no text is made.
    pub(super) reason: Option<&'a RefCell<Option<RuntimeError>>>,
}

impl<'a> Context<'a> {
    /// A feature at a zoom.
    pub fn new(feature: &'a dyn Feature, zoom: f64, surroundings: &'a Surroundings) -> Context<'a> {
        Context {
            feature,
            surroundings,
            zoom,
            tile: None,
            progress: 0.0,
            accumulated: None,
            reason: None,
        }
    }

    /// The same, at another place of what a heatmap's, a gradient's or relief's colour runs along.
    #[must_use]
    pub fn with_progress(self, progress: f64) -> Context<'a> {
        Context { progress, ..self }
    }

    /// Notes why an evaluation fails, if anybody wants to know.
    pub(super) fn fail(&self, path: &str, message: impl FnOnce() -> String) -> Failed {
        if let Some(reason) = self.reason {
            let error = RuntimeError { path: path.to_owned(), message: message() };
            *reason.borrow_mut() = Some(error);
        }
        Failed
    }
}

/// An evaluation that has no result; the property's default stands instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Why an evaluation has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct RuntimeError {
    /// Where in the expression, by index: `[2][1]`.
    pub path: String,
    /// In MapLibre's words.
    pub message: String,
}
