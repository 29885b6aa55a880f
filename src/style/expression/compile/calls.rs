//! The plain operators, those with a name known beforehand as one step.

use std::sync::Arc;

use super::{Compiler, all_constant};
use crate::style::expression::checked::{Expr, Kind};
use crate::style::expression::node::{Asked, Condition, Node, Set};
use crate::style::expression::operators::{Operator, Subject};
use crate::style::expression::value::Value;

impl Compiler<'_> {
    pub(super) fn call(&mut self, operator: Operator, arguments: &[Expr], path: &Arc<str>) -> Node {
        if let Some(node) = self.filter(operator, arguments) {
            return node;
        }
        let nodes = self.nodes(arguments);
        let key = match &*nodes {
            [Node::Constant(Value::String(name))] => self.keys.get(name),
            _ => None,
        };
        match (operator, key) {
            (Operator::Get, Some(key)) => return Node::Property(key),
            (Operator::Has, Some(key)) => return Node::HasProperty(key),
            _ => {}
        }
        match operator {
            Operator::Zoom => match self.zoom {
                Some(zoom) => Node::Constant(Value::Number(zoom)),
                None => Node::Zoom,
            },
            Operator::All => flattened(nodes, true),
            Operator::Any => flattened(nodes, false),
            Operator::Not => match negated(nodes) {
                Ok(node) => node,
                Err(nodes) => Node::Call(operator, nodes, path.clone()),
            },
            operator => {
                let is_asked = matches!(
                    operator,
                    Operator::Error
                        | Operator::FeatureState
                        | Operator::Properties
                        | Operator::GeometryType
                        | Operator::Id
                        | Operator::HeatmapDensity
                        | Operator::Elevation
                        | Operator::LineProgress
                        | Operator::Accumulated
                        | Operator::IsSupportedScript
                ) || matches!(operator, Operator::Get | Operator::Has)
                    && nodes.len() == 1;
                let fixed = !is_asked && all_constant(&nodes);
                self.folded(Node::Call(operator, nodes, path.clone()), fixed)
            }
        }
    }

    /// A filter of old. Its arguments are literals, or it asks nothing that could be known.
    fn filter(&mut self, operator: Operator, arguments: &[Expr]) -> Option<Node> {
        let literal = |index: usize| match arguments.get(index).map(|argument| &argument.kind) {
            Some(Kind::Literal(value)) => value.clone(),
            _ => Value::Null,
        };
        let subject = match operator {
            Operator::FilterEqual(subject)
            | Operator::FilterOrder(subject, _)
            | Operator::FilterHas(subject)
            | Operator::FilterIn(subject) => subject,
            _ => return None,
        };
        let (asked, value) = match subject {
            Subject::Property => {
                let name = literal(0);
                (self.property(&name.written()), literal(1))
            }
            Subject::Id => (Asked::Id, literal(0)),
            Subject::GeometryType => (Asked::GeometryType, literal(0)),
        };
        let condition = match operator {
            Operator::FilterOrder(_, comparison) => Condition::Order(comparison, value),
            Operator::FilterHas(_) => Condition::Given,
            Operator::FilterIn(_) => match value {
                Value::Array(values) => Condition::Among(Set::new(&values)),
                _ => Condition::Among(Set::new(&[])),
            },
            _ => Condition::Is(value),
        };
        Some(Node::Filter(asked, condition))
    }

    fn property(&self, name: &str) -> Asked {
        match self.keys.get(name) {
            Some(key) => Asked::Property(key),
            None => Asked::Named(name.into()),
        }
    }
}

/// `all` or `any`, of those parts that decide; nested ones as one.
fn flattened(nodes: Box<[Node]>, all: bool) -> Node {
    let mut parts = Vec::new();
    for node in nodes {
        match node {
            Node::Constant(Value::Boolean(holds)) if holds == all => {}
            Node::Constant(Value::Boolean(holds)) => {
                parts.push(Node::Constant(Value::Boolean(holds)));
                break;
            }
            Node::All(inner) if all => parts.extend(inner),
            Node::Any(inner) if !all => parts.extend(inner),
            node => parts.push(node),
        }
    }
    match parts.as_slice() {
        [] => Node::Constant(Value::Boolean(all)),
        [Node::Constant(_)] => parts.remove(0),
        _ if all => Node::All(parts.into()),
        _ => Node::Any(parts.into()),
    }
}

fn negated(nodes: Box<[Node]>) -> Result<Node, Box<[Node]>> {
    let [node] = *Box::<[Node; 1]>::try_from(nodes)?;
    Ok(match node {
        Node::Constant(Value::Boolean(holds)) => Node::Constant(Value::Boolean(!holds)),
        Node::PropertyIs { key, value, is } => Node::PropertyIs { key, value, is: !is },
        node => Node::Not(Box::new(node)),
    })
}
