//! Checked expression → [`Node`]. With a zoom, for tiles of that zoom: the curve over it becomes the
//! result of a stop, or a fixed mixture of two, and what then depends on nothing is computed.

mod calls;
mod curves;

use std::sync::Arc;

use hashbrown::HashMap;

use super::checked::{self, Comparison, Expr, Kind, Labels};
use super::color::Color;
use super::context::{Context, Keys, NoFeature, Surroundings};
use super::node::{Collated, ColorByText, Match, Node, NumberFormat, Ordered, Section, Set};
use super::table::TextTable;
use super::types::Type;
use super::value::Value;

/// Compiles, for one zoom or for any. Properties that have no number are looked up by name.
pub fn compile(expr: &Expr, keys: &Keys, zoom: Option<f64>) -> Node {
    Compiler { keys, zoom, shared: HashMap::new() }.node(expr)
}

struct Compiler<'k> {
    keys: &'k Keys,
    zoom: Option<f64>,
    /// What `var`s stand for, by the place in memory of what was checked: once each, however often
    /// they are used.
    shared: HashMap<*const Expr, Node>,
}

impl Compiler<'_> {
    fn node(&mut self, expr: &Expr) -> Node {
        let path = || expr.path.clone();
        match &expr.kind {
            Kind::Literal(value) => Node::Constant(value.clone()),
            Kind::Call(operator, arguments) => self.call(*operator, arguments, &expr.path),
            Kind::Assert(parts) => self.assert(&expr.ty, parts, &expr.path),
            Kind::Coerce(parts) => {
                let parts = self.nodes(parts);
                let fixed = all_constant(&parts) && expr.ty != Type::Image;
                self.folded(Node::Coerce(Box::new((expr.ty.clone(), parts, path()))), fixed)
            }
            Kind::Compare { comparison, left, right, collator } => {
                self.compare(*comparison, left, right, collator.as_deref(), &expr.path)
            }
            Kind::Case(branches, otherwise) => self.case(branches, otherwise),
            Kind::Match { input, labels, outputs, otherwise } => {
                self.match_labels(input, labels, outputs, otherwise)
            }
            Kind::Coalesce(parts) => Node::Coalesce(self.nodes(parts)),
            Kind::Let(_, result) => self.node(result),
            Kind::Var(value, _) => self.variable(value),
            Kind::Step { input, stops, outputs } => self.step(input, stops, outputs, &expr.path),
            Kind::Interpolate(curve) => self.interpolate(curve, &expr.ty, &expr.path),
            Kind::At(parts) => Node::At(self.pair(parts), path()),
            Kind::In(parts) => self.contained(parts, &expr.path),
            Kind::IndexOf(parts, from) => {
                Node::IndexOf(self.pair(parts), self.boxed(from.as_deref()), path())
            }
            Kind::Slice(parts, end) => {
                Node::Slice(self.pair(parts), self.boxed(end.as_deref()), path())
            }
            Kind::Length(input) => Node::Length(Box::new(self.node(input)), path()),
            Kind::List(parts) => Node::List(self.nodes(parts)),
            Kind::Collator { case, diacritic, locale } => {
                let flags = [self.node(case), self.node(diacritic)];
                let locale = self.boxed(locale.as_deref());
                let fixed = all_constant(&flags) && locale.as_deref().is_none_or(is_constant);
                self.folded(Node::Collator(Box::new(flags), locale), fixed)
            }
            Kind::NumberFormat(format) => self.number_format(format),
            Kind::Format(sections) => {
                Node::Format(sections.iter().map(|section| self.section(section)).collect())
            }
            Kind::Image(name) => Node::Image(Box::new(self.node(name))),
            Kind::Within(polygons) => Node::Within(polygons.clone()),
            Kind::Distance(shapes) => Node::Distance(shapes.clone()),
            Kind::GlobalState(name) => Node::GlobalState(name.clone()),
        }
    }

    fn nodes(&mut self, exprs: &[Expr]) -> Box<[Node]> {
        exprs.iter().map(|expr| self.node(expr)).collect()
    }

    fn pair(&mut self, [first, second]: &[Expr; 2]) -> Box<[Node; 2]> {
        Box::new([self.node(first), self.node(second)])
    }

    fn boxed(&mut self, expr: Option<&Expr>) -> Option<Box<Node>> {
        expr.map(|expr| Box::new(self.node(expr)))
    }

    fn optional(&mut self, expr: Option<&Expr>) -> Option<Node> {
        expr.map(|expr| self.node(expr))
    }

    /// The value of a node that depends on nothing. One that fails is left to fail when asked.
    fn folded(&self, node: Node, fixed: bool) -> Node {
        if !fixed {
            return node;
        }
        let surroundings = Surroundings::default();
        let context = Context::new(&NoFeature, self.zoom.unwrap_or(f64::NAN), &surroundings);
        match node.value(&context).map(Value::into_shared) {
            Ok(value) => Node::Constant(value),
            Err(_) => node,
        }
    }

    fn variable(&mut self, value: &Arc<Expr>) -> Node {
        let place = Arc::as_ptr(value);
        if let Some(node) = self.shared.get(&place) {
            return node.clone();
        }
        let node = match self.node(value) {
            Node::Constant(value) => Node::Constant(value),
            node => Node::Shared(Arc::new(node)),
        };
        self.shared.insert(place, node.clone());
        node
    }

    fn assert(&mut self, ty: &Type, parts: &[Expr], path: &Arc<str>) -> Node {
        let mut parts = self.nodes(parts);
        if let [part] = &mut *parts {
            match (ty, part) {
                (Type::Number, Node::Property(key)) => {
                    return Node::NumberProperty(*key, path.clone());
                }
                (Type::String, Node::Property(key)) => {
                    return Node::TextProperty(*key, path.clone());
                }
                (ty, Node::Constant(value)) if ty.accepts(&value.type_of()) => {
                    return Node::Constant(value.clone());
                }
                _ => {}
            }
        }
        Node::Assert(Box::new((ty.clone(), parts, path.clone())))
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        left: &Expr,
        right: &Expr,
        collator: Option<&Expr>,
        path: &Arc<str>,
    ) -> Node {
        let is_open = left.ty == Type::Value || right.ty == Type::Value;
        let (left, right) = (self.node(left), self.node(right));
        let path = path.clone();
        if let Some(collator) = collator {
            let collator = self.node(collator);
            let collated = Collated { comparison, left, right, collator, is_open, path };
            return Node::Collated(Box::new(collated));
        }
        let fixed = is_constant(&left) && is_constant(&right);
        let node = match (comparison, left, right) {
            (Comparison::Equal | Comparison::NotEqual, left, right) => {
                let is = comparison == Comparison::Equal;
                match (left, right) {
                    (Node::Property(key), Node::Constant(value))
                    | (Node::Constant(value), Node::Property(key)) => {
                        Node::PropertyIs { key, value, is }
                    }
                    (left, right) => Node::Identical(Box::new([left, right]), is),
                }
            }
            (comparison, left, right) => {
                Node::Ordered(Box::new(Ordered { comparison, left, right, path }))
            }
        };
        self.folded(node, fixed)
    }

    fn case(&mut self, branches: &[(Expr, Expr)], otherwise: &Expr) -> Node {
        let mut compiled = Vec::new();
        for (condition, result) in branches {
            match self.node(condition) {
                Node::Constant(Value::Boolean(false)) => {}
                Node::Constant(Value::Boolean(true)) => {
                    let result = self.node(result);
                    return case(compiled, result);
                }
                condition => compiled.push((condition, self.node(result))),
            }
        }
        case(compiled, self.node(otherwise))
    }

    fn match_labels(
        &mut self,
        input: &Expr,
        labels: &Labels,
        outputs: &[Expr],
        otherwise: &Expr,
    ) -> Node {
        let input = self.node(input);
        let otherwise = self.node(otherwise);
        let outputs = self.nodes(outputs);
        let fixed = is_constant(&input) && is_constant(&otherwise) && all_constant(&outputs);
        let node = match labels {
            Labels::Texts(labels) => {
                let entries = labels.iter().map(|(text, index)| ((&**text).into(), *index as u32));
                let table = TextTable::new(entries);
                match (&input, colors(&outputs), color(&otherwise)) {
                    (Node::Property(key), Some(colors), Some(otherwise)) => {
                        let key = *key;
                        Node::ColorByText(Box::new(ColorByText { key, table, colors, otherwise }))
                    }
                    _ => Node::MatchText(Box::new(Match { input, table, outputs, otherwise })),
                }
            }
            Labels::Numbers(labels) => {
                let mut table: Vec<_> =
                    labels.iter().map(|(number, index)| (*number, *index as u32)).collect();
                table.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
                let table = table.into_boxed_slice();
                Node::MatchNumber(Box::new(Match { input, table, outputs, otherwise }))
            }
        };
        self.folded(node, fixed)
    }

    fn contained(&mut self, parts: &[Expr; 2], path: &Arc<str>) -> Node {
        let parts = self.pair(parts);
        match *parts {
            [needle, Node::Constant(Value::Array(elements))] => {
                Node::Among(Box::new((needle, Set::new(&elements), path.clone())))
            }
            parts => Node::In(Box::new(parts), path.clone()),
        }
    }

    fn number_format(&mut self, format: &checked::NumberFormat) -> Node {
        Node::NumberFormat(Box::new(NumberFormat {
            number: self.node(&format.number),
            locale: self.optional(format.locale.as_ref()),
            currency: self.optional(format.currency.as_ref()),
            unit: self.optional(format.unit.as_ref()),
            least_digits: self.optional(format.least_digits.as_ref()),
            most_digits: self.optional(format.most_digits.as_ref()),
        }))
    }

    fn section(&mut self, section: &checked::Section) -> Section {
        Section {
            content: self.node(&section.content),
            scale: self.optional(section.scale.as_ref()),
            fonts: self.optional(section.fonts.as_ref()),
            color: self.optional(section.color.as_ref()),
            align: self.optional(section.align.as_ref()),
        }
    }
}

fn case(branches: Vec<(Node, Node)>, otherwise: Node) -> Node {
    if branches.is_empty() {
        return otherwise;
    }
    Node::Case(branches.into(), Box::new(otherwise))
}

fn is_constant(node: &Node) -> bool {
    matches!(node, Node::Constant(_))
}

fn all_constant(nodes: &[Node]) -> bool {
    nodes.iter().all(is_constant)
}

fn color(node: &Node) -> Option<Color> {
    match node {
        Node::Constant(Value::Color(color)) => Some(*color),
        _ => None,
    }
}

fn colors(nodes: &[Node]) -> Option<Box<[Color]>> {
    nodes.iter().map(color).collect()
}
