//! The few texts that some properties may be.

use super::property::PropertyType;
use super::specification::ValueKind;
use super::values::elements;
use crate::style::expression::value::{Anchor, Value};

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident {
        $first:ident = $first_text:literal $(, $variant:ident = $text:literal)* $(,)?
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[allow(missing_docs, reason = "they are what they are called")]
        pub enum $name { #[default] $first $(, $variant)* }

        impl $name {
            const TEXTS: &'static [&'static str] = &[$first_text $(, $text)*];

            fn named(text: &str) -> Option<$name> {
                match text {
                    $first_text => Some($name::$first),
                    $($text => Some($name::$variant),)*
                    _ => None,
                }
            }
        }

        impl PropertyType for $name {
            const KIND: ValueKind = ValueKind::Choice($name::TEXTS);

            fn from_value(value: &Value<'_>) -> Option<$name> {
                match value {
                    Value::String(text) => $name::named(text),
                    _ => None,
                }
            }
        }
    )*};
}

choices! {
    /// Whether a layer is drawn.
    Visibility { Visible = "visible", None = "none" }
    /// How a line ends.
    Cap { Butt = "butt", Round = "round", Square = "square" }
    /// How a line turns.
    Join { Bevel = "bevel", Round = "round", Miter = "miter" }
    /// What a layer's colours do to those below.
    Blend {
        Normal = "normal", Multiply = "multiply", Color = "color", Luminosity = "luminosity",
        PlusLighter = "plus-lighter", Screen = "screen", Overlay = "overlay",
    }
    /// What something is turned with.
    Frame { Map = "map", Viewport = "viewport" }
    /// The same, or by the placement.
    Alignment { Map = "map", Viewport = "viewport", Auto = "auto" }
    /// The same, or each glyph alone.
    TextAlignment {
        Map = "map", Viewport = "viewport", ViewportGlyph = "viewport-glyph", Auto = "auto",
    }
    /// Where symbols stand.
    Placement { Point = "point", Line = "line", LineCenter = "line-center" }
    /// Which symbol lies above.
    ZOrder { Auto = "auto", ViewportY = "viewport-y", Source = "source" }
    /// Whether symbols may lie on others.
    Overlap { Never = "never", Always = "always", Cooperative = "cooperative" }
    /// How an icon is made to fit its text.
    TextFit { None = "none", Width = "width", Height = "height", Both = "both" }
    /// How lines of a text are aligned.
    Justify { Auto = "auto", Left = "left", Center = "center", Right = "right" }
    /// What becomes of a text's letters.
    Transform { None = "none", Uppercase = "uppercase", Lowercase = "lowercase" }
    /// From what a symbol's height counts.
    HeightAnchor { Ground = "ground", Absolute = "absolute" }
    /// In which direction a text is written.
    WritingMode { Horizontal = "horizontal", Vertical = "vertical" }
    /// What lies between pixels.
    Resampling { Linear = "linear", Nearest = "nearest" }
    /// How relief is shaded.
    HillshadeMethod {
        Standard = "standard", Basic = "basic", Combined = "combined", Igor = "igor",
        Multidirectional = "multidirectional",
    }
}

const ANCHORS: &[&str] = &[
    "center",
    "left",
    "right",
    "top",
    "bottom",
    "top-left",
    "top-right",
    "bottom-left",
    "bottom-right",
];

fn anchor(value: &Value<'_>) -> Option<Anchor> {
    match value {
        Value::String(text) => Anchor::named(text),
        _ => None,
    }
}

impl PropertyType for Anchor {
    const KIND: ValueKind = ValueKind::Choice(ANCHORS);

    fn from_value(value: &Value<'_>) -> Option<Anchor> {
        anchor(value)
    }
}

impl PropertyType for Vec<Anchor> {
    const KIND: ValueKind = ValueKind::Choices(ANCHORS);

    fn from_value(value: &Value<'_>) -> Option<Vec<Anchor>> {
        elements(value, anchor)
    }
}

impl PropertyType for Vec<WritingMode> {
    const KIND: ValueKind = ValueKind::Choices(WritingMode::TEXTS);

    fn from_value(value: &Value<'_>) -> Option<Vec<WritingMode>> {
        elements(value, WritingMode::from_value)
    }
}
