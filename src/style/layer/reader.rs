//! A layer's properties as they are written → as they are typed, and what is wrong with them.

use std::slice::Iter;

use serde_json::{Map, Value as Json};

use super::mistake::{Mistakes, below};
use super::property::{Property, PropertyType};
use super::specification::{Depends, Group, Specification};
use super::validate::constant;
use crate::style::expression::legacy::{self, Target};
use crate::style::expression::value::Value;
use crate::style::expression::{Expression, Keys, ParseError, is_expression};

/// Reads one layer.
pub struct Reader<'r> {
    /// Its `layout`.
    pub layout: &'r Map<String, Json>,
    /// Its `paint`.
    pub paint: &'r Map<String, Json>,
    /// Where it stands.
    pub pointer: &'r str,
    /// The names of properties so far.
    pub keys: &'r mut Keys,
    /// What is wrong so far.
    pub mistakes: &'r mut Mistakes,
    /// How much expressions may still be.
    pub left: &'r mut usize,
}

/// What stands for a property.
enum Written {
    Constant(Value<'static>),
    Expression(Expression),
}

impl Reader<'_> {
    /// Reads the property of the next row of a table.
    pub fn next<T: PropertyType>(
        &mut self,
        specifications: &mut Iter<'static, Specification>,
    ) -> Property<T> {
        match specifications.next() {
            Some(specification) => self.property(specification),
            None => Property::Constant(T::default()),
        }
    }

    /// Reads a property.
    pub fn property<T: PropertyType>(&mut self, specification: &Specification) -> Property<T> {
        let preset: Json = serde_json::from_str(specification.default).unwrap_or_default();
        let default = constant(specification, &preset).ok();
        let default = default.and_then(|value| T::from_value(&value)).unwrap_or_default();
        let (members, group) = match specification.group {
            Group::Layout => (self.layout, "layout"),
            Group::Paint => (self.paint, "paint"),
        };
        let written = match members.get(specification.name) {
            Some(json) => {
                let pointer = below(&format!("{}/{group}", self.pointer), specification.name);
                self.written(specification, json, &preset, &pointer)
            }
            // A default may be an expression: the colours of a heatmap.
            None if is_expression(&preset) => {
                self.written(specification, &preset, &preset, self.pointer)
            }
            None => None,
        };
        match written {
            Some(Written::Expression(expression)) => {
                expression.intern(self.keys);
                Property::Expression(expression, default)
            }
            Some(Written::Constant(value)) => {
                Property::Constant(T::from_value(&value).unwrap_or(default))
            }
            None => Property::Constant(default),
        }
    }

    fn written(
        &mut self,
        specification: &Specification,
        json: &Json,
        preset: &Json,
        pointer: &str,
    ) -> Option<Written> {
        let ty = specification.ty();
        let converted = match json {
            // Where no expression may stand, one is a list like any other.
            _ if specification.depends == Depends::Never => None,
            Json::Object(function) => {
                let target = Target {
                    ty: &ty,
                    texts: match specification.kind {
                        super::specification::ValueKind::Choice(texts) => Some(texts),
                        _ => None,
                    },
                    default: (!preset.is_null()).then_some(preset),
                    interpolated: specification.interpolated,
                    tokens: specification.tokens,
                };
                match legacy::function(function, &target) {
                    Ok(expression) => Some(expression),
                    Err(message) => {
                        self.mistakes.note(pointer, message);
                        return None;
                    }
                }
            }
            Json::String(text) if specification.tokens && text.contains('{') => {
                Some(legacy::tokens(text))
            }
            _ => None,
        };
        let converted = converted.filter(is_expression);
        let is_converted = converted.is_some();
        let expression = match &converted {
            Some(expression) => expression,
            None if specification.depends != Depends::Never && is_expression(json) => json,
            None => {
                return match constant(specification, json) {
                    Ok(value) => Some(Written::Constant(value)),
                    Err((path, message)) => {
                        self.mistakes.note(format!("{pointer}{path}"), message);
                        None
                    }
                };
            }
        };
        // MapLibre makes a text of anything where a text is wanted; no property of a layer is of that
        // type, only of those that coerce in any case.
        let allowed = specification.allowed();
        match Expression::parse_within(expression, Some(ty), false, allowed, self.left) {
            Ok(expression) => Some(Written::Expression(expression)),
            Err(errors) => {
                self.wrong(&errors, pointer, is_converted);
                None
            }
        }
    }

    /// Notes what is wrong with an expression. Places in one that was made are nobody's.
    pub fn wrong(&mut self, errors: &[ParseError], pointer: &str, is_converted: bool) {
        for error in errors {
            let path = if is_converted { String::new() } else { path(&error.key) };
            self.mistakes.note(format!("{pointer}{path}"), error.message.clone());
        }
    }

    /// Notes members that no property has the name of.
    pub fn unknown(&mut self, specifications: &[&[Specification]]) {
        for (members, group, name) in
            [(self.layout, Group::Layout, "layout"), (self.paint, Group::Paint, "paint")]
        {
            for member in members.keys() {
                let is_known = |member: &str| {
                    specifications
                        .iter()
                        .flat_map(|table| table.iter())
                        .any(|row| row.group == group && row.name == member)
                };
                // Transitions are for maps that move.
                let of_transition = member.strip_suffix("-transition");
                let is_transition = group == Group::Paint && of_transition.is_some_and(is_known);
                if !is_known(member) && !is_transition {
                    let pointer = below(&format!("{}/{name}", self.pointer), member);
                    self.mistakes.note(pointer, format!("unknown property \"{member}\""));
                }
            }
        }
    }
}

/// `[2][1]` as a JSON pointer.
fn path(key: &str) -> String {
    key.replace("][", "/").replace('[', "/").replace(']', "")
}
