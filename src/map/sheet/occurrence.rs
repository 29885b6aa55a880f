//! What of a style's legend a map shows: the lines of which something lies in the picture and looks so.

use crate::map::Order;
use crate::map::fetch::Sources;
use crate::render::source::features::{Geometry, VectorTile};
use crate::render::source::{Source, Tile};
use crate::render::view::View;
use crate::style::expression::{Context, Surroundings};
use crate::style::layer::Layer;
use crate::style::legend::{self, Entry, Looks, Mark, are_alike};

/// The legend of what a picture of these sources shows.
pub fn legend(order: &Order<'_>, sources: &Sources) -> Vec<Entry> {
    let view = &order.shot.view;
    let occurs = |layer: &Layer, looks: &Looks<'_>, swatches: &[Vec<Mark>]| {
        let source = layer.source.as_ref().and_then(|name| sources.get(name));
        match (source, layer.source_layer.as_deref()) {
            (Some(Source::Vector(tiles)), Some(role)) => {
                occurring(order, tiles, role, (layer, looks, swatches))
            }
            _ => vec![true; swatches.len()],
        }
    };
    legend::legend_of(&order.subject.style, Some(view.zoom()), occurs)
}

/// Which of a layer's swatches occur. The only one of a layer stands for all that it draws.
fn occurring(
    order: &Order<'_>,
    tiles: &[Tile<VectorTile>],
    role: &str,
    (layer, looks, swatches): (&Layer, &Looks<'_>, &[Vec<Mark>]),
) -> Vec<bool> {
    let (view, keys) = (&order.shot.view, &order.subject.style.layers().keys);
    let filter = layer.filter.at(view.tile_zoom(), keys);
    let surroundings = Surroundings::default();
    let mut found = vec![false; swatches.len()];
    let mut geometry = Geometry::default();
    for tile in tiles {
        let Some(features) = tile.content.layer(role) else { continue };
        features.each(&mut |feature| {
            if found.iter().all(|found| *found) {
                return;
            }
            let context = Context::new(feature, view.tile_zoom(), &surroundings);
            if !filter.passes(&context) {
                return;
            }
            let marks = looks(feature);
            let is_one = |(index, swatch): (usize, &Vec<Mark>)| {
                let is_new = !found.get(index).copied().unwrap_or(true);
                let is_like =
                    if swatches.len() == 1 { !marks.is_empty() } else { are_alike(&marks, swatch) };
                (is_new && is_like).then_some(index)
            };
            let new: Vec<_> = swatches.iter().enumerate().filter_map(is_one).collect();
            if new.is_empty() {
                return;
            }
            feature.read_geometry(&mut geometry);
            if is_seen(&geometry, tile, view) {
                new.into_iter().for_each(|index| found[index] = true);
            }
        });
    }
    found
}

/// Whether the box of a geometry reaches into the picture.
fn is_seen(geometry: &Geometry, tile: &Tile<VectorTile>, view: &View) -> bool {
    let to_picture = view.from_tile(tile.id, tile.wrap);
    let [width, height] = view.size().pixels().map(f64::from);
    geometry.parts().any(|part| {
        let mut least = [f64::INFINITY; 2];
        let mut most = [f64::NEG_INFINITY; 2];
        for point in part {
            let point = to_picture.point(*point);
            for axis in 0..2 {
                least[axis] = least[axis].min(point[axis]);
                most[axis] = most[axis].max(point[axis]);
            }
        }
        least[0] <= width && least[1] <= height && most[0] >= 0.0 && most[1] >= 0.0
    })
}
