//! Which of a layer's features are drawn alike: our own engine evaluates it for each combination of
//! values that occurs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::properties::{self, Properties, Property};
use super::sampled::{Sampled, Stops};
use crate::style::expression::value::Object;
use crate::style::expression::{Compiled, Context, Expression, GeometryType, Keys, Surroundings};
use crate::style::layer::{Kind, Layer};
use crate::style::sample::SampleFeature;

/// The last zoom at which QGIS may draw.
pub const LAST_ZOOM: u8 = 24;

/// The properties of what is drawn.
pub type Drawn = BTreeMap<&'static str, Stops>;

/// What a layer's features are told apart by.
pub struct Asked {
    /// Conditions that QGIS does not know.
    pub conditions: Vec<Expression>,
    /// How they are drawn.
    pub properties: Properties,
}

/// Features that are drawn alike, at some zooms.
pub struct Alike {
    /// The first and the last, where that is not what the layer says itself.
    pub zooms: Option<(u8, u8)>,
    /// How.
    pub drawn: Drawn,
    /// The values of theirs that occur together.
    pub combinations: Vec<Arc<Object>>,
}

/// Combinations grouped by how they are drawn, in the order of drawing.
pub fn alike(
    layer: &Layer,
    asked: &Asked,
    combinations: &[Arc<Object>],
    keys: &Keys,
) -> Vec<Alike> {
    let compiled = CompiledLayer::new(layer, asked, keys);
    let mut groups: Vec<(f64, Alike)> = Vec::new();
    for combination in combinations {
        let order = compiled.order(combination);
        for (zooms, drawn) in compiled.runs(combination) {
            let zooms = compiled.is_split.then_some(zooms);
            let same =
                |(_, group): &&mut (f64, Alike)| group.zooms == zooms && group.drawn == drawn;
            match groups.iter_mut().find(same) {
                Some((least, group)) => {
                    *least = least.min(order);
                    group.combinations.push(combination.clone());
                }
                None => {
                    let combinations = vec![combination.clone()];
                    groups.push((order, Alike { zooms, drawn, combinations }));
                }
            }
        }
    }
    groups.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The first and the last of some zooms at which features are drawn in one way.
type Run = ((u8, u8), Drawn);

/// What is asked of a layer, compiled for the zooms of it at which that may differ.
struct CompiledLayer<'a> {
    keys: &'a Keys,
    surroundings: Surroundings,
    geometries: &'static [GeometryType],
    is_split: bool,
    zooms: Vec<u8>,
    /// By zoom.
    conditions: Vec<Vec<Compiled>>,
    smooth: Vec<(&'static str, &'a Sampled)>,
    /// Likewise.
    discrete: Vec<(&'static str, Vec<Compiled>)>,
    same: Drawn,
    order: Option<Compiled>,
}

impl<'a> CompiledLayer<'a> {
    fn new(layer: &Layer, asked: &'a Asked, keys: &'a Keys) -> CompiledLayer<'a> {
        let is_split = asked.conditions.iter().any(|condition| condition.dependence().is_on_zoom())
            || asked.properties.values().any(Property::jumps);
        let zooms: Vec<u8> = match is_split {
            true => (0..=LAST_ZOOM).filter(|zoom| layer.is_at(f64::from(*zoom))).collect(),
            false => vec![layer.minzoom.ceil() as u8],
        };
        let at_zooms = |expression: &Expression| -> Vec<Compiled> {
            zooms.iter().map(|zoom| expression.compile(keys, Some(f64::from(*zoom)))).collect()
        };
        let conditions = asked.conditions.iter().map(at_zooms).collect();
        let (mut smooth, mut discrete, mut same) = (Vec::new(), Vec::new(), Drawn::new());
        for (name, property) in &asked.properties {
            match property {
                Property::Smooth(sampled, _) => smooth.push((*name, sampled)),
                Property::Discrete(expression) => discrete.push((*name, at_zooms(expression))),
                Property::Same(stops) => _ = same.insert(name, stops.clone()),
            }
        }
        let order = order(layer, keys);
        let (geometries, surroundings) = (geometries(layer), Surroundings::default());
        CompiledLayer {
            keys,
            surroundings,
            geometries,
            is_split,
            zooms,
            conditions,
            smooth,
            discrete,
            same,
            order,
        }
    }

    fn feature<'f>(
        &'f self,
        properties: &'f Arc<Object>,
        geometry: GeometryType,
    ) -> SampleFeature<'f> {
        SampleFeature { properties, keys: self.keys, geometry }
    }

    /// How features of a combination are drawn, from zoom to zoom; not where they are not.
    fn runs(&self, combination: &Arc<Object>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (place, zoom) in self.zooms.iter().enumerate() {
            if !self.passes(combination, place, *zoom) {
                continue;
            }
            let drawn = self.drawn(combination, place, *zoom);
            match runs.last_mut() {
                Some(((_, last), of)) if *last + 1 == *zoom && *of == drawn => *last = *zoom,
                _ => runs.push(((*zoom, *zoom), drawn)),
            }
        }
        runs
    }

    fn passes(&self, combination: &Arc<Object>, place: usize, zoom: u8) -> bool {
        self.geometries.iter().any(|geometry| {
            let feature = self.feature(combination, *geometry);
            let context = Context::new(&feature, f64::from(zoom), &self.surroundings);
            self.conditions.iter().all(|at| at[place].boolean(&context).unwrap_or(false))
        })
    }

    fn drawn(&self, combination: &Arc<Object>, place: usize, zoom: u8) -> Drawn {
        let feature = self.feature(combination, self.geometries[0]);
        let context = Context::new(&feature, f64::from(zoom), &self.surroundings);
        let smooth = self
            .smooth
            .iter()
            .filter_map(|(name, sampled)| Some((*name, sampled.of(&feature, &self.surroundings)?)));
        let discrete = self.discrete.iter().filter_map(|(name, at)| {
            let value = at[place].value(&context).ok()?;
            Some((*name, Stops::constant(value.into_shared())))
        });
        let mut drawn = self.same.clone();
        drawn.extend(smooth.chain(discrete));
        properties::fade(&mut drawn);
        drawn
    }

    /// The place of a combination's features among those of their layer.
    fn order(&self, combination: &Arc<Object>) -> f64 {
        let feature = self.feature(combination, self.geometries[0]);
        let context = Context::new(&feature, 0.0, &self.surroundings);
        self.order.as_ref().and_then(|key| key.number(&context).ok()).unwrap_or(0.0)
    }
}

/// What a layer of a kind may draw, the most usual first.
fn geometries(layer: &Layer) -> &'static [GeometryType] {
    use GeometryType::{LineString, Point, Polygon};
    match layer.kind {
        Kind::Fill(_) => &[Polygon],
        Kind::Line(_) => &[LineString, Polygon],
        _ => &[Point, LineString, Polygon],
    }
}

/// What gives features their place among those of their layer.
fn order(layer: &Layer, keys: &Keys) -> Option<Compiled> {
    let mut key = None;
    layer.kind.each_expression(&mut |name, expression| {
        if ["circle-sort-key", "fill-sort-key", "line-sort-key"].contains(&name) {
            key = Some(expression.compile(keys, Some(layer.minzoom)));
        }
    });
    key
}
