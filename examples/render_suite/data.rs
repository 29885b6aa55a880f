//! What a case's style names: its sources, sprites and glyphs, from files. What is missing is left
//! out, as a browser leaves it out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use tuilerie::geo::tile::TileId;
use tuilerie::render::cover::{Pyramid, Wanted, tiles};
use tuilerie::render::images::Images;
use tuilerie::render::picture::Picture;
use tuilerie::render::source::geojson::GeoJson;
use tuilerie::render::source::heights::{Encoding, Heights};
use tuilerie::render::source::{Source, Tile, mvt, overzoom};
use tuilerie::render::text::glyph::Glyphs;
use tuilerie::render::view::{View, world};
use tuilerie::style::expression::Keys;

/// How far beyond a view tiles are taken: those that touch it, as browsers do.
const MARGIN: f64 = 0.01;
/// Zooms above a missing image in which browsers look for one.
const MOST_UP: u8 = 10;
/// The last zoom of a source that says none.
const MAXZOOM: u8 = 22;

/// The one TileJSON among the assets names its tiles by the address that MapLibre's tests serve them at.
fn local(address: &str, assets: &Path) -> Option<PathBuf> {
    let path = address.strip_prefix("local://");
    let path = path.or_else(|| address.strip_prefix("http://localhost:2900/"))?;
    Some(assets.join(percent_encoding::percent_decode_str(path).decode_utf8().ok()?.as_ref()))
}

fn json(path: &Path) -> Option<Json> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

fn picture(path: &Path) -> Option<Picture> {
    let image = image::load_from_memory(&fs::read(path).ok()?).ok()?.into_rgba8();
    Picture::from_straight(image.width(), image.height(), image.as_raw())
}

/// All sources.
pub fn sources(
    style: &Json,
    assets: &Path,
    view: &View,
    keys: &Keys,
) -> BTreeMap<Arc<str>, Source> {
    let members = style["sources"].as_object().into_iter().flatten();
    let read = |(name, written): (&String, &Json)| {
        Some((name.as_str().into(), source(written, assets, view, keys)?))
    };
    members.filter_map(read).collect()
}

fn source(written: &Json, assets: &Path, view: &View, keys: &Keys) -> Option<Source> {
    // What a TileJSON says stands for the source, and what the source says itself goes before.
    let mut merged = written.clone();
    if let Some(path) = written["url"].as_str().and_then(|url| local(url, assets))
        && written["type"] != "image"
    {
        let tilejson = json(&path)?;
        for (name, value) in tilejson.as_object()? {
            merged.as_object_mut()?.entry(name).or_insert_with(|| value.clone());
        }
    }
    match merged["type"].as_str()? {
        "geojson" => {
            let data = match &merged["data"] {
                Json::String(address) => json(&local(address, assets)?)?,
                data => data.clone(),
            };
            let geojson = GeoJson::of_source(&merged, &data, keys).ok()?;
            let pyramid = Pyramid {
                tile_size: 512.0,
                minzoom: 0,
                maxzoom: geojson.maxzoom(),
                is_raster: false,
                bounds: None,
            };
            let wanted = tiles(view, &pyramid, MARGIN);
            let tiles = wanted.into_iter().map(|wanted| Tile {
                id: wanted.id,
                wrap: wanted.wrap,
                zoom: wanted.zoom,
                content: Arc::new(geojson.tile(wanted.id)),
            });
            Some(Source::Vector(tiles.collect()))
        }
        "vector" => {
            let read = |path: &Path| mvt::read(&fs::read(path).ok()?, keys).ok();
            Some(Source::Vector(tiled(&merged, assets, view, &read, &|whole, from, to| {
                Some(overzoom::part(whole, from, to))
            })))
        }
        "raster" => {
            Some(Source::Raster(tiled(&merged, assets, view, &picture, &|whole, from, to| {
                whole.part_of_tile(from, to)
            })))
        }
        "raster-dem" => {
            let encoding = Encoding::of_source(&merged);
            let read = |path: &Path| {
                let image = image::load_from_memory(&fs::read(path).ok()?).ok()?.into_rgba8();
                Heights::decode(image.width(), image.as_raw(), encoding)
            };
            Some(Source::Heights(tiled(&merged, assets, view, &read, &|_, _, _| None)))
        }
        "image" => {
            let picture = picture(&local(merged["url"].as_str()?, assets)?)?;
            let corner = |index: usize| {
                let corner = &merged["coordinates"][index];
                Some(world([corner[0].as_f64()?, corner[1].as_f64()?]))
            };
            Some(Source::Image(picture, [corner(0)?, corner(1)?, corner(2)?, corner(3)?]))
        }
        _ => None,
    }
}

