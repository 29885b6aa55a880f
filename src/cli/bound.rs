//! Whether each style can be made over the layers that were found, for `tuilerie check`: as it is asked for once they are
//! served. Over a part of the features of files, and over the columns alone of what a database would have to read.

use std::sync::Arc;

use crate::catalogue::features::Features;
use crate::catalogue::snapshot::{ReadyLayer, Store};
use crate::config::{Place, Source};
use crate::geo::shape::Shape;
use crate::map::occurring::for_qgis;
use crate::map::subject::{NotShown, Styles};
use crate::overview::Recipe;
use crate::segment::builder::SegmentBuilder;
use crate::segment::kept::{Description, Reading};
use crate::source::archive::tileset::Tileset;
use crate::source::{Discovery, FeatureSink, Layer, Origin, Progress, Stopped, Value};
use crate::style::document::ALL_LAYERS;
use crate::style::document::DARK;
use crate::style::shipped::Shipped;

/// Enough for the values that come back, and read in a moment.
const SAMPLE: u64 = 10_000;

/// What is wrong with the styles over some layers, a line each.
///
/// # Errors
/// When no memory is left to lay a sample out in.
pub fn unbound(
    shipped: &Arc<Shipped>,
    layers: &[Layer],
    tilesets: &[Tileset],
) -> Result<Vec<String>, std::io::Error> {
    let store = Store::awaiting(&[], &[]);
    let source = Source { name: String::new(), place: Place::Demo, publish_all: true };
    let archives = Discovery { tilesets: tilesets.to_vec(), ..Discovery::default() };
    store.announce(&source, 0, archives);
    for layer in layers {
        store.serve(sampled(layer)?);
    }
    let (snapshot, styles) = (store.snapshot(), Styles::new(shipped.clone()));
    let by_day = shipped.styles.iter().map(|style| style.id.as_str()).chain([ALL_LAYERS]);
    let ids = by_day.flat_map(|id| [id.to_owned(), format!("{id}{DARK}")]);
    let wrong = ids.filter_map(|id| {
        let made = styles
            .shown(&snapshot, &id)
            .and_then(|shown| Ok(for_qgis(&shown.style, &shown.binding, &snapshot)?));
        match made {
            Err(NotShown::Broken(error)) => Some(error.to_string()),
            Ok(_) | Err(NotShown::Unknown | NotShown::StillLoading) => None,
        }
    });
    Ok(wrong.collect())
}

/// A layer of some of its features.
fn sampled(layer: &Layer) -> Result<ReadyLayer, std::io::Error> {
    let description = Description::from(layer);
    let Description { columns, zooms, buffer, .. } = &description;
    let recipe = Recipe::new(&layer.overview, columns, *zooms, *buffer);
    let builder = SegmentBuilder::new(columns.len(), layer.origin.keeps_order(), None);
    let mut sample = Sample { builder, taken: 0 };
    if !matches!(layer.origin, Origin::Postgis(_)) {
        // What cannot be read is told elsewhere; what was read until then will do.
        let _ = layer.read(&mut sample, &Progress::default());
    }
    let features = Features::new(sample.builder.finish_in_memory(&recipe)?);
    Ok(ReadyLayer { layer: description, features, reading: Reading::default(), is_stale: false })
}

/// Takes the first features.
struct Sample {
    builder: SegmentBuilder,
    taken: u64,
}

impl FeatureSink for Sample {
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        if self.taken == SAMPLE {
            return Err(Stopped);
        }
        self.taken += 1;
        self.builder.feature(id, shape, values)
    }
}
