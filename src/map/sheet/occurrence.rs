//! What of a style's legend a map shows: the lines of which something lies in the picture and looks so.

use crate::map::Order;
use crate::map::fetch::Sources;
use crate::render::source::features::{Features, Geometry, VectorTile};
use crate::render::source::{Source, Tile};
use crate::render::view::View;
use crate::style::expression::{Context, NoFeature, Surroundings};
use crate::style::layer::choice::Visibility;
use crate::style::layer::{Kind, Layer};
use crate::style::legend::{self, Entry, Looks, Mark, are_alike};

/// The legend of what a picture of these sources shows.
pub fn legend(order: &Order<'_>, sources: &Sources) -> Vec<Entry> {
    let view = &order.shot.view;
    let occurs = |layer: &Layer, looks: &Looks<'_>, swatches: &[Vec<Mark>]| {
        if !is_drawn(layer, order) {
            return vec![false; swatches.len()];
        }
        let source = layer.source.as_ref().and_then(|name| sources.get(name));
        let (Some(Source::Vector(tiles)), Some(role)) = (source, layer.source_layer.as_deref())
        else {
            return vec![true; swatches.len()];
        };
        let mut sightings = Sightings::new(layer, swatches);
        for tile in tiles {
            if let Some(features) = tile.content.layer(role) {
                sightings.look(order, tile, features, (layer, looks));
            }
        }
        sightings.found
    };
    legend::legend_of(&order.subject.style, Some(view.zoom()), occurs)
}

fn is_drawn(layer: &Layer, order: &Order<'_>) -> bool {
    let zoom = order.shot.view.zoom();
    let visibility = layer.visibility.at(zoom, &order.subject.style.layers().keys);
    let surroundings = Surroundings::default();
    visibility.evaluate(&Context::new(&NoFeature, zoom, &surroundings)) == Visibility::Visible
}

/// Which of a layer's swatches were seen.
struct Sightings<'s> {
    swatches: &'s [Vec<Mark>],
    /// Whether its lines are drawn, and not what they go around.
    is_line: bool,
    found: Vec<bool>,
    geometry: Geometry,
}

impl<'s> Sightings<'s> {
    fn new(layer: &Layer, swatches: &'s [Vec<Mark>]) -> Sightings<'s> {
        Sightings {
            swatches,
            is_line: matches!(layer.kind, Kind::Line(_)),
            found: vec![false; swatches.len()],
            geometry: Geometry::default(),
        }
    }

    /// Looks at the features of a tile.
    fn look(
        &mut self,
        order: &Order<'_>,
        tile: &Tile<VectorTile>,
        features: &dyn Features,
        (layer, looks): (&Layer, &Looks<'_>),
    ) {
        let view = &order.shot.view;
        let filter = layer.filter.at(view.tile_zoom(), &order.subject.style.layers().keys);
        let surroundings = Surroundings::default();
        features.each(&mut |feature| {
            let context = Context::new(feature, view.tile_zoom(), &surroundings);
            if self.found.iter().all(|found| *found) || !filter.passes(&context) {
                return;
            }
            let marks = looks(feature);
            let like: Vec<_> =
                self.swatches.iter().map(|swatch| are_alike(&marks, swatch)).collect();
            let is_unknown = !like.contains(&true);
            let is_new = like.iter().zip(&self.found).any(|(like, found)| *like && !found);
            if marks.is_empty() || !(is_unknown || is_new) {
                return;
            }
            feature.read_geometry(&mut self.geometry);
            if is_seen(&self.geometry, self.is_line, tile, view) {
                for (found, like) in self.found.iter_mut().zip(like) {
                    // What looks like no swatch may be what several tell together, as shapes and colours of
                    // symbols do: all of them, then. So it is with the only one of a layer.
                    *found |= like || is_unknown;
                }
            }
        });
    }
}

/// Whether something of a geometry reaches into the picture: by the boxes of its lines or of its areas.
fn is_seen(geometry: &Geometry, is_line: bool, tile: &Tile<VectorTile>, view: &View) -> bool {
    let to_picture = view.from_tile(tile.id, tile.wrap);
    let [width, height] = view.size().pixels().map(f64::from);
    let reaches = |points: &[[f64; 2]]| {
        let points = || points.iter().map(|point| to_picture.point(*point));
        let all = |is: &dyn Fn([f64; 2]) -> bool| points().all(is);
        !(all(&|[x, _]| x < 0.0)
            || all(&|[x, _]| x > width)
            || all(&|[_, y]| y < 0.0)
            || all(&|[_, y]| y > height))
    };
    geometry.parts().any(|part| match is_line {
        true => part.windows(2).any(reaches),
        false => reaches(part),
    })
}
