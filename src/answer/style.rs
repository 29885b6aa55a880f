//! A style as clients take it, its legend, and its layer definition for QGIS, over what is seen.

use std::sync::Arc;

use serde_json::{Value, json};

use super::answers::Answers;
use super::error::Unanswered;
use super::public_url::{MAX_LAYERS, PublicUrl, SPRITE};
use super::seen::Seen;
use super::tilejson;
use crate::catalogue::snapshot::LayerState;
use crate::config::did_you_mean;
use crate::map::occurring;
use crate::map::subject::{Drawn, Groups, Shown, Subject};
use crate::style::document::{SOURCE, Source, Style};
use crate::style::layer::Layer;
use crate::style::legend;
use crate::style::qgis::definition;
use crate::style::substitute;
use crate::tile::format::Format;

/// The pixels of a layer definition's images to one of the screen's: they are printed, too.
const DEFINITION_SCALE: u32 = 4;

/// Who takes a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// MapLibre, and what takes all that MapLibre does.
    MapLibre,
    /// QGIS, of what it converts right.
    Qgis,
}

impl Answers {
    /// What a style shows, with groups as asked for.
    ///
    /// # Errors
    /// When it shows nothing.
    pub(super) fn subject(
        &self,
        seen: &Seen,
        style: &str,
        groups: &Groups,
    ) -> Result<Subject, Unanswered> {
        let failed = |error| Unanswered::not_shown(error, style.to_owned());
        let found = self.shown(seen, style)?;
        let subject = Subject::new(&found, seen.snapshot());
        if *groups == Groups::default() {
            return Ok(subject);
        }
        if let Some(unknown) = subject.lacking(groups) {
            return Err(no_group(&subject.style, unknown, seen.is_settled()));
        }
        // A style with other groups is read anew, which may take milliseconds: others must not wait for this
        // thread.
        let subject = tokio::task::block_in_place(|| subject.with_groups(groups));
        subject.map_err(|error| failed(error.into()))
    }

    /// A style, what stands for its roles, and which of those layers are served now.
    ///
    /// # Errors
    /// When it shows nothing.
    pub fn shown<'s>(&self, seen: &'s Seen, style: &str) -> Result<Shown<'s>, Unanswered> {
        let shown = self.styles.shown(seen.snapshot(), style);
        shown.map_err(|error| Unanswered::not_shown(error, style.to_owned()))
    }
}

/// A map that leaves nothing out would not show that a name was mistyped.
fn no_group(style: &Style, group: &str, is_settled: bool) -> Unanswered {
    if !is_settled {
        return Unanswered::StillLoading(style.id.clone());
    }
    let known: Vec<&str> = style.group_ids().flatten().collect();
    let hint = did_you_mean(group, &known).map(|hint| format!("; {hint}")).unwrap_or_default();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let id = &style.id;
    Unanswered::NoSuchGroup(format!("the style {id} has no group \"{group}\", but {known}{hint}"))
}

/// A style's document.
///
/// # Errors
/// For an id that no style has, and while none of its layers can be served.
pub fn style(
    answers: &Answers,
    seen: &Seen,
    id: &str,
    base: &PublicUrl,
    (format, profile): (Format, Profile),
) -> Result<Value, Unanswered> {
    let Shown { mut style, binding, layers, tilesets } = answers.shown(seen, id)?;
    if profile == Profile::Qgis {
        // Milliseconds to tenths of a second: other requests must not wait for this thread.
        let bound = || occurring::for_qgis(&style, &binding, seen.snapshot());
        let made = tokio::task::block_in_place(bound);
        style = Arc::new(made.map_err(|error| Unanswered::not_shown(error.into(), id.to_owned()))?);
    }
    let mut sources = sources(&layers, seen, base, format);
    sources.extend(tilesets.iter().map(|drawn| archive(drawn, base)));
    let mut style = style.assemble(&sources, &binding, &base.glyphs(), &base.sprite(SPRITE));
    substitute::complete(&mut style, &answers.shipped.fonts);
    Ok(style)
}

/// A style as a layer definition of QGIS.
///
/// # Errors
/// As [`style`].
pub fn layer_definition(
    answers: &Answers,
    seen: &Seen,
    id: &str,
    base: &PublicUrl,
    format: Format,
) -> Result<String, Unanswered> {
    let style = style(answers, seen, id, base, (format, Profile::Qgis))?;
    let images = |name: &str| answers.shipped.sprite.image(name, DEFINITION_SCALE);
    Ok(definition::definition(&style, &images))
}

/// A style's legend: of what it draws at a zoom, or else of all that it draws at some.
///
/// # Errors
/// As [`style`].
pub fn legend(
    answers: &Answers,
    seen: &Seen,
    id: &str,
    base: &PublicUrl,
    zoom: Option<f64>,
) -> Result<Value, Unanswered> {
    let Shown { style, binding, layers, tilesets } = answers.shown(seen, id)?;
    let has_role =
        |role: &str| binding.layer(role).is_some_and(|id| layers.iter().any(|layer| layer == id));
    let is_shown = |layer: &Layer| match layer.source.as_deref() {
        None => true,
        Some(SOURCE) => layer.source_layer.as_deref().is_none_or(has_role),
        Some(name) => tilesets.iter().any(|drawn| drawn.archived.name == name),
    };
    Ok(json!({
        "title": style.title.to_json(),
        "sprite": base.sprite(SPRITE),
        "ground": legend::ground(&style, zoom).map(|color| color.to_string()),
        "entries": legend::legend(&style, zoom, is_shown),
    }))
}

/// One source for all layers, so that a place on the map is one request; more where one address
/// cannot hold them.
fn sources(layers: &[String], seen: &Seen, base: &PublicUrl, format: Format) -> Vec<Source> {
    let names = std::iter::once(SOURCE.to_owned()).chain((2..).map(|n| format!("{SOURCE}-{n}")));
    names
        .zip(layers.chunks(MAX_LAYERS))
        .map(|(name, ids)| {
            let ready: Vec<_> = ids
                .iter()
                .filter_map(|id| match seen.get(id) {
                    Some(LayerState::Ready(ready)) => Some(ready.clone()),
                    _ => None,
                })
                .collect();
            let mut written = tilejson::extent(ids, &ready, base, format);
            written["type"] = json!("vector");
            Source { name, layers: ids.to_vec(), written }
        })
        .collect()
}

/// An archive as a source of a style.
fn archive(Drawn { archived, ready }: &Drawn, base: &PublicUrl) -> Source {
    let mut written = tilejson::tileset_extent(&ready.tileset, base);
    written["type"] = json!(if archived.is_raster { "raster" } else { "vector" });
    if let Some(size) = archived.tile_size {
        written["tileSize"] = json!(size);
    }
    Source { name: archived.name.clone(), layers: Vec::new(), written }
}
