//! `==` and its like.

use serde_json::Value as Json;

use super::Parser;
use crate::style::expression::checked::{Comparison, Expr, Kind};
use crate::style::expression::types::Type;

impl Parser {
    pub(super) fn comparison(&mut self, list: &[Json]) -> Option<Expr> {
        if list.len() != 3 && list.len() != 4 {
            return self.error("Expected two or three arguments.");
        }
        let comparison = match list[0].as_str()? {
            "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            ">" => Comparison::Greater,
            "<=" => Comparison::LessOrEqual,
            _ => Comparison::GreaterOrEqual,
        };
        let left = self.comparable(comparison, &list[1], 1)?;
        let right = self.comparable(comparison, &list[2], 2)?;
        let (is_left_open, is_right_open) = (left.ty == Type::Value, right.ty == Type::Value);
        if left.ty.kind() != right.ty.kind() && !is_left_open && !is_right_open {
            return self.error(format!("Cannot compare types '{}' and '{}'.", left.ty, right.ty));
        }
        // What is put in order must be of one type, so that of the one holds for the other.
        let (left, right) = match comparison.is_of_order() {
            true if is_left_open && !is_right_open => {
                let ty = right.ty.clone();
                (self.made(Kind::Assert(vec![left]), ty), right)
            }
            true if !is_left_open && is_right_open => {
                let ty = left.ty.clone();
                (left, self.made(Kind::Assert(vec![right]), ty))
            }
            _ => (left, right),
        };
        let collator = match list.get(3) {
            None => None,
            Some(collator) => {
                let of_texts = |ty: &Type| matches!(ty, Type::String | Type::Value);
                if !of_texts(&left.ty) && !of_texts(&right.ty) {
                    return self.error("Cannot use collator to compare non-string types.");
                }
                Some(Box::new(self.argument(collator, 3, Some(Type::Collator))?))
            }
        };
        let (left, right) = (Box::new(left), Box::new(right));
        Some(self.made(Kind::Compare { comparison, left, right, collator }, Type::Boolean))
    }

    fn comparable(&mut self, comparison: Comparison, json: &Json, index: usize) -> Option<Expr> {
        let expr = self.argument(json, index, Some(Type::Value))?;
        let is_comparable = match expr.ty {
            Type::String | Type::Number | Type::Value => true,
            Type::Boolean | Type::Null => !comparison.is_of_order(),
            _ => false,
        };
        if !is_comparable {
            return self.error_at(
                index,
                format!(
                    "\"{}\" comparisons are not supported for type '{}'.",
                    comparison.symbol(),
                    expr.ty
                ),
            );
        }
        Some(expr)
    }
}
