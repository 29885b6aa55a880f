//! JSON → checked expression. Reading and checking are one: what an operator takes decides how its
//! arguments are read. Rules and words are those of MapLibre's own style-spec, so that a mistake is
//! the same here and in the browser; what can be computed without a feature is, at once.

mod branches;
mod calls;
mod comparisons;
mod curves;
mod lists;
mod places;
mod texts;
mod typed;

use std::sync::Arc;

use serde_json::Value as Json;

use super::checked::{Expr, Kind};
use super::color::Color;
use super::types::Type;
use super::value::Value;

/// Deeper than any style, shallow enough for any stack.
const MAX_DEPTH: usize = 128;
/// Arguments read, those read twice included: an overloaded operator reads its own again, without
/// expectations, to say what is wrong, and nested ones would do so without end.
const MAX_READS: usize = 50_000;
/// Parts evaluated at most, where each `var` counts as what it stands for.
const MAX_COST: u64 = 50_000;

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct ParseError {
    /// Where, by index: `[2][1]`.
    pub key: String,
    /// In MapLibre's words.
    pub message: String,
}

/// How a part becomes what is expected, where its type is not known before it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Annotation {
    /// By assertion for what JSON has, by coercion for the rest.
    Usual,
    /// By coercion.
    Coerce,
    /// Not at all: the caller sees to it.
    Omit,
}

/// Reads an expression that must evaluate to a type; texts are made of anything, where `coerce`.
/// What it reads is taken off `left`.
///
/// # Errors
/// All that is wrong with it.
pub fn parse(
    json: &Json,
    expected: Option<Type>,
    coerce: bool,
    left: &mut usize,
) -> Result<Expr, Vec<ParseError>> {
    let mut parser = Parser { expected, left: MAX_READS.min(*left), ..Parser::default() };
    let begin = parser.left;
    let annotation = if coerce { Annotation::Coerce } else { Annotation::Usual };
    let expr = parser.here(json, annotation);
    *left -= begin - parser.left;
    let expr = expr.filter(|expr| {
        let small = cost(expr) <= MAX_COST;
        if !small {
            parser.errors.push(too_large());
        }
        small
    });
    match expr {
        Some(expr) if parser.errors.is_empty() => Ok(expr),
        _ => Err(parser.errors),
    }
}

fn too_large() -> ParseError {
    ParseError { key: String::new(), message: "The expression is too large.".into() }
}

/// Parts that are evaluated at most.
fn cost(expr: &Expr) -> u64 {
    let mut sum: u64 = match expr.kind {
        Kind::Var(_, cost) => cost,
        _ => 1,
    };
    expr.each_part(&mut |part| sum = sum.saturating_add(cost(part)));
    sum
}

#[derive(Default)]
struct Parser {
    errors: Vec<ParseError>,
    path: Vec<usize>,
    expected: Option<Type>,
    scope: Vec<(String, Arc<Expr>)>,
    left: usize,
}

impl Parser {
    /// Reads an argument.
    fn argument(&mut self, json: &Json, index: usize, expected: Option<Type>) -> Option<Expr> {
        self.annotated(json, index, expected, Annotation::Usual)
    }

    fn annotated(
        &mut self,
        json: &Json,
        index: usize,
        expected: Option<Type>,
        annotation: Annotation,
    ) -> Option<Expr> {
        self.inside(index, expected, |parser| parser.here(json, annotation))
    }

    /// Does something at an argument.
    fn inside<T>(
        &mut self,
        index: usize,
        expected: Option<Type>,
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = std::mem::replace(&mut self.expected, expected);
        self.path.push(index);
        let result = act(self);
        self.path.pop();
        self.expected = outer;
        result
    }

