//! The plain operators, assertions and coercions.

use serde_json::Value as Json;

use super::Parser;
use crate::style::expression::checked::{Expr, Kind};
use crate::style::expression::operators::{Definition, Signature, definition};
use crate::style::expression::types::Type;

impl Parser {
    /// A plain operator: the first of its signatures that the arguments can be read as.
    pub(super) fn call(&mut self, name: &str, list: &[Json]) -> Option<Expr> {
        let Some(Definition { operator, result, signatures }) = definition(name) else {
            return self.error_at(
                0,
                format!(
                    "Unknown expression \"{name}\". If you wanted a literal array, use \
                     [\"literal\", [...]]."
                ),
            );
        };
        let arguments = &list[1..];
        let fitting: Vec<_> = signatures.iter().filter(|s| s.takes(arguments.len())).collect();
        let mut mistakes = Vec::new();
        for signature in &fitting {
            // What is wrong with one signature is no mistake where another fits.
            let outer = std::mem::take(&mut self.errors);
            let parsed = self.arguments(arguments, signature);
            mistakes = std::mem::replace(&mut self.errors, outer);
            if let Some(parsed) = parsed.filter(|_| mistakes.is_empty()) {
                return Some(self.made(Kind::Call(operator, parsed), result));
            }
        }
        if fitting.len() == 1 {
            self.errors.extend(mistakes);
            return None;
        }
        let mut found = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            found.push(self.argument(argument, index + 1, None)?.ty.to_string());
        }
        let signatures: Vec<_> = match fitting.as_slice() {
            [] => signatures.iter().map(Signature::to_string).collect(),
            fitting => fitting.iter().map(|signature| signature.to_string()).collect(),
        };
        self.error(format!(
            "Expected arguments of type {}, but found ({}) instead.",
            signatures.join(" | "),
            found.join(", ")
        ))
    }

    fn arguments(&mut self, arguments: &[Json], signature: &Signature) -> Option<Vec<Expr>> {
        let mut parsed = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            parsed.push(self.argument(argument, index + 1, signature.argument(index).cloned())?);
        }
        Some(parsed)
    }

    pub(super) fn assertion(&mut self, name: &str, list: &[Json]) -> Option<Expr> {
        if list.len() < 2 {
            return self.error("Expected at least one argument.");
        }
        let mut first = 1;
        let ty = match plain(name) {
            Some(ty) => ty,
            None => {
                let item = if list.len() > 2 {
                    first += 1;
                    match list[1].as_str().and_then(plain).filter(|ty| *ty != Type::Object) {
                        Some(item) => item,
                        None => {
                            return self.error_at(
                                1,
                                "The item type argument of \"array\" must be one of string, \
                                 number, boolean",
                            );
                        }
                    }
                } else {
                    Type::Value
                };
                let mut length = None;
                if list.len() > 3 {
                    first += 1;
                    length = match &list[2] {
                        Json::Null => None,
                        Json::Number(number)
                            if number.as_f64().is_some_and(|n| n >= 0.0 && n.fract() == 0.0) =>
                        {
                            number.as_f64().map(|length| length as usize)
                        }
                        _ => {
                            return self.error_at(
                                2,
                                "The length argument to \"array\" must be a positive integer \
                                 literal",
                            );
                        }
                    };
                }
                Type::array(item, length)
            }
        };
        let parsed = self.values(list, first)?;
        Some(self.made(Kind::Assert(parsed), ty))
    }

    pub(super) fn coercion(&mut self, name: &str, list: &[Json]) -> Option<Expr> {
        if list.len() < 2 {
            return self.error("Expected at least one argument.");
        }
        if (name == "to-boolean" || name == "to-string") && list.len() != 2 {
            return self.error("Expected one argument.");
        }
        let ty = match name {
            "to-boolean" => Type::Boolean,
            "to-color" => Type::Color,
            "to-number" => Type::Number,
            _ => Type::String,
        };
        let parsed = self.values(list, 1)?;
        Some(self.made(Kind::Coerce(parsed), ty))
    }

    fn values(&mut self, list: &[Json], first: usize) -> Option<Vec<Expr>> {
        let mut parsed = Vec::new();
        for (index, argument) in list.iter().enumerate().skip(first) {
            parsed.push(self.argument(argument, index, Some(Type::Value))?);
        }
        Some(parsed)
    }
}

fn plain(name: &str) -> Option<Type> {
    match name {
        "string" => Some(Type::String),
        "number" => Some(Type::Number),
        "boolean" => Some(Type::Boolean),
        "object" => Some(Type::Object),
        _ => None,
    }
}
