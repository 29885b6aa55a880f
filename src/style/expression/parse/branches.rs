//! `case`, `match`, `coalesce`, `let` and `var`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Annotation, Parser, cost, js_type};
use crate::style::expression::checked::{Expr, Kind, Labels};
use crate::style::expression::number;
use crate::style::expression::types::Type;
use crate::style::expression::value::Value;

/// JavaScript's last whole number that has no neighbour of the same value.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

impl Parser {
    pub(super) fn case(&mut self, list: &[Json]) -> Option<Expr> {
        let count = list.len() - 1;
        if count < 3 {
            return self.error(format!("Expected at least 3 arguments, but found only {count}."));
        }
        if count % 2 != 1 {
            return self.error("Expected an odd number of arguments.");
        }
        let mut ty = self.wanted();
        let mut branches = Vec::new();
        for index in (1..count).step_by(2) {
            let condition = self.argument(&list[index], index, Some(Type::Boolean))?;
            let result = self.argument(&list[index + 1], index + 1, ty.clone())?;
            ty.get_or_insert_with(|| result.ty.clone());
            branches.push((condition, result));
        }
        let otherwise = Box::new(self.argument(&list[count], count, ty.clone())?);
        Some(self.made(Kind::Case(branches, otherwise), ty.unwrap_or(Type::Value)))
    }

    pub(super) fn match_labels(&mut self, list: &[Json]) -> Option<Expr> {
        let count = list.len() - 1;
        if count < 4 {
            return self.error(format!("Expected at least 4 arguments, but found only {count}."));
        }
        if !count.is_multiple_of(2) {
            return self.error("Expected an even number of arguments.");
        }
        let mut ty = self.wanted();
        let mut labels = BTreeMap::new();
        let mut label_type = None;
        let mut outputs = Vec::new();
        for index in (2..count).step_by(2) {
            self.inside(index, None, |parser| {
                parser.labels(&list[index], outputs.len(), &mut label_type, &mut labels)
            })?;
            // The place of a result is given as that of its label, in MapLibre too.
            let output = self.argument(&list[index + 1], index, ty.clone())?;
            ty.get_or_insert_with(|| output.ty.clone());
            outputs.push(output);
        }
        let input = self.argument(&list[1], 1, Some(Type::Value))?;
        let otherwise = Box::new(self.argument(&list[count], count, ty.clone())?);
        let label_type = label_type.unwrap_or(Type::Value);
        if input.ty != Type::Value {
            self.inside(1, None, |parser| parser.checked(&label_type, &input.ty))?;
        }
        let labels = match label_type {
            Type::Number => Labels::Numbers(
                labels.into_iter().map(|(text, index)| (number::read(&text), index)).collect(),
            ),
            _ => Labels::Texts(
                labels.into_iter().map(|(text, index)| (text.into(), index)).collect(),
            ),
        };
        let kind = Kind::Match { input: Box::new(input), labels, outputs, otherwise };
        Some(self.made(kind, ty.unwrap_or(Type::Value)))
    }

    fn labels(
        &mut self,
        json: &Json,
        output: usize,
        label_type: &mut Option<Type>,
        labels: &mut BTreeMap<String, usize>,
    ) -> Option<()> {
        let list = match json {
            Json::Array(list) if list.is_empty() => {
                return self.error("Expected at least one branch label.");
            }
            Json::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        for label in list {
            let (text, ty) = match Value::from_json_plain(label) {
                Some(Value::Number(number)) if number.abs() > MAX_SAFE_INTEGER => {
                    return self.error(format!(
                        "Branch labels must be integers no larger than {MAX_SAFE_INTEGER}."
                    ));
                }
                Some(Value::Number(number)) if number.fract() != 0.0 => {
                    return self.error("Numeric branch labels must be integer values.");
                }
                Some(Value::Number(number)) => (number::written(number), Type::Number),
                Some(Value::String(text)) => (text.to_string(), Type::String),
                _ => return self.error("Branch labels must be numbers or strings."),
            };
            match label_type {
                Some(known) => {
                    let known = known.clone();
                    self.checked(&known, &ty)?;
                }
                None => *label_type = Some(ty),
            }
            if labels.insert(text, output).is_some() {
                return self.error("Branch labels must be unique.");
            }
        }
        Some(())
    }

    pub(super) fn coalesce(&mut self, list: &[Json]) -> Option<Expr> {
        if list.len() < 2 {
            return self.error("Expected at least one argument.");
        }
        let mut ty = self.wanted();
        let mut parts = Vec::new();
        for (index, argument) in list.iter().enumerate().skip(1) {
            // An assertion would fail on the very null that another part is to stand in for: the
            // whole is asserted instead.
            let part = self.annotated(argument, index, ty.clone(), Annotation::Omit)?;
            ty.get_or_insert_with(|| part.ty.clone());
            parts.push(part);
        }
        let is_open = self
            .expected
            .as_ref()
            .is_some_and(|expected| parts.iter().any(|part| !expected.accepts(&part.ty)));
        let ty = if is_open { Type::Value } else { ty.unwrap_or(Type::Value) };
        Some(self.made(Kind::Coalesce(parts), ty))
    }

    pub(super) fn bind(&mut self, list: &[Json]) -> Option<Expr> {
        let count = list.len() - 1;
        if count < 3 {
            return self
                .error(format!("Expected at least 3 arguments, but found {count} instead."));
        }
        let mut bindings = Vec::new();
        for index in (1..count).step_by(2) {
            let Some(name) = list[index].as_str() else {
                let found = js_type(&list[index]);
                return self
                    .error_at(index, format!("Expected string, but found {found} instead."));
            };
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return self.error_at(
                    index,
                    "Variable names must contain only alphanumeric characters or '_'.",
                );
            }
            let Some(value) = list.get(index + 1) else {
                return self.error_at(index + 1, "'undefined' value invalid. Use null instead.");
            };
            let value = self.argument(value, index + 1, None)?;
            bindings.push((name.to_owned(), Arc::new(value)));
        }
        let outer = self.scope.len();
        self.scope.extend(bindings.iter().cloned());
        let result = self.argument(&list[count], count, self.expected.clone());
        self.scope.truncate(outer);
        let result = result?;
        let ty = result.ty.clone();
        let bindings = bindings.into_iter().map(|(_, value)| value).collect();
        Some(self.made(Kind::Let(bindings, Box::new(result)), ty))
    }

    pub(super) fn variable(&mut self, list: &[Json]) -> Option<Expr> {
        let name = match list {
            [_, Json::String(name)] => name,
            _ => {
                return self
                    .error("'var' expression requires exactly one string literal argument.");
            }
        };
        match self.scope.iter().rev().find(|(known, _)| known == name) {
            Some((_, value)) => {
                let (value, ty) = (value.clone(), value.ty.clone());
                let cost = cost(&value);
                Some(self.made(Kind::Var(value, cost), ty))
            }
            None => self.error_at(
                1,
                format!(
                    "Unknown variable \"{name}\". Make sure \"{name}\" has been bound in an \
                     enclosing \"let\" expression before using it."
                ),
            ),
        }
    }
}
