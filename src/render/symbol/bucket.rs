//! A layer's symbols in a tile: its features' labels, each at all anchors that the feature has. What
//! they are does not depend on what lies around them; that is [decided](super::placement) later.

use std::sync::Arc;

use hashbrown::HashMap;

use super::anchors::{self, Anchor, Demands, distance};
use super::cut::{self, Point};
use super::label::Label;
use super::maker::Maker;
use super::merge::merge;
use super::pole;
use super::rules::{Order, Rules};
use crate::render::images::Image;
use crate::render::scene::Scene;
use crate::render::select;
use crate::render::source::Tile;
use crate::render::source::features::{Geometry, TileFeature, VectorTile, polygons};
use crate::render::stage::Drawn;
use crate::render::text::arabic;
use crate::render::view::{EXTENT, TILE_SIZE};
use crate::style::expression::value::Formatted;
use crate::style::expression::{Context, GeometryType};
use crate::style::layer::choice::{Placement, Transform};
use crate::style::layer::values::ImageName;

/// The precision of a label's place in a polygon, in units of a tile: two pixels.
const PRECISION: f64 = 16.0;
/// More symbols in a tile than could be told apart.
const MOST_SYMBOLS: usize = 65_535;

/// A layer's symbols in a tile.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    /// The symbols.
    pub symbols: Vec<Symbol>,
    /// Whether any of them is a text.
    pub has_texts: bool,
    /// Whether any of them is an icon.
    pub has_icons: bool,
}

/// A label at an anchor.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The label, the same at all anchors of a feature.
    pub label: Arc<Label>,
    /// The anchor, in units of the tile.
    pub anchor: Anchor,
    /// The line that the anchor is on.
    pub line: Arc<[Point]>,
    /// Its number among those of its layer in its tile.
    pub number: usize,
    /// The feature's number in its tile.
    pub feature: usize,
    /// The sort key; 0 where there is none.
    pub key: f64,
}

/// A feature that has a text or an icon, before it is laid out.
struct Wanted {
    label: Label,
    kind: GeometryType,
    geometry: Geometry,
    feature: usize,
    key: f64,
}

/// Makes the symbols of a tile.
pub fn make(
    scene: &Scene<'_>,
    drawn: &Drawn<'_>,
    tile: &Tile<VectorTile>,
    maker: &Maker<'_>,
) -> Bucket {
    let rules = maker.rules;
    let mut wanted = Vec::new();
    let mut number = 0;
    select::features(scene, drawn, tile, &mut |feature, context| {
        number += 1;
        let key = match rules.order {
            Order::ByKey => maker.layout.sort_key.evaluate(context).unwrap_or(0.0),
            _ => 0.0,
        };
        wanted.extend(feature_wanted(feature, context, maker, number, key));
    });
    if rules.placement == Placement::Line {
        wanted = merged(wanted);
    }
    if rules.order == Order::ByKey {
        wanted.sort_by(|a, b| a.key.total_cmp(&b.key));
    }
    let overscaling = f64::from(tile.zoom.saturating_sub(tile.id.z())).exp2();
    let mut stands = Stands {
        rules,
        spacing: maker.layout.spacing.constant().copied().unwrap_or(250.0),
        most_turn: maker.layout.text_max_angle.constant().copied().unwrap_or(45.0).to_radians(),
        overscaling,
        units: EXTENT / (TILE_SIZE * overscaling),
        repeated: HashMap::new(),
        bucket: Bucket::default(),
    };
    wanted.into_iter().for_each(|wanted| stands.add(wanted));
    stands.bucket
}

fn feature_wanted(
    feature: &dyn TileFeature,
    context: &Context<'_>,
    maker: &Maker<'_>,
    number: usize,
    key: f64,
) -> Option<Wanted> {
    let text = maker.layout.text_field.evaluate(context);
    let has_text = text.sections.iter().any(|s| !s.text.is_empty() || s.image.is_some());
    let text = has_text.then(|| transformed(&text, maker.layout.text_transform.evaluate(context)));
    let image = maker.layout.icon_image.evaluate(context);
    let image: Option<&Arc<Image>> = image.and_then(|ImageName(name)| maker.images.get(&name));
    if text.is_none() && image.is_none() {
        return None;
    }
    let mut geometry = Geometry::default();
    feature.read_geometry(&mut geometry);
    let kind = feature.geometry_type().unwrap_or(GeometryType::Unknown);
    let stands_here = maker.rules.placement != Placement::Point
        || kind != GeometryType::Point
        || geometry.points().iter().any(|point| is_here(*point));
    if !stands_here {
        return None;
    }
    let label = maker.label(text.as_ref(), image, context)?;
    Some(Wanted { label, kind, geometry, feature: number, key })
}

/// What lies in the margin of a tile is its neighbour's.
fn is_here(point: Point) -> bool {
    point.iter().all(|ordinate| (0.0..EXTENT).contains(ordinate))
}

