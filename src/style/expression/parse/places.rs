//! `within` and `distance`.

use serde_json::Value as Json;

use super::Parser;
use crate::style::expression::checked::{Expr, Kind};
use crate::style::expression::place::{Shape, shapes};
use crate::style::expression::types::Type;

impl Parser {
    pub(super) fn within(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, json] = list else {
            let found = list.len() - 1;
            return self.error(format!(
                "'within' expression requires exactly one argument, but found {found} instead."
            ));
        };
        let mut polygons = shapes(json).unwrap_or_default();
        polygons.retain(|shape| matches!(shape, Shape::Polygon(_)));
        if polygons.is_empty() {
            return self.error(
                "'within' expression requires valid geojson object that contains polygon \
                 geometry type.",
            );
        }
        Some(self.made(Kind::Within(polygons.into()), Type::Boolean))
    }

    pub(super) fn distance(&mut self, list: &[Json]) -> Option<Expr> {
        let [_, json] = list else {
            let found = list.len() - 1;
            return self.error(format!(
                "'distance' expression requires exactly one argument, but found {found} instead."
            ));
        };
        match shapes(json) {
            Some(shapes) => Some(self.made(Kind::Distance(shapes.into()), Type::Number)),
            None => self.error(
                "'distance' expression requires valid geojson object that contains polygon \
                 geometry type.",
            ),
        }
    }
}