/// Cuts from a tile's content the part that a tile below it shows.
type PartOf<T> = dyn Fn(&Arc<T>, TileId, TileId) -> Option<T>;

/// The tiles of a source that a view needs, as far as they are there.
fn tiled<T>(
    source: &Json,
    assets: &Path,
    view: &View,
    read: &dyn Fn(&Path) -> Option<T>,
    part: &PartOf<T>,
) -> Vec<Tile<T>> {
    let zoom = |name: &str, preset: u8| {
        source[name].as_u64().and_then(|zoom| u8::try_from(zoom).ok()).unwrap_or(preset)
    };
    let is_vector = source["type"] == "vector";
    let bound = |index: usize| source["bounds"][index].as_f64();
    let bounds = (|| Some([bound(0)?, bound(1)?, bound(2)?, bound(3)?]))();
    let pyramid = Pyramid {
        tile_size: source["tileSize"].as_f64().unwrap_or(512.0),
        minzoom: zoom("minzoom", 0),
        maxzoom: zoom("maxzoom", MAXZOOM),
        is_raster: !is_vector,
        bounds,
    };
    let Some(template) = source["tiles"][0].as_str() else { return Vec::new() };
    let south_first = source["scheme"] == "tms";
    let mut found: BTreeMap<TileId, Option<Arc<T>>> = BTreeMap::new();
    let mut content = |from: TileId| {
        let row = if south_first { (1 << from.z()) - 1 - from.y() } else { from.y() };
        let address = template
            .replace("{z}", &from.z().to_string())
            .replace("{x}", &from.x().to_string())
            .replace("{y}", &row.to_string());
        let read = || read(&local(&address, assets)?).map(Arc::new);
        found.entry(from).or_insert_with(read).clone()
    };
    // Where an image is missing, not empty, browsers draw a part of one above it.
    let ends_there = is_vector || template.contains("sparse204");
    let tile = |Wanted { id, from, wrap, zoom }: Wanted| {
        let highest = from.z().saturating_sub(if ends_there { 0 } else { MOST_UP });
        let highest = highest.max(pyramid.minzoom.min(from.z()));
        let (above, whole) = (highest..=from.z())
            .rev()
            .map(|z| from.ancestor(z))
            .find_map(|above| Some((above, content(above)?)))?;
        let content = if above == id { whole } else { Arc::new(part(&whole, above, id)?) };
        let zoom = if above == from { zoom } else { above.z() };
        Some(Tile { id, wrap, zoom, content })
    };
    tiles(view, &pyramid, MARGIN).into_iter().filter_map(tile).collect()
}

/// The images of all sprites.
pub fn sprites(style: &Json, assets: &Path, ratio: f64, images: &mut Images) {
    let sprites = match &style["sprite"] {
        Json::String(address) => vec![(String::new(), address.as_str())],
        Json::Array(sprites) => sprites
            .iter()
            .filter_map(|sprite| {
                let id = sprite["id"].as_str()?;
                let prefix = if id == "default" { String::new() } else { format!("{id}:") };
                Some((prefix, sprite["url"].as_str()?))
            })
            .collect(),
        _ => Vec::new(),
    };
    let suffix = if ratio > 1.0 { "@2x" } else { "" };
    for (prefix, address) in sprites {
        let file = |end: &str| local(&format!("{address}{suffix}{end}"), assets);
        let (Some(index), Some(sheet)) = (file(".json"), file(".png")) else { continue };
        if let (Some(index), Some(sheet)) = (json(&index), picture(&sheet)) {
            images.add_sheet(&prefix, &index, &sheet);
        }
    }
}

/// The glyphs of a style.
pub fn glyphs<'a>(style: &'a Json, assets: &'a Path) -> Glyphs<'a> {
    let template = style["glyphs"].as_str().unwrap_or_default();
    Glyphs::new(Box::new(move |fonts, first| {
        let range = format!("{first}-{}", first + 255);
        let address = template.replace("{fontstack}", fonts).replace("{range}", &range);
        fs::read(local(&address, assets)?).ok()
    }))
}
