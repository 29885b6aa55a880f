//! What the style specification says of a property: its name, what it may be, what it is by default,
//! what it may depend on. A test holds all of it against the specification's own `v8.json`.

use crate::style::expression::Allowed;
use crate::style::expression::types::Type;

/// A property of layers of some kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Specification {
    /// Its name.
    pub name: &'static str,
    /// Where it stands in a layer.
    pub group: Group,
    /// What it may be.
    pub kind: ValueKind,
    /// What it is by default, as JSON; `null` where it need not be anything.
    pub default: &'static str,
    /// What it may depend on.
    pub depends: Depends,
    /// Whether there is something between two values.
    pub interpolated: bool,
    /// Whether `{name}` in it stands for a property.
    pub tokens: bool,
    /// The least and the greatest number.
    pub range: (Option<f64>, Option<f64>),
}

/// Where a property stands in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Group {
    Layout,
    Paint,
}

/// What a property may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum ValueKind {
    Number,
    Boolean,
    Color,
    /// One of some texts.
    Choice(&'static [&'static str]),
    /// Some of some texts.
    Choices(&'static [&'static str]),
    /// Numbers, so many or any.
    Numbers(Option<usize>),
    Texts,
    Padding,
    NumberArray,
    ColorArray,
    Formatted,
    Image,
    Anchors,
}

/// What a property may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depends {
    /// Nothing: no expression may stand there.
    Never,
    /// On nothing but the style's `state`.
    State,
    /// The zoom.
    Zoom,
    /// The zoom and the feature.
    Feature,
    /// How far along a line, how dense, or how high.
    Progress,
}

impl Specification {
    const fn new(name: &'static str, group: Group, default: &'static str) -> Specification {
        Specification {
            name,
            group,
            kind: ValueKind::Number,
            default,
            depends: Depends::Zoom,
            interpolated: false,
            tokens: false,
            range: (None, None),
        }
    }

    /// A layout property that may depend on the zoom.
    pub(super) const fn layout(name: &'static str, default: &'static str) -> Specification {
        Specification::new(name, Group::Layout, default)
    }

    /// A paint property that may depend on the zoom.
    pub(super) const fn paint(name: &'static str, default: &'static str) -> Specification {
        Specification::new(name, Group::Paint, default)
    }

    /// Of a kind.
    pub(super) const fn of(self, kind: ValueKind) -> Specification {
        Specification { kind, ..self }
    }

    /// That may depend on the feature too.
    pub(super) const fn data(self) -> Specification {
        Specification { depends: Depends::Feature, ..self }
    }

    /// That may depend on what is said, and nothing else.
    pub(super) const fn depends(self, depends: Depends) -> Specification {
        Specification { depends, ..self }
    }

    /// With something between two values.
    pub(super) const fn smooth(self) -> Specification {
        Specification { interpolated: true, ..self }
    }

    /// With tokens.
    pub(super) const fn tokens(self) -> Specification {
        Specification { tokens: true, ..self }
    }

    /// Of numbers not below one.
    pub(super) const fn least(self, least: f64) -> Specification {
        Specification { range: (Some(least), self.range.1), ..self }
    }

    /// Of numbers between two.
    pub(super) const fn between(self, least: f64, most: f64) -> Specification {
        Specification { range: (Some(least), Some(most)), ..self }
    }

    /// What its expressions may depend on.
    pub fn allowed(&self) -> Allowed {
        Allowed {
            data: self.depends == Depends::Feature,
            zoom: matches!(self.depends, Depends::Feature | Depends::Zoom),
            interpolated: self.interpolated,
        }
    }

    /// The type of its expressions.
    pub fn ty(&self) -> Type {
        match self.kind {
            ValueKind::Number => Type::Number,
            ValueKind::Boolean => Type::Boolean,
            ValueKind::Color => Type::Color,
            ValueKind::Choice(_) => Type::String,
            ValueKind::Choices(_) | ValueKind::Texts => Type::array(Type::String, None),
            ValueKind::Numbers(length) => Type::array(Type::Number, length),
            ValueKind::Padding => Type::Padding,
            ValueKind::NumberArray => Type::NumberArray,
            ValueKind::ColorArray => Type::ColorArray,
            ValueKind::Formatted => Type::Formatted,
            ValueKind::Image => Type::Image,
            ValueKind::Anchors => Type::Anchors,
        }
    }
}
