//! The legend of a style as data: for each thing that its layers draw, a title and a swatch, which is
//! how the layers themselves draw a sample of it. Not a picture: who shows it draws the swatches.

mod mark;

use serde::Serialize;

use super::bilingual::Bilingual;
use super::document::Style;
use super::expression::color::Color;
use super::layer::{Kind, Layer};
use super::sample::{Sample, SampleFeature};
pub use mark::{Looks, Mark, are_alike};

/// One line of a legend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The id of the group of layers that it belongs to.
    pub group: Option<String>,
    /// What it is called.
    pub title: Bilingual,
    /// What is drawn, from bottom to top.
    pub swatch: Vec<Mark>,
}

/// The zoom of a legend that is asked for without one: most is drawn there. Layers that are not
/// show how they look nearest to it.
const ZOOM: f64 = 15.0;
/// How far within its zooms such a layer is looked at, since many fade in and out at the ends.
const WITHIN: f64 = 0.75;

/// The legend of what a style draws at a zoom, or at any: group by group, what lies on top first.
/// Layers that give the same title draw one swatch together: a casing and its line, a fill and its
/// border. `is_there` says which layers draw something that is served.
pub fn legend(style: &Style, zoom: Option<f64>, is_there: impl Fn(&Layer) -> bool) -> Vec<Entry> {
    let all = |layer: &Layer, _: &Looks<'_>, swatches: &[Vec<Mark>]| {
        vec![is_there(layer); swatches.len()]
    };
    legend_of(style, zoom, all)
}

/// The same, with those swatches of each layer only of which `occurs` says so. It is told how features would
/// look, and the swatches of the layer's samples.
pub fn legend_of(
    style: &Style,
    zoom: Option<f64>,
    occurs: impl Fn(&Layer, &Looks<'_>, &[Vec<Mark>]) -> Vec<bool>,
) -> Vec<Entry> {
    let keys = &style.layers().keys;
    let mut entries = Vec::new();
    for group in style.group_ids() {
        let first = entries.len();
        for (layer, samples) in style.samples(group).rev().filter(|(_, all)| !all.is_empty()) {
            let Some(zoom) = zoom_of(layer, zoom) else { continue };
            let looks = mark::looks(&layer.kind, zoom, keys);
            let geometry = mark::geometry(&layer.kind);
            let swatch = |Sample { properties, .. }: &Sample| {
                looks(&SampleFeature { properties, keys, geometry })
            };
            let swatches: Vec<_> = samples.iter().map(swatch).collect();
            let occurs = occurs(layer, &*looks, &swatches);
            for ((sample, marks), _) in
                samples.iter().zip(swatches).zip(occurs).filter(|(_, occurs)| *occurs)
            {
                let known = entries[first..]
                    .iter_mut()
                    .find(|entry: &&mut Entry| entry.title == sample.title);
                match known {
                    Some(entry) => drop(entry.swatch.splice(..0, marks)),
                    None => entries.push(Entry {
                        group: group.map(str::to_owned),
                        title: sample.title.clone(),
                        swatch: marks,
                    }),
                }
            }
        }
    }
    entries.retain(|entry| !entry.swatch.is_empty());
    entries
}

/// What all is drawn on, at a zoom.
pub fn ground(style: &Style, zoom: Option<f64>) -> Option<Color> {
    style.layers().layers.iter().find_map(|layer| match &layer.kind {
        Kind::Background(background) => {
            let color = background.color.at(zoom.unwrap_or(ZOOM), &style.layers().keys);
            color.constant().copied()
        }
        _ => None,
    })
}

/// At which zoom a layer is looked at, if it is drawn.
fn zoom_of(layer: &Layer, asked: Option<f64>) -> Option<f64> {
    match asked {
        Some(zoom) => layer.is_at(zoom).then_some(zoom),
        None => Some(ZOOM.max(layer.minzoom + WITHIN).min(layer.maxzoom - WITHIN)),
    }
}
