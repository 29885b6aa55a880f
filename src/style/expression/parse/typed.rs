//! An expression made to be of the type that is expected; and what depends on nothing, computed.

use super::{Annotation, Parser};
use crate::style::expression::checked::{Expr, Kind};
use crate::style::expression::context::{Context, Keys, NoFeature, Surroundings};
use crate::style::expression::types::Type;
use crate::style::expression::{compile, dependence};

impl Parser {
    /// Makes an expression evaluate to what is expected: checked now where its type is known, later
    /// where it is not.
    pub(super) fn made_to(
        &mut self,
        expr: Expr,
        expected: &Type,
        annotation: Annotation,
    ) -> Option<Expr> {
        use Type::{
            Anchors, Array, Boolean, Color, ColorArray, Formatted, Image, Number, NumberArray,
            Object, Padding, Projection, String, Value,
        };
        let asserted =
            matches!(expected, String | Number | Boolean | Object | Array(..)) && expr.ty == Value;
        let coerced = match expected {
            Projection => matches!(expr.ty, String | Array(..) | Value),
            Color | Formatted | Image => matches!(expr.ty, Value | String),
            Padding | NumberArray => matches!(expr.ty, Value | Number | Array(..)),
            ColorArray => matches!(expr.ty, Value | String | Array(..)),
            Anchors => matches!(expr.ty, Value | Array(..)),
            _ => false,
        };
        if asserted || coerced {
            let kind = match annotation {
                Annotation::Omit => return Some(expr),
                Annotation::Usual if asserted => Kind::Assert(vec![expr]),
                Annotation::Usual | Annotation::Coerce => Kind::Coerce(vec![expr]),
            };
            return Some(self.made(kind, expected.clone()));
        }
        self.checked(expected, &expr.ty)?;
        Some(expr)
    }

    /// The value of an expression that depends on nothing. An image is left: which there are is
    /// known later.
    pub(super) fn folded(&mut self, expr: Expr) -> Option<Expr> {
        if expr.is_literal() || expr.ty == Type::Image || !dependence::is_constant(&expr) {
            return Some(expr);
        }
        let node = compile::compile(&expr, &Keys::default(), None);
        let surroundings = Surroundings::default();
        let context = Context::new(&NoFeature, f64::NAN, &surroundings);
        match node.explained(&context) {
            Ok(value) => Some(Expr::literal(value.into_shared(), expr.ty, expr.path)),
            Err(error) => self.error(error.message),
        }
    }
}
