//! The plain operators: a name, the type of the result, and the types of the arguments, by which the
//! arguments are checked and coerced.

use std::fmt;

use serde_json::Value as Json;

use super::types::Type;

/// A plain operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Operator {
    Error,
    TypeOf,
    ToRgba,
    Rgba,
    Has,
    Get,
    FeatureState,
    Properties,
    GeometryType,
    Id,
    Zoom,
    HeatmapDensity,
    Elevation,
    LineProgress,
    Accumulated,
    Add,
    Multiply,
    Subtract,
    Divide,
    Remainder,
    Ln2,
    Pi,
    E,
    Power,
    SquareRoot,
    Log10,
    Ln,
    Log2,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Min,
    Max,
    Abs,
    Round,
    Floor,
    Ceil,
    All,
    Any,
    Not,
    IsSupportedScript,
    Upcase,
    Downcase,
    Concat,
    Split,
    Join,
    ResolvedLocale,
    /// A property, the id or the geometry's type compared as a filter of old does: false where the
    /// types differ.
    FilterEqual(Subject),
    FilterOrder(Subject, super::checked::Comparison),
    FilterHas(Subject),
    FilterIn(Subject),
}

/// What a filter of old asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Subject {
    Property,
    Id,
    GeometryType,
}

/// The types of arguments.
#[derive(Clone, Debug)]
pub enum Signature {
    /// So many.
    Fixed(Vec<Type>),
    /// Any number of one type.
    Any(Type),
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Definition {
    pub operator: Operator,
    pub result: Type,
    pub signatures: Vec<Signature>,
}

impl Signature {
    /// Whether so many arguments can be meant.
    pub fn takes(&self, count: usize) -> bool {
        match self {
            Signature::Fixed(types) => types.len() == count,
            Signature::Any(_) => true,
        }
    }

