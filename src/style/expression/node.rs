//! An expression compiled: names are numbers, what never changes is computed, and the usual shapes
//! (a property compared with a text, a colour by class) are one step each. A tree and not bytecode:
//! most are two or three nodes, and a match over a tree in order is as fast as one over code.

use std::sync::Arc;

use super::checked::{Comparison, Easing};
use super::color::{Color, Space};
use super::context::{Attribute, Key};
use super::operators::Operator;
use super::place::Shape;
use super::table::TextTable;
use super::types::Type;
use super::value::Value;

/// A compiled expression.
#[derive(Clone, Debug)]
pub enum Node {
    /// What never changes.
    Constant(Value<'static>),
    /// A property; null where there is none.
    Property(Key),
    /// A property that must be a number.
    NumberProperty(Key, Path),
    /// A property that must be a text.
    TextProperty(Key, Path),
    /// Whether there is a property.
    HasProperty(Key),
    /// Whether a property is a value (or is not).
    PropertyIs { key: Key, value: Value<'static>, is: bool },
    /// One of the plain operators.
    Call(Operator, Box<[Node]>, Path),
    /// The zoom.
    Zoom,
    /// A condition of a filter of old, false where the types differ.
    Filter(Asked, Condition),
    /// All hold.
    All(Box<[Node]>),
    /// One holds.
    Any(Box<[Node]>),
    /// It does not hold.
    Not(Box<Node>),
    /// The first that has the type.
    Assert(Box<(Type, Box<[Node]>, Path)>),
    /// The first that can be turned into the type.
    Coerce(Box<(Type, Box<[Node]>, Path)>),
    /// Whether two are identical (or are not).
    Identical(Box<[Node; 2]>, bool),
    /// Whether one comes before the other.
    Ordered(Box<Ordered>),
    /// Compared as texts of a language.
    Collated(Box<Collated>),
    /// The first result whose condition holds.
    Case(Box<[(Node, Node)]>, Box<Node>),
    /// The result of a text.
    MatchText(Box<Match<TextTable>>),
    /// The colour of a text that a property is: what most colours by class are.
    ColorByText(Box<ColorByText>),
    /// The result of a number.
    MatchNumber(Box<Match<NumberTable>>),
    /// The first that is not null.
    Coalesce(Box<[Node]>),
    /// What a `var` stands for.
    Shared(Arc<Node>),
    /// The result of the last stop reached.
    Step(Box<Curve>),
    /// Between the results of two stops.
    Interpolate(Box<Curve>, Box<Between>),
    /// Between the colours of two stops, in even steps: what most colours by number are.
    ColorByNumber(Box<ColorByNumber>),
    /// Between two results, the zoom being known.
    Mix(Box<Mix>),
    /// An element of a list.
    At(Box<[Node; 2]>, Path),
    /// Whether an element is in a list, or a text in a text.
    In(Box<[Node; 2]>, Path),
    /// Whether a value is one of some.
    Among(Box<(Node, Set, Path)>),
    /// Where it is.
    IndexOf(Box<[Node; 2]>, Option<Box<Node>>, Path),
    /// A part of a list or a text.
    Slice(Box<[Node; 2]>, Option<Box<Node>>, Path),
    /// How long.
    Length(Box<Node>, Path),
    /// A list.
    List(Box<[Node]>),
    /// How texts are compared.
    Collator(Box<[Node; 2]>, Option<Box<Node>>),
    /// A number as a text.
    NumberFormat(Box<NumberFormat>),
    /// Text in sections.
    Format(Box<[Section]>),
    /// An image.
    Image(Box<Node>),
    /// Whether the feature lies within polygons.
    Within(Arc<[Shape]>),
    /// How far the feature is from shapes.
    Distance(Arc<[Shape]>),
    /// A value of the style's `state`.
    GlobalState(Arc<str>),
}

/// Numbers in ascending order, each with the number of a result.
pub type NumberTable = Box<[(f64, u32)]>;

/// Where an expression stands, for the reason of a failure.
pub type Path = Arc<str>;

/// What a filter of old asks about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A property.
    Property(Key),
    /// A property without a number.
    Named(Arc<str>),
    /// The id.
    Id,
    /// The geometry's type.
    GeometryType,
}

/// What a filter of old asks.
#[derive(Clone, Debug)]
pub enum Condition {
    /// Whether it is a value.
    Is(Value<'static>),
    /// Whether it comes before or after a value.
    Order(Comparison, Value<'static>),
    /// Whether it is there.
    Given,
    /// Whether it is one of some.
    Among(Set),
}

/// Some values.
#[derive(Clone, Debug)]
pub struct Set {
    pub texts: TextTable,
    pub others: Box<[Value<'static>]>,
}

/// A comparison of order.
#[derive(Clone, Debug)]
pub struct Ordered {
    pub comparison: Comparison,
    pub left: Node,
    pub right: Node,
    pub path: Path,
}

/// A comparison of texts.
#[derive(Clone, Debug)]
pub struct Collated {
    pub comparison: Comparison,
    pub left: Node,
    pub right: Node,
    pub collator: Node,
    /// Whether the types were not known when it was checked.
    pub is_open: bool,
    pub path: Path,
}

/// The result of a label.
#[derive(Clone, Debug)]
pub struct Match<T> {
    pub input: Node,
    pub table: T,
    pub outputs: Box<[Node]>,
    pub otherwise: Node,
}

/// The colour of a text.
#[derive(Clone, Debug)]
pub struct ColorByText {
    pub key: Key,
    pub table: TextTable,
    pub colors: Box<[Color]>,
    pub otherwise: Color,
}

/// Colours that a number goes through evenly; more stops than one.
#[derive(Clone, Debug)]
pub struct ColorByNumber {
    pub input: Node,
    pub stops: Box<[f64]>,
    pub colors: Box<[Color]>,
    pub path: Path,
}

/// Stops with results.
#[derive(Clone, Debug)]
pub struct Curve {
    pub input: Node,
    pub stops: Box<[f64]>,
    pub outputs: Box<[Node]>,
    pub path: Path,
}

/// How to go from one result to the next.
#[derive(Clone, Debug)]
pub struct Between {
    pub ty: Type,
    pub space: Space,
    pub easing: Easing,
}

/// Between two results.
#[derive(Clone, Debug)]
pub struct Mix {
    pub from: Node,
    pub to: Node,
    pub t: f64,
    pub ty: Type,
    pub space: Space,
    pub path: Path,
}

/// A number as a text.
#[derive(Clone, Debug)]
pub struct NumberFormat {
    pub number: Node,
    pub locale: Option<Node>,
    pub currency: Option<Node>,
    pub unit: Option<Node>,
    pub least_digits: Option<Node>,
    pub most_digits: Option<Node>,
}

/// A section of a text.
#[derive(Clone, Debug)]
pub struct Section {
    pub content: Node,
    pub scale: Option<Node>,
    pub fonts: Option<Node>,
    pub color: Option<Node>,
    pub align: Option<Node>,
}

impl Set {
    /// Of any values.
    pub fn new(values: &[Value<'static>]) -> Set {
        let (mut texts, mut others) = (Vec::<Box<str>>::new(), Vec::new());
        for value in values {
            match value {
                Value::String(text) => texts.push(text.to_string().into()),
                other => others.push(other.clone()),
            }
        }
        texts.sort_unstable();
        texts.dedup();
        Set {
            texts: TextTable::new(texts.into_iter().map(|text| (text, 0))),
            others: others.into(),
        }
    }

    /// Whether a value is one of them.
    pub fn contains(&self, value: Attribute<'_>) -> bool {
        match value {
            Attribute::Text(text) => self.texts.get(text).is_some(),
            other => self.others.iter().any(|known| other.is(known)),
        }
    }
}
