//! An expression that was read and checked: what stands in the style, with the type of each part.
//! Not evaluated as it is, but compiled first (`compile`), for each zoom anew if it depends on it.

use std::sync::Arc;

use super::color::Space;
use super::operators::Operator;
use super::place::Shape;
use super::types::Type;
use super::value::Value;

/// A checked expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it evaluates to.
    pub kind: Kind,
    /// The type of that.
    pub ty: Type,
    /// Where it stands, by index: `[2][1]`.
    pub path: Arc<str>,
}

/// What an expression does.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value.
    Literal(Value<'static>),
    /// One of the plain operators, whose arguments are all evaluated in the same way.
    Call(Operator, Vec<Expr>),
    /// The first of some that has the type.
    Assert(Vec<Expr>),
    /// The first of some that can be turned into the type.
    Coerce(Vec<Expr>),
    /// Two compared.
    Compare {
        comparison: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
        collator: Option<Box<Expr>>,
    },
    /// The first result whose condition holds.
    Case(Vec<(Expr, Expr)>, Box<Expr>),
    /// The result of the label that the input is.
    Match { input: Box<Expr>, labels: Labels, outputs: Vec<Expr>, otherwise: Box<Expr> },
    /// The first that is not null.
    Coalesce(Vec<Expr>),
    /// Names that stand for expressions in the last.
    Let(Vec<Arc<Expr>>, Box<Expr>),
    /// Such a name, and how much is evaluated for it at most.
    Var(Arc<Expr>, u64),
    /// The result of the last stop that the input has reached.
    Step { input: Box<Expr>, stops: Vec<f64>, outputs: Vec<Expr> },
    /// Between the results of the stops beside the input.
    Interpolate(Box<Interpolate>),
    /// An element.
    At(Box<[Expr; 2]>),
    /// Whether an element is in a list, or a text in a text.
    In(Box<[Expr; 2]>),
    /// Where it is, from an index on.
    IndexOf(Box<[Expr; 2]>, Option<Box<Expr>>),
    /// A part, from an index to another.
    Slice(Box<[Expr; 2]>, Option<Box<Expr>>),
    /// How long.
    Length(Box<Expr>),
    /// A list of expressions.
    List(Vec<Expr>),
    /// How texts are compared.
    Collator { case: Box<Expr>, diacritic: Box<Expr>, locale: Option<Box<Expr>> },
    /// A number as a text.
    NumberFormat(Box<NumberFormat>),
    /// Text in sections.
    Format(Vec<Section>),
    /// An image of the sprite.
    Image(Box<Expr>),
    /// Whether the feature lies within polygons.
    Within(Arc<[Shape]>),
    /// How far the feature is from shapes, in metres.
    Distance(Arc<[Shape]>),
    /// A value of the style's `state`.
    GlobalState(Arc<str>),
}

/// How two are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

/// Labels of `match`, each with the index of its result.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Labels {
    Numbers(Vec<(f64, usize)>),
    Texts(Vec<(Arc<str>, usize)>),
}

/// A curve through stops.
#[derive(Clone, Debug)]
pub struct Interpolate {
    pub space: Space,
    pub easing: Easing,
    pub input: Expr,
    pub stops: Vec<f64>,
    pub outputs: Vec<Expr>,
}

/// How a curve goes from one stop to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Easing {
    /// By a power of this base; 1 is a straight line.
    Exponential(f64),
    /// As CSS's `cubic-bezier`.
    CubicBezier([f64; 4]),
}

/// A number as a text.
#[derive(Clone, Debug)]
pub struct NumberFormat {
    pub number: Expr,
    pub locale: Option<Expr>,
    pub currency: Option<Expr>,
    pub unit: Option<Expr>,
    pub least_digits: Option<Expr>,
    pub most_digits: Option<Expr>,
}

/// A section of `format`.
#[derive(Clone, Debug)]
pub struct Section {
    pub content: Expr,
    pub scale: Option<Expr>,
    pub fonts: Option<Expr>,
    pub color: Option<Expr>,
    pub align: Option<Expr>,
}

impl Comparison {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::Greater => ">",
            Comparison::LessOrEqual => "<=",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it asks which comes first.
    pub fn is_of_order(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::NotEqual)
    }
}

impl Expr {
    /// A value in the place of what it was computed from.
    pub fn literal(value: Value<'static>, ty: Type, path: Arc<str>) -> Expr {
        Expr { kind: Kind::Literal(value), ty, path }
    }

    /// Whether it is a value.
    pub fn is_literal(&self) -> bool {
        matches!(self.kind, Kind::Literal(_))
    }

    /// Calls for each part that is evaluated. What a `var` stands for is a part of its `let`.
    pub fn each_part<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            Kind::Literal(_)
            | Kind::Var(..)
            | Kind::Within(_)
            | Kind::Distance(_)
            | Kind::GlobalState(_) => {}
            Kind::Call(_, parts)
            | Kind::Assert(parts)
            | Kind::Coerce(parts)
            | Kind::Coalesce(parts)
            | Kind::List(parts) => parts.iter().for_each(visit),
            Kind::Compare { left, right, collator, .. } => {
                visit(left);
                visit(right);
                collator.iter().for_each(|part| visit(part));
            }
            Kind::Case(branches, otherwise) => {
                for (condition, result) in branches {
                    visit(condition);
                    visit(result);
                }
                visit(otherwise);
            }
            Kind::Match { input, outputs, otherwise, .. } => {
                visit(input);
                outputs.iter().for_each(&mut *visit);
                visit(otherwise);
            }
            Kind::Let(bindings, result) => {
                bindings.iter().for_each(|part| visit(part));
                visit(result);
            }
            Kind::Step { input, outputs, .. } => {
                visit(input);
                outputs.iter().for_each(visit);
            }
            Kind::Interpolate(curve) => {
                visit(&curve.input);
                curve.outputs.iter().for_each(visit);
            }
            Kind::At(parts) | Kind::In(parts) => parts.iter().for_each(visit),
            Kind::IndexOf(parts, index) | Kind::Slice(parts, index) => {
                parts.iter().for_each(&mut *visit);
                index.iter().for_each(|part| visit(part));
            }
            Kind::Length(part) | Kind::Image(part) => visit(part),
            Kind::Collator { case, diacritic, locale } => {
                visit(case);
                visit(diacritic);
                locale.iter().for_each(|part| visit(part));
            }
            Kind::NumberFormat(format) => {
                let NumberFormat { number, locale, currency, unit, least_digits, most_digits } =
                    &**format;
                visit(number);
                [locale, currency, unit, least_digits, most_digits]
                    .into_iter()
                    .flatten()
                    .for_each(visit);
            }
            Kind::Format(sections) => {
                for Section { content, scale, fonts, color, align } in sections {
                    visit(content);
                    [scale, fonts, color, align].into_iter().flatten().for_each(&mut *visit);
                }
            }
        }
    }
}