    /// The type of an argument.
    pub fn argument(&self, index: usize) -> Option<&Type> {
        match self {
            Signature::Fixed(types) => types.get(index),
            Signature::Any(ty) => Some(ty),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Signature::Fixed(types) => {
                let types: Vec<_> = types.iter().map(Type::to_string).collect();
                write!(f, "({})", types.join(", "))
            }
            Signature::Any(ty) => write!(f, "({ty}...)"),
        }
    }
}

/// The operator of a name.
pub fn definition(name: &str) -> Option<Definition> {
    use super::checked::Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    use Operator as O;
    use Signature::{Any, Fixed};
    use Subject as S;
    use Type::{Boolean, Color, Number, Object, String, Value};

    let fixed = |types: &[Type]| vec![Fixed(types.to_vec())];
    let any = |ty| vec![Any(ty)];
    let values = Type::array(Value, None);
    let (operator, result, signatures) = match name {
        "error" => (O::Error, Type::Error, fixed(&[String])),
        "typeof" => (O::TypeOf, String, fixed(&[Value])),
        "to-rgba" => (O::ToRgba, Type::array(Number, Some(4)), fixed(&[Color])),
        "rgb" => (O::Rgba, Color, fixed(&[Number, Number, Number])),
        "rgba" => (O::Rgba, Color, fixed(&[Number, Number, Number, Number])),
        "has" => (O::Has, Boolean, vec![Fixed(vec![String]), Fixed(vec![String, Object])]),
        "get" => (O::Get, Value, vec![Fixed(vec![String]), Fixed(vec![String, Object])]),
        "feature-state" => (O::FeatureState, Value, fixed(&[String])),
        "properties" => (O::Properties, Object, fixed(&[])),
        "geometry-type" => (O::GeometryType, String, fixed(&[])),
        "id" => (O::Id, Value, fixed(&[])),
        "zoom" => (O::Zoom, Number, fixed(&[])),
        "heatmap-density" => (O::HeatmapDensity, Number, fixed(&[])),
        "elevation" => (O::Elevation, Number, fixed(&[])),
        "line-progress" => (O::LineProgress, Number, fixed(&[])),
        "accumulated" => (O::Accumulated, Value, fixed(&[])),
        "+" => (O::Add, Number, any(Number)),
        "*" => (O::Multiply, Number, any(Number)),
        "-" => {
            let signatures = vec![Fixed(vec![Number, Number]), Fixed(vec![Number])];
            (O::Subtract, Number, signatures)
        }
        "/" => (O::Divide, Number, fixed(&[Number, Number])),
        "%" => (O::Remainder, Number, fixed(&[Number, Number])),
        "ln2" => (O::Ln2, Number, fixed(&[])),
        "pi" => (O::Pi, Number, fixed(&[])),
        "e" => (O::E, Number, fixed(&[])),
        "^" => (O::Power, Number, fixed(&[Number, Number])),
        "sqrt" => (O::SquareRoot, Number, fixed(&[Number])),
        "log10" => (O::Log10, Number, fixed(&[Number])),
        "ln" => (O::Ln, Number, fixed(&[Number])),
        "log2" => (O::Log2, Number, fixed(&[Number])),
        "sin" => (O::Sin, Number, fixed(&[Number])),
        "cos" => (O::Cos, Number, fixed(&[Number])),
        "tan" => (O::Tan, Number, fixed(&[Number])),
        "asin" => (O::Asin, Number, fixed(&[Number])),
        "acos" => (O::Acos, Number, fixed(&[Number])),
        "atan" => (O::Atan, Number, fixed(&[Number])),
        "min" => (O::Min, Number, any(Number)),
        "max" => (O::Max, Number, any(Number)),
        "abs" => (O::Abs, Number, fixed(&[Number])),
        "round" => (O::Round, Number, fixed(&[Number])),
        "floor" => (O::Floor, Number, fixed(&[Number])),
        "ceil" => (O::Ceil, Number, fixed(&[Number])),
        "all" => (O::All, Boolean, vec![Fixed(vec![Boolean, Boolean]), Any(Boolean)]),
        "any" => (O::Any, Boolean, vec![Fixed(vec![Boolean, Boolean]), Any(Boolean)]),
        "!" => (O::Not, Boolean, fixed(&[Boolean])),
        "is-supported-script" => (O::IsSupportedScript, Boolean, fixed(&[String])),
        "upcase" => (O::Upcase, String, fixed(&[String])),
        "downcase" => (O::Downcase, String, fixed(&[String])),
        "concat" => (O::Concat, String, any(Value)),
        "split" => (O::Split, Type::array(String, None), fixed(&[String, String])),
        "join" => (O::Join, String, fixed(&[Type::array(String, None), String])),
        "resolved-locale" => (O::ResolvedLocale, String, fixed(&[Type::Collator])),
        "filter-==" => (O::FilterEqual(S::Property), Boolean, fixed(&[String, Value])),
        "filter-id-==" => (O::FilterEqual(S::Id), Boolean, fixed(&[Value])),
        "filter-type-==" => (O::FilterEqual(S::GeometryType), Boolean, fixed(&[String])),
        "filter-<" => (O::FilterOrder(S::Property, Less), Boolean, fixed(&[String, Value])),
        "filter->" => (O::FilterOrder(S::Property, Greater), Boolean, fixed(&[String, Value])),
        "filter-<=" => (O::FilterOrder(S::Property, LessOrEqual), Boolean, fixed(&[String, Value])),
        "filter->=" => {
            (O::FilterOrder(S::Property, GreaterOrEqual), Boolean, fixed(&[String, Value]))
        }
        "filter-id-<" => (O::FilterOrder(S::Id, Less), Boolean, fixed(&[Value])),
        "filter-id->" => (O::FilterOrder(S::Id, Greater), Boolean, fixed(&[Value])),
        "filter-id-<=" => (O::FilterOrder(S::Id, LessOrEqual), Boolean, fixed(&[Value])),
        "filter-id->=" => (O::FilterOrder(S::Id, GreaterOrEqual), Boolean, fixed(&[Value])),
        "filter-has" => (O::FilterHas(S::Property), Boolean, fixed(&[Value])),
        "filter-has-id" => (O::FilterHas(S::Id), Boolean, fixed(&[])),
        "filter-type-in" => {
            (O::FilterIn(S::GeometryType), Boolean, fixed(&[Type::array(String, None)]))
        }
        "filter-id-in" => (O::FilterIn(S::Id), Boolean, fixed(&[values])),
        "filter-in-small" | "filter-in-large" => {
            (O::FilterIn(S::Property), Boolean, fixed(&[String, values]))
        }
        _ => return None,
    };
    Some(Definition { operator, result, signatures })
}

/// Whether JSON is an expression: a list that begins with the name of an operator.
pub fn is_expression(json: &Json) -> bool {
    let name = json.as_array().and_then(|list| list.first()).and_then(Json::as_str);
    name.is_some_and(|name| SPECIAL.contains(&name) || definition(name).is_some())
}

/// Operators that read their arguments in a way of their own.
const SPECIAL: [&str; 38] = [
    "==",
    "!=",
    ">",
    "<",
    ">=",
    "<=",
    "array",
    "at",
    "boolean",
    "case",
    "coalesce",
    "collator",
    "format",
    "image",
    "in",
    "index-of",
    "interpolate",
    "interpolate-hcl",
    "interpolate-lab",
    "length",
    "let",
    "literal",
    "match",
    "number",
    "number-format",
    "object",
    "semiliteral",
    "slice",
    "step",
    "string",
    "to-boolean",
    "to-color",
    "to-number",
    "to-string",
    "var",
    "within",
    "distance",
    "global-state",
];
