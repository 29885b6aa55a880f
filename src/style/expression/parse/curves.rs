//! `step` and `interpolate`.

use serde_json::Value as Json;

use super::Parser;
use crate::style::expression::checked::{Easing, Expr, Interpolate, Kind};
use crate::style::expression::color::Space;
use crate::style::expression::types::Type;

impl Parser {
    pub(super) fn step(&mut self, list: &[Json]) -> Option<Expr> {
        let count = list.len() - 1;
        if count < 4 {
            return self.error(format!("Expected at least 4 arguments, but found only {count}."));
        }
        if !count.is_multiple_of(2) {
            return self.error("Expected an even number of arguments.");
        }
        let input = Box::new(self.argument(&list[1], 1, Some(Type::Number))?);
        let mut ty = self.wanted();
        let first = self.argument(&list[2], 2, ty.clone())?;
        ty.get_or_insert_with(|| first.ty.clone());
        let (mut stops, mut outputs) = (vec![f64::NEG_INFINITY], vec![first]);
        self.pairs("step", list, 3, &mut ty, &mut stops, &mut outputs)?;
        let ty = ty.unwrap_or(Type::Value);
        Some(self.made(Kind::Step { input, stops, outputs }, ty))
    }

    pub(super) fn interpolate(&mut self, operator: &str, list: &[Json]) -> Option<Expr> {
        let easing = self.easing(list.get(1).unwrap_or(&Json::Null))?;
        let count = list.len() - 1;
        if count < 4 {
            return self.error(format!("Expected at least 4 arguments, but found only {count}."));
        }
        if !count.is_multiple_of(2) {
            return self.error("Expected an even number of arguments.");
        }
        let input = self.argument(&list[2], 2, Some(Type::Number))?;
        let space = match operator {
            "interpolate-hcl" => Space::Hcl,
            "interpolate-lab" => Space::Lab,
            _ => Space::Rgb,
        };
        let mut ty = match self.wanted() {
            wanted if space == Space::Rgb || wanted == Some(Type::ColorArray) => wanted,
            _ => Some(Type::Color),
        };
        let (mut stops, mut outputs) = (Vec::new(), Vec::new());
        self.pairs("interpolate", list, 3, &mut ty, &mut stops, &mut outputs)?;
        let ty = ty.unwrap_or(Type::Value);
        if !ty.is_interpolatable() {
            return self.error(format!("Type {ty} is not interpolatable."));
        }
        let curve = Interpolate { space, easing, input, stops, outputs };
        Some(self.made(Kind::Interpolate(Box::new(curve)), ty))
    }

    fn pairs(
        &mut self,
        operator: &str,
        list: &[Json],
        first: usize,
        ty: &mut Option<Type>,
        stops: &mut Vec<f64>,
        outputs: &mut Vec<Expr>,
    ) -> Option<()> {
        for index in (first..list.len() - 1).step_by(2) {
            let Some(stop) = list[index].as_f64() else {
                return self.error_at(
                    index,
                    format!(
                        "Input/output pairs for \"{operator}\" expressions must be defined using \
                         literal numeric values (not computed expressions) for the input values."
                    ),
                );
            };
            if stops.last().is_some_and(|last| *last >= stop) {
                return self.error_at(
                    index,
                    format!(
                        "Input/output pairs for \"{operator}\" expressions must be arranged with \
                         input values in strictly ascending order."
                    ),
                );
            }
            let output = self.argument(&list[index + 1], index + 1, ty.clone())?;
            ty.get_or_insert_with(|| output.ty.clone());
            stops.push(stop);
            outputs.push(output);
        }
        Some(())
    }

    fn easing(&mut self, json: &Json) -> Option<Easing> {
        let list = json.as_array().map_or(&[][..], Vec::as_slice);
        let Some(name) = list.first() else {
            return self.error_at(1, "Expected an interpolation type expression.");
        };
        match name.as_str() {
            Some("linear") => Some(Easing::Exponential(1.0)),
            Some("exponential") => match list.get(1).and_then(Json::as_f64) {
                Some(base) => Some(Easing::Exponential(base)),
                None => self.inside(1, None, |parser| {
                    parser.error_at(1, "Exponential interpolation requires a numeric base.")
                }),
            },
            Some("cubic-bezier") => {
                let points: Vec<f64> = list[1..].iter().filter_map(Json::as_f64).collect();
                let all_between = points.iter().all(|point| (0.0..=1.0).contains(point));
                match <[f64; 4]>::try_from(points) {
                    Ok(points) if all_between && list.len() == 5 => {
                        Some(Easing::CubicBezier(points))
                    }
                    _ => self.error_at(
                        1,
                        "Cubic bezier interpolation requires four numeric arguments with values \
                         between 0 and 1.",
                    ),
                }
            }
            _ => {
                let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                self.inside(1, None, |parser| {
                    parser.error_at(0, format!("Unknown interpolation type {name}"))
                })
            }
        }
    }
}
