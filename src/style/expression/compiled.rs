//! The door to compiled expressions.

use super::color::Color;
use super::context::{Context, Failed, RuntimeError};
use super::node::Node;
use super::value::{Text, Value};

/// A compiled expression. Evaluating allocates nothing, unless it makes a text or a list.
#[derive(Clone, Debug)]
pub struct Compiled {
    node: Node,
}

impl Compiled {
    pub(super) fn new(node: Node) -> Compiled {
        Compiled { node }
    }

    /// Its value, where that depends on nothing.
    pub fn constant(&self) -> Option<&Value<'static>> {
        match &self.node {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Evaluates.
    ///
    /// # Errors
    /// Where it has no result; the property's default stands then.
    pub fn value<'a>(&'a self, context: &Context<'a>) -> Result<Value<'a>, Failed> {
        self.node.value(context)
    }

    /// Evaluates what is a condition.
    ///
    /// # Errors
    /// As [`Compiled::value`]; where it is none, too.
    pub fn boolean(&self, context: &Context<'_>) -> Result<bool, Failed> {
        self.node.boolean(context)
    }

    /// Evaluates what is a number.
    ///
    /// # Errors
    /// As [`Compiled::value`]; where it is none, too.
    pub fn number(&self, context: &Context<'_>) -> Result<f64, Failed> {
        self.node.number(context)
    }

    /// Evaluates what is a colour.
    ///
    /// # Errors
    /// As [`Compiled::value`]; where it is none, too.
    pub fn color(&self, context: &Context<'_>) -> Result<Color, Failed> {
        self.node.color(context)
    }

    /// Evaluates what is a text.
    ///
    /// # Errors
    /// As [`Compiled::value`]; where it is none, too.
    pub fn text<'a>(&'a self, context: &Context<'a>) -> Result<Text<'a>, Failed> {
        self.node.text(context)
    }

    /// Evaluates, and says why where it has no result. Slower.
    ///
    /// # Errors
    /// As [`Compiled::value`].
    pub fn explained(&self, context: &Context<'_>) -> Result<Value<'static>, RuntimeError> {
        self.node.explained(context)
    }
}
