//! `step` and `interpolate`: where the input is known, only the results beside it are kept.

use std::sync::Arc;

use super::{Compiler, all_constant, colors, is_constant};
use crate::style::expression::checked::{Easing, Expr, Interpolate};
use crate::style::expression::color::Space;
use crate::style::expression::evaluate::factor;
use crate::style::expression::node::{Between, ColorByNumber, Curve, Mix, Node};
use crate::style::expression::types::Type;
use crate::style::expression::value::Value;

impl Compiler<'_> {
    pub(super) fn step(
        &mut self,
        input: &Expr,
        stops: &[f64],
        outputs: &[Expr],
        path: &Arc<str>,
    ) -> Node {
        let input = self.node(input);
        if let Node::Constant(Value::Number(at)) = input
            && !at.is_nan()
        {
            let reached = stops.partition_point(|stop| *stop <= at).max(1) - 1;
            return self.node(&outputs[reached]);
        }
        let (stops, outputs) = (stops.into(), self.nodes(outputs));
        Node::Step(Box::new(Curve { input, stops, outputs, path: path.clone() }))
    }

    pub(super) fn interpolate(&mut self, curve: &Interpolate, ty: &Type, path: &Arc<str>) -> Node {
        let Interpolate { space, easing, input, stops, outputs } = curve;
        let input = self.node(input);
        if let Node::Constant(Value::Number(at)) = input
            && !at.is_nan()
        {
            let next = stops.partition_point(|stop| *stop <= at);
            if next == 0 || next == stops.len() || stops[next - 1] == at && next == 1 {
                return self.node(&outputs[next.max(1) - 1]);
            }
            let t = factor(*easing, at, stops[next - 1], stops[next]);
            let (from, to) = (self.node(&outputs[next - 1]), self.node(&outputs[next]));
            let fixed = is_constant(&from) && is_constant(&to);
            let (ty, space, path) = (ty.clone(), *space, path.clone());
            return self.folded(Node::Mix(Box::new(Mix { from, to, t, ty, space, path })), fixed);
        }
        let (stops, outputs) = (stops.as_slice().into(), self.nodes(outputs));
        let fixed = is_constant(&input) && all_constant(&outputs);
        if let (Space::Rgb, Easing::Exponential(1.0), Some(colors)) =
            (space, easing, colors(&outputs))
            && colors.len() > 1
            && !fixed
        {
            let path = path.clone();
            return Node::ColorByNumber(Box::new(ColorByNumber { input, stops, colors, path }));
        }
        let curve = Curve { input, stops, outputs, path: path.clone() };
        let between = Between { ty: ty.clone(), space: *space, easing: *easing };
        self.folded(Node::Interpolate(Box::new(curve), Box::new(between)), fixed)
    }
}
