//! The types of expressions, as the style specification names them, and which passes for which.

use std::fmt;

/// The type of an expression or of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `null`
    Null,
    /// A number.
    Number,
    /// A text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A colour.
    Color,
    /// What the map is projected by.
    Projection,
    /// A JSON object.
    Object,
    /// Any of the others, known only when it is evaluated.
    Value,
    /// Of what never returns; passes for every type.
    Error,
    /// How texts are compared.
    Collator,
    /// Text in sections.
    Formatted,
    /// Widths of four sides.
    Padding,
    /// Numbers, of which one may stand alone.
    NumberArray,
    /// Colours, of which one may stand alone.
    ColorArray,
    /// An image of the sprite.
    Image,
    /// Anchors of a text, each with its offset.
    Anchors,
    /// A list of one type, of a length that may be known.
    Array(Box<Type>, Option<usize>),
}

impl Type {
    /// A list.
    pub fn array(item: Type, length: Option<usize>) -> Type {
        Type::Array(Box::new(item), length)
    }

    /// The name without what a list is of.
    pub fn kind(&self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Number => "number",
            Type::String => "string",
            Type::Boolean => "boolean",
            Type::Color => "color",
            Type::Projection => "projectionDefinition",
            Type::Object => "object",
            Type::Value => "value",
            Type::Error => "error",
            Type::Collator => "collator",
            Type::Formatted => "formatted",
            Type::Padding => "padding",
            Type::NumberArray => "numberArray",
            Type::ColorArray => "colorArray",
            Type::Image => "resolvedImage",
            Type::Anchors => "variableAnchorOffsetCollection",
            Type::Array(..) => "array",
        }
    }

    /// Whether a value of another type may stand where this one is expected.
    pub fn accepts(&self, other: &Type) -> bool {
        match (self, other) {
            (_, Type::Error) => true,
            (Type::Array(item, length), Type::Array(other, of)) => {
                let empty = *of == Some(0) && **other == Type::Value;
                (empty || item.accepts(other)) && (length.is_none() || length == of)
            }
            (Type::Value, Type::Array(item, _)) => Type::Value.accepts(item),
            (Type::Value, Type::Collator) => false,
            (Type::Value, _) => true,
            (expected, found) => expected == found,
        }
    }

    /// What is wrong when a type is found where this one is expected.
    pub fn mismatch(&self, found: &Type) -> Option<String> {
        (!self.accepts(found)).then(|| format!("Expected {self} but found {found} instead."))
    }

    /// Whether there is something between two values of this type.
    pub fn is_interpolatable(&self) -> bool {
        match self {
            Type::Number
            | Type::Projection
            | Type::Color
            | Type::Padding
            | Type::NumberArray
            | Type::ColorArray
            | Type::Anchors => true,
            Type::Array(item, length) => **item == Type::Number && length.is_some(),
            _ => false,
        }
    }

    /// The type of elements that have these, one after the other.
    pub(super) fn of_elements(mut types: impl Iterator<Item = Type>) -> Type {
        let Some(first) = types.next() else { return Type::Value };
        let mut alone = true;
        for other in types {
            alone = false;
            if other != first {
                return Type::Value;
            }
        }
        // Lists are each of their own type, as in MapLibre: even two alike make a list of values.
        let is_list = matches!(first, Type::Array(..));
        if is_list && !alone { Type::Value } else { first }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Array(item, Some(length)) => write!(f, "array<{item}, {length}>"),
            Type::Array(item, None) if **item == Type::Value => f.write_str("array"),
            Type::Array(item, None) => write!(f, "array<{item}>"),
            other => f.write_str(other.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_pass_by_item_and_length() {
        let numbers = |length| Type::array(Type::Number, length);
        assert!(numbers(None).accepts(&numbers(Some(2))));
        assert!(!numbers(Some(3)).accepts(&numbers(Some(2))));
        assert!(!numbers(Some(3)).accepts(&numbers(None)));
        assert!(numbers(None).accepts(&Type::array(Type::Value, Some(0))), "the empty list");
        assert!(!numbers(None).accepts(&Type::array(Type::String, Some(0))));
        assert!(Type::Value.accepts(&numbers(Some(2))));
        assert!(!Type::Value.accepts(&Type::Collator));
        assert_eq!(numbers(Some(2)).to_string(), "array<number, 2>");
        assert_eq!(Type::array(Type::Value, None).to_string(), "array");
    }
}