    fn here(&mut self, json: &Json, annotation: Annotation) -> Option<Expr> {
        if self.path.len() > MAX_DEPTH {
            return self.error("The expression is nested too deep.");
        }
        self.left = self.left.checked_sub(1).or_else(|| {
            self.errors.push(too_large());
            None
        })?;
        let parsed = match json {
            Json::Array(list) => self.operation(list)?,
            Json::Object(_) => {
                return self.error("Bare objects invalid. Use [\"literal\", {...}] instead.");
            }
            plain => {
                let value = self.plain(plain);
                let ty = value.type_of();
                // A value never fails: nobody asks where it stands.
                Expr::literal(value, ty, Arc::default())
            }
        };
        let parsed = match self.expected.clone() {
            Some(expected) => self.made_to(parsed, &expected, annotation)?,
            None => parsed,
        };
        self.folded(parsed)
    }

    /// A value that is no list; at once a colour where one is expected, as most in a style are.
    fn plain(&self, json: &Json) -> Value<'static> {
        let color = match (&self.expected, json) {
            (Some(Type::Color), Json::String(text)) => Color::parse(text),
            _ => None,
        };
        color.map_or_else(|| Value::from_json(json), Value::Color)
    }

    fn operation(&mut self, list: &[Json]) -> Option<Expr> {
        let Some(name) = list.first() else {
            return self.error(
                "Expected an array with at least one element. If you wanted a literal array, use \
                 [\"literal\", []].",
            );
        };
        let Json::String(name) = name else {
            return self.error_at(
                0,
                format!(
                    "Expression name must be a string, but found {} instead. If you wanted a \
                     literal array, use [\"literal\", [...]].",
                    js_type(name)
                ),
            );
        };
        match name.as_str() {
            "==" | "!=" | "<" | ">" | "<=" | ">=" => self.comparison(list),
            "array" | "boolean" | "number" | "object" | "string" => self.assertion(name, list),
            "to-boolean" | "to-color" | "to-number" | "to-string" => self.coercion(name, list),
            "interpolate" | "interpolate-hcl" | "interpolate-lab" => self.interpolate(name, list),
            "step" => self.step(list),
            "case" => self.case(list),
            "match" => self.match_labels(list),
            "coalesce" => self.coalesce(list),
            "let" => self.bind(list),
            "var" => self.variable(list),
            "literal" => self.literal(list),
            "semiliteral" => self.semiliteral(list),
            "at" => self.at(list),
            "in" => self.contained(list),
            "index-of" => self.index_of(list),
            "slice" => self.slice(list),
            "length" => self.length(list),
            "collator" => self.collator(list),
            "number-format" => self.number_format(list),
            "format" => self.format(list),
            "image" => self.image(list),
            "within" => self.within(list),
            "distance" => self.distance(list),
            "global-state" => self.global_state(list),
            name => self.call(name, list),
        }
    }

    /// An expression here.
    fn made(&self, kind: Kind, ty: Type) -> Expr {
        Expr { kind, ty, path: self.key().into() }
    }

    fn key(&self) -> String {
        self.path.iter().map(|index| format!("[{index}]")).collect()
    }

    fn error<T>(&mut self, message: impl Into<String>) -> Option<T> {
        self.errors.push(ParseError { key: self.key(), message: message.into() });
        None
    }

    fn error_at<T>(&mut self, index: usize, message: impl Into<String>) -> Option<T> {
        let key = format!("{}[{index}]", self.key());
        self.errors.push(ParseError { key, message: message.into() });
        None
    }

    /// Notes it where one type cannot stand for another.
    fn checked(&mut self, expected: &Type, found: &Type) -> Option<()> {
        match expected.mismatch(found) {
            Some(message) => self.error(message),
            None => Some(()),
        }
    }

    /// What is expected, unless that is anything.
    fn wanted(&self) -> Option<Type> {
        self.expected.clone().filter(|ty| *ty != Type::Value)
    }
}

/// JavaScript's `typeof`.
fn js_type(json: &Json) -> &'static str {
    match json {
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Null | Json::Array(_) | Json::Object(_) => "object",
    }
}
