//! Lists and what is asked of them.

use serde_json::Value as Json;

use super::{Parser, js_type};
use crate::style::expression::checked::{Expr, Kind};
use crate::style::expression::types::Type;
use crate::style::expression::value::Value;

impl Parser {
    pub(super) fn literal(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, json] = list else {
            let found = list.len() - 1;
            return self.error(format!(
                "'literal' expression requires exactly one argument, but found {found} instead."
            ));
        };
        let value = Value::from_json(json);
        // An empty list is one of whatever is expected.
        let ty = match (value.type_of(), &self.expected) {
            (Type::Array(_, Some(0)), Some(expected @ Type::Array(_, None | Some(0)))) => {
                expected.clone()
            }
            (ty, _) => ty,
        };
        Some(self.made(Kind::Literal(value), ty))
    }

    pub(super) fn semiliteral(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, json] = list else {
            let found = list.len() - 1;
            return self.error(format!(
                "'semiliteral' expression requires exactly one argument, but found {found} \
                 instead."
            ));
        };
        let Json::Array(elements) = json else {
            let value = Value::from_json(json);
            let ty = value.type_of();
            return Some(self.made(Kind::Literal(value), ty));
        };
        let parts = self.inside(1, None, |parser| {
            let mut parts = Vec::new();
            for (index, element) in elements.iter().enumerate() {
                parts.push(parser.argument(element, index, Some(Type::Value))?);
            }
            Some(parts)
        })?;
        let item = Type::of_elements(parts.iter().map(|part| part.ty.clone()));
        let ty = Type::array(item, Some(parts.len()));
        Some(self.made(Kind::List(parts), ty))
    }

    pub(super) fn at(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, index, input] = list else {
            let found = list.len() - 1;
            return self.error(format!("Expected 2 arguments, but found {found} instead."));
        };
        let index = self.argument(index, 1, Some(Type::Number));
        let item = self.expected.clone().unwrap_or(Type::Value);
        let input = self.argument(input, 2, Some(Type::array(item, None)));
        let (index, input) = (index?, input?);
        let ty = match &input.ty {
            Type::Array(item, _) => (**item).clone(),
            _ => Type::Value,
        };
        Some(self.made(Kind::At(Box::new([index, input])), ty))
    }

    pub(super) fn contained(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, needle, haystack] = list else {
            let found = list.len() - 1;
            return self.error(format!("Expected 2 arguments, but found {found} instead."));
        };
        let parts = self.needle_and_haystack(needle, haystack)?;
        Some(self.made(Kind::In(parts), Type::Boolean))
    }

    pub(super) fn index_of(&mut self, list: &[Json]) -> Option<Expr> {
        if !(3..=4).contains(&list.len()) {
            let found = list.len() - 1;
            return self.error(format!("Expected 2 or 3 arguments, but found {found} instead."));
        }
        let parts = self.needle_and_haystack(&list[1], &list[2])?;
        let from = self.index(list)?;
        Some(self.made(Kind::IndexOf(parts, from), Type::Number))
    }

    pub(super) fn slice(&mut self, list: &[Json]) -> Option<Expr> {
        if !(3..=4).contains(&list.len()) {
            let found = list.len() - 1;
            return self.error(format!("Expected 2 or 3 arguments, but found {found} instead."));
        }
        let input = self.argument(&list[1], 1, Some(Type::Value));
        let begin = self.argument(&list[2], 2, Some(Type::Number));
        let (input, begin) = (input?, begin?);
        if !matches!(input.ty, Type::Array(..) | Type::String | Type::Value) {
            return self.error(format!(
                "Expected first argument to be of type array or string, but found {} instead",
                input.ty
            ));
        }
        let end = self.index(list)?;
        let ty = input.ty.clone();
        Some(self.made(Kind::Slice(Box::new([input, begin]), end), ty))
    }

    pub(super) fn length(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, input] = list else {
            let found = list.len() - 1;
            return self.error(format!("Expected 1 argument, but found {found} instead."));
        };
        let input = self.argument(input, 1, None)?;
        if !matches!(input.ty, Type::Array(..) | Type::String | Type::Value) {
            return self.error(format!(
                "Expected argument of type string or array, but found {} instead.",
                input.ty
            ));
        }
        Some(self.made(Kind::Length(Box::new(input)), Type::Number))
    }

    pub(super) fn global_state(&mut self, list: &[Json]) -> Option<Expr> {
        match list {
            [_, Json::String(name)] => {
                Some(self.made(Kind::GlobalState(name.as_str().into()), Type::Value))
            }
            [_, Json::Null] => self.error("Global state property must be defined."),
            [_, other] => self.error(format!(
                "Global state property must be string, but found {} instead.",
                js_type(other)
            )),
            _ => {
                let found = list.len() - 1;
                self.error(format!("Expected 1 argument, but found {found} instead."))
            }
        }
    }

    fn needle_and_haystack(&mut self, needle: &Json, haystack: &Json) -> Option<Box<[Expr; 2]>> {
        let needle = self.argument(needle, 1, Some(Type::Value));
        let haystack = self.argument(haystack, 2, Some(Type::Value));
        let (needle, haystack) = (needle?, haystack?);
        let is_plain = matches!(
            needle.ty,
            Type::Boolean | Type::String | Type::Number | Type::Null | Type::Value
        );
        if !is_plain {
            return self.error(format!(
                "Expected first argument to be of type boolean, string, number or null, but found \
                 {} instead",
                needle.ty
            ));
        }
        Some(Box::new([needle, haystack]))
    }

    /// The last argument, where there are four.
    #[allow(clippy::option_option, reason = "a mistake, or none given")]
    fn index(&mut self, list: &[Json]) -> Option<Option<Box<Expr>>> {
        match list.get(3) {
            None => Some(None),
            Some(index) => {
                self.argument(index, 3, Some(Type::Number)).map(|index| Some(Box::new(index)))
            }
        }
    }
}
