//! The catalogue: everything served, in the shape that Martin's users know.

use serde_json::{Map, Value, json};

use super::answers::Answers;
use super::describe::{name, tileset_name, write};
use super::public_url::{PublicUrl, SPRITE};
use super::seen::Seen;
use super::stored_tile::coding;
use crate::catalogue::snapshot::{LayerState, ReadyLayer};
use crate::map::generated;
use crate::map::subject::{self, by_role, served};
use crate::source::archive::tileset::Tileset;
use crate::style::document::{ALL_LAYERS, Bilingual, DARK};

/// All that is ready to be served.
pub fn catalogue(answers: &Answers, seen: &Seen, base: &PublicUrl) -> Value {
    let layers = seen.ready().map(|(id, ready)| (id.to_owned(), layer(ready)));
    let archives = seen.tilesets().map(|(id, ready)| (id.to_owned(), tileset(&ready.tileset)));
    let tiles: Map<String, Value> = layers.chain(archives).collect();
    let fonts = answers.shipped.fonts.names().map(|name| (name.to_owned(), json!({})));
    let images: Vec<_> = answers.shipped.sprite.names().collect();
    json!({
        "tiles": tiles,
        "styles": styles(answers, seen, base),
        "sprites": { SPRITE: { "images": images } },
        "fonts": fonts.collect::<Map<_, _>>(),
    })
}

fn layer(ready: &ReadyLayer) -> Value {
    let about = &ready.layer.about;
    let mut described = json!({
        "content_type": "application/vnd.mapbox-vector-tile",
        "title": name(ready),
        "features": ready.features.len(),
    });
    write(about, &mut described);
    described
}

fn tileset(tileset: &Tileset) -> Value {
    let mut described = json!({
        "content_type": tileset.archive.format().media_type(),
        "title": tileset_name(tileset),
    });
    if let Some(encoding) = coding(tileset.archive.packing()).name() {
        described["content_encoding"] = json!(encoding);
    }
    write(&tileset.about, &mut described);
    described
}

/// What the catalogue says of the styles that can be served now or are about to be: which layers they
/// show, whether that is all that they will show, and where their drawn tiles are described.
fn styles(answers: &Answers, seen: &Seen, base: &PublicUrl) -> Map<String, Value> {
    let with_tiles = |(id, mut about): (String, Value)| {
        about["tilejson"] = json!(base.drawn_tilejson(&id));
        (id, about)
    };
    offered(answers, seen).into_iter().map(with_tiles).collect()
}

fn offered(answers: &Answers, seen: &Seen) -> Map<String, Value> {
    let binding = by_role(seen.snapshot());
    let shipped = answers.shipped.styles.iter().filter_map(|style| {
        let state = |role: &&str| seen.get(binding.layer(role)?);
        let is_loading = |state| matches!(state, &LayerState::Loading(..));
        let loading = style.roles().iter().filter_map(state).any(is_loading);
        let layers = served(style, &binding, seen.snapshot());
        let has_archive = !subject::tilesets(style, seen.snapshot()).is_empty();
        (loading || has_archive || !layers.is_empty()).then(|| {
            let is_ready = !loading && !seen.is_incomplete();
            let dark = answers.shipped.dark_id(style);
            let about = about(&style.title, &style.description, style.rank, layers, is_ready, dark);
            (style.id.clone(), about)
        })
    });
    // Not made for this: it takes milliseconds.
    let (title, description) = (generated::title(), generated::description());
    let all = seen.ready().map(|(id, _)| id.to_owned()).collect();
    let dark = format!("{ALL_LAYERS}{DARK}");
    let (rank, is_ready) = (generated::RANK, seen.is_settled());
    let all = about(&title, &description, rank, all, is_ready, Some(&dark));
    shipped.chain([(ALL_LAYERS.to_owned(), all)]).collect()
}

/// The id of the map that clients show first: of those that show anything, the one of the lowest rank.
pub fn first(answers: &Answers, seen: &Seen) -> Option<String> {
    let begun = |about: &Value| about["layers"].as_array().is_some_and(|layers| !layers.is_empty());
    let styles = offered(answers, seen).into_iter().filter(|(_, about)| begun(about));
    styles.min_by_key(|(_, about)| about["rank"].as_i64()).map(|(id, _)| id)
}

fn about(
    title: &Bilingual,
    description: &Bilingual,
    rank: i64,
    layers: Vec<String>,
    is_ready: bool,
    dark: Option<&str>,
) -> Value {
    json!({
        "title": title.to_json(),
        "description": description.to_json(),
        "rank": rank,
        "layers": layers,
        "ready": is_ready,
        // The id of the same by night.
        "dark": dark,
    })
}