/// A text with its letters as they are drawn: capitals or small where that is asked for, Arabic ones
/// in their shapes.
fn transformed(text: &Formatted, transform: Transform) -> Formatted {
    let mut text = text.clone();
    for section in &mut text.sections {
        let letters = match transform {
            Transform::None => None,
            Transform::Uppercase => Some(section.text.to_uppercase()),
            Transform::Lowercase => Some(section.text.to_lowercase()),
        };
        section.text = arabic::shape(letters.as_deref().unwrap_or(&section.text)).into();
    }
    text
}

/// Lines with the same text that touch become one; of a feature with several, as MapLibre has it, the
/// first only.
fn merged(wanted: Vec<Wanted>) -> Vec<Wanted> {
    let lines = wanted.into_iter().map(|wanted| {
        let text = (!wanted.label.name.is_empty()).then(|| wanted.label.name.clone());
        let line = wanted.geometry.parts().next().unwrap_or_default().to_vec();
        (text, line, wanted)
    });
    let merged = merge(lines.collect());
    let with_line = |(line, wanted): (Vec<Point>, Wanted)| {
        let mut geometry = Geometry::default();
        for part in std::iter::once(&*line).chain(wanted.geometry.parts().skip(1)) {
            part.iter().for_each(|point| geometry.push(*point));
            geometry.finish_part();
        }
        Wanted { geometry, ..wanted }
    };
    merged.into_iter().map(with_line).collect()
}

/// Puts labels at their anchors.
struct Stands<'r> {
    rules: &'r Rules,
    /// Between labels along a line, in pixels of CSS.
    spacing: f64,
    most_turn: f64,
    overscaling: f64,
    /// Units of the tile to a pixel of CSS.
    units: f64,
    /// Where texts stand already.
    repeated: HashMap<Arc<str>, Vec<Point>>,
    bucket: Bucket,
}

impl Stands<'_> {
    fn add(&mut self, wanted: Wanted) {
        let Wanted { label, kind, geometry, feature, key } = wanted;
        let mut places: Vec<(Anchor, Arc<[Point]>)> = Vec::new();
        let at = |point: Point| Anchor { point, edge: None };
        match (self.rules.placement, kind) {
            (Placement::Line, _) => {
                let parts = geometry.parts();
                let within = parts.flat_map(|part| cut::line(part, [0.0; 2], [EXTENT; 2]));
                for line in within {
                    self.along(&label, line.into(), &mut places);
                }
            }
            (Placement::LineCenter, _) => {
                for line in geometry.parts().filter(|line| line.len() > 1) {
                    let anchor = anchors::middle(line, &self.demands(&label));
                    places.extend(anchor.map(|anchor| (anchor, line.into())));
                }
            }
            (Placement::Point, GeometryType::Polygon) => {
                for polygon in polygons(&geometry) {
                    let place = pole::of(&polygon, PRECISION);
                    places.extend(place.map(|point| (at(point), Arc::default())));
                }
            }
            (Placement::Point, GeometryType::LineString) => {
                let starts = geometry.parts().filter_map(|line| line.first());
                places.extend(starts.map(|point| (at(*point), Arc::default())));
            }
            (Placement::Point, GeometryType::Point) => {
                let points = geometry.points().iter();
                places.extend(points.map(|point| (at(*point), Arc::default())));
            }
            (Placement::Point, GeometryType::Unknown) => {}
        }
        self.bucket.has_texts |= !label.texts.is_empty() || label.vertical.is_some();
        self.bucket.has_icons |= label.icon.is_some();
        let label = Arc::new(label);
        let symbols = &mut self.bucket.symbols;
        for (anchor, line) in places.into_iter().filter(|(anchor, _)| is_here(anchor.point)) {
            if symbols.len() < MOST_SYMBOLS {
                let (label, number) = (label.clone(), symbols.len());
                symbols.push(Symbol { label, anchor, line, number, feature, key });
            }
        }
    }

    /// Anchors along a line, not too near to others with the same text.
    fn along(
        &mut self,
        label: &Label,
        line: Arc<[Point]>,
        places: &mut Vec<(Anchor, Arc<[Point]>)>,
    ) {
        let spacing = self.spacing * self.units;
        let demands = self.demands(label);
        for anchor in anchors::every(&line, spacing, &demands, self.overscaling, EXTENT) {
            if !label.texts.is_empty() {
                let others = self.repeated.entry(label.name.clone()).or_default();
                if others.iter().any(|other| distance(*other, anchor.point) < spacing / 2.0) {
                    continue;
                }
                others.push(anchor.point);
            }
            places.push((anchor, line.clone()));
        }
    }

    fn demands(&self, label: &Label) -> Demands {
        let text = label.vertical.as_ref().or(label.texts.first().map(|(_, text)| text));
        let text_length = text.map_or(0.0, |text| text.bounds.width());
        let icon_length = label.icon.as_ref().map_or(0.0, |icon| icon.width);
        Demands {
            length: text_length.max(icon_length),
            scale: self.units * label.largest_text_size / 24.0,
            is_text: text.is_some(),
            most_turn: self.most_turn,
        }
    }
}
