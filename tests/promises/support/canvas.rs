//! Small scenes, drawn by the renderer: layers of a style over features that stand beside them, with the fonts
//! and images that are shipped, a font with Arabic letters, squares for ideographs, and a few images made here.
//!
//! A scene is JSON: `layers` as a style has them (`id` and `source` may be left out); `features`, each with
//! its `type`, its coordinates `at` in pixels of CSS eastwards and northwards of the middle, and whatever else as
//! its properties; `size`, `ratio`, `zoom` (10 without it), `bearing`, `shift` (the middle, in such
//! pixels); `"tiles": true` where it is drawn as four tiles that meet in the middle.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};
use tuilerie::geo::tile::TileId;
use tuilerie::map::materials::Materials;
use tuilerie::render::cover::{Pyramid, tiles};
use tuilerie::render::images::Images;
use tuilerie::render::picture::Picture;
use tuilerie::render::scene::Scene;
use tuilerie::render::source::geojson::{GeoJson, Options};
use tuilerie::render::source::heights::{Encoding, Heights};
use tuilerie::render::source::{Source, Tile};
use tuilerie::render::text::glyph::Glyphs;
use tuilerie::render::view::{Size, View, latitude, world};
use tuilerie::render::{Metatile, labels, render, render_tile};
use tuilerie::style::font::{Fonts, Range};
use tuilerie::style::layer::layers::Layers;
use tuilerie::style::shipped::{OwnFiles, Shipped};
use tuilerie::wire::protobuf::{put_bytes, put_number, zigzag};

/// The zoom where a scene says none: there, north and east are alike for some hundred pixels.
const ZOOM: u8 = 10;
const SIDE: u32 = 512;
/// Pixels along a side of the images in tiles.
const SAMPLES: u32 = 64;
/// As the viewer's build installs it, for tests alone.
const ARABIC: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/viewer/node_modules/@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf"
));

static SHIPPED: LazyLock<Arc<Shipped>> =
    LazyLock::new(|| Arc::new(Shipped::parse(OwnFiles::default())));

/// A place so many pixels from the middle, in degrees.
fn degrees([x, y]: [f64; 2], zoom: f64) -> [f64; 2] {
    let pixels = f64::from(SIDE) * zoom.exp2();
    [x / pixels * 360.0, latitude(0.5 - y / pixels)]
}

/// Coordinates however deep.
fn placed(at: &Json, zoom: f64) -> Json {
    match at.as_array().map(Vec::as_slice) {
        Some([x, y]) if x.is_number() => {
            json!(degrees([x.as_f64().unwrap(), y.as_f64().unwrap()], zoom))
        }
        Some(parts) => parts.iter().map(|part| placed(part, zoom)).collect(),
        None => at.clone(),
    }
}

fn feature(written: &Json, zoom: f64) -> Json {
    let mut properties = written.as_object().unwrap().clone();
    let kind = properties.remove("type").expect("a type");
    let at = properties.remove("at").expect("coordinates");
    json!({
        "type": "Feature", "id": properties.remove("id"), "properties": properties,
        "geometry": { "type": kind, "coordinates": placed(&at, zoom) },
    })
}

fn style(scene: &Json) -> Json {
    let mut layers = Vec::new();
    if scene["layers"][0]["type"] != "background" {
        layers.push(json!({
            "id": "ground", "type": "background", "paint": { "background-color": "#fff" },
        }));
    }
    for (index, layer) in scene["layers"].as_array().expect("layers").iter().enumerate() {
        let mut layer = layer.clone();
        if layer["id"].is_null() {
            layer["id"] = json!(format!("{index}"));
        }
        let source = match layer["type"].as_str().unwrap() {
            "background" => None,
            "raster" => Some("raster"),
            "hillshade" | "color-relief" => Some("relief"),
            _ => Some("features"),
        };
        if let Some(source) = source.filter(|_| layer["source"].is_null()) {
            layer["source"] = json!(source);
        }
        layers.push(layer);
    }
    let sources = json!({ "features": {}, "raster": {}, "relief": {}, "image": {} });
    json!({ "version": 8, "state": scene["state"], "sources": sources, "layers": layers })
}

/// Rings of colours around the middle of each tile, so that any change of a colour is seen.
fn rings(_: TileId) -> Picture {
    let pixels = (0..SAMPLES * SAMPLES).flat_map(|at| {
        let [x, y] = [at % SAMPLES, at / SAMPLES].map(|at| f64::from(at) - 31.5);
        let far = x.hypot(y);
        let inside = ((far / 6.0) as u32).is_multiple_of(2);
        let colour =
            [(128.0 + 3.0 * x) as u8, (128.0 + 3.0 * y) as u8, if inside { 60 } else { 180 }];
        [colour[0], colour[1], colour[2], 255]
    });
    Picture::from_straight(SAMPLES, SAMPLES, &pixels.collect::<Vec<_>>()).unwrap()
}

/// A hill of 1,000 metres in the middle of the scene, some 200 pixels wide.
fn hill(tile: TileId) -> Heights {
    let middle = f64::from(1 << (ZOOM - 1));
    let pixel = f64::from(SIDE / SAMPLES);
    let bytes = (0..SAMPLES * SAMPLES).flat_map(|at| {
        let from = [(tile.x(), at % SAMPLES), (tile.y(), at / SAMPLES)].map(|(tile, at)| {
            (f64::from(tile) - middle) * f64::from(SIDE) + (f64::from(at) + 0.5) * pixel
        });
        let metres = 1000.0 * (-(from[0].powi(2) + 2.0 * from[1].powi(2)) / 6000.0).exp();
        let steps = ((metres + 10_000.0) * 10.0) as u32;
        [(steps >> 16) as u8, (steps >> 8) as u8, steps as u8, 255]
    });
    Heights::decode(SAMPLES, &bytes.collect::<Vec<_>>(), Encoding::MAPBOX).unwrap()
}

fn tiled<T>(view: &View, margin: f64, make: impl Fn(TileId) -> T) -> Vec<Tile<T>> {
    let pyramid =
        Pyramid { tile_size: 512.0, minzoom: 0, maxzoom: ZOOM, is_raster: false, bounds: None };
    let wanted = tiles(view, &pyramid, margin).into_iter();
    let tile = wanted.map(|wanted| Tile {
        id: wanted.id,
        wrap: wanted.wrap,
        zoom: wanted.zoom,
        content: Arc::new(make(wanted.id)),
    });
    tile.collect()
}

fn sources(scene: &Json, layers: &Layers, view: &View) -> BTreeMap<Arc<str>, Source> {
    let zoom = view.zoom();
    let features = scene["features"].as_array().into_iter().flatten();
    let features: Vec<_> = features.map(|written| feature(written, zoom)).collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let options = Options { line_metrics: true, ..Options::default() };
    let geojson = GeoJson::read(&collection, &layers.keys, options).expect("features");
    let corners = [[-50.0, 40.0], [50.0, 50.0], [40.0, -50.0], [-40.0, -30.0]]
        .map(|corner| world(degrees(corner, zoom)));
    let middle = TileId::new(0, 0, 0).unwrap();
    // Labels of a tile are decided by it and the eight around.
    let margin = if scene["tiles"] == true { 1000.0 } else { 1.0 };
    BTreeMap::from([
        ("features".into(), Source::Vector(tiled(view, margin, |tile| geojson.tile(tile)))),
        ("raster".into(), Source::Raster(tiled(view, margin, rings))),
        ("relief".into(), Source::Heights(tiled(view, margin, hill))),
        ("image".into(), Source::Image(rings(middle), corners)),
    ])
}

/// An image of so many pixels along a side, each as a function of its place from the middle says.
fn image(side: u32, pixel: impl Fn(f64, f64) -> [u8; 4]) -> Picture {
    let middle = (f64::from(side) - 1.0) / 2.0;
    let bytes = (0..side * side)
        .flat_map(|at| pixel(f64::from(at % side) - middle, f64::from(at / side) - middle));
    Picture::from_straight(side, side, &bytes.collect::<Vec<_>>()).unwrap()
}

/// The images that are shipped; `arrow`, which points up; `hatch`, to repeat; `drop`, a distance field;
/// `plate`, a sign with a frame that may be stretched inside it.
fn images(ratio: f64) -> Images {
    let mut images = Materials::new(SHIPPED.clone()).images(ratio).clone();
    let mut add = |name: &str, picture: Picture, more: Json| {
        let mut place =
            json!({ "x": 0, "y": 0, "width": picture.width(), "height": picture.height() });
        place.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        images.add_sheet("", &json!({ name: place }), &picture);
    };
    let arrow = |x: f64, y: f64| {
        let is_head = y < 0.0 && x.abs() <= (y + 9.0) * 0.8;
        if is_head || (y >= 0.0 && x.abs() < 2.0) { [190, 30, 45, 255] } else { [0; 4] }
    };
    add("arrow", image(18, arrow), json!({}));
    let hatch = |x: f64, y: f64| match (x + y).rem_euclid(8.0) < 2.0 {
        true => [20, 110, 60, 255],
        false => [200, 230, 200, 255],
    };
    add("hatch", image(16, hatch), json!({}));
    // An edge lies where a field is 192 of 255, a pixel further in is 32 more.
    let drop = |x: f64, y: f64| {
        let inside = 8.0 - x.hypot(y) - x * 0.4;
        [0, 0, 0, (192.0 + 32.0 * inside).clamp(0.0, 255.0) as u8]
    };
    add("drop", image(32, drop), json!({ "sdf": true }));
    let plate = |x: f64, y: f64| match x.abs().max(y.abs()) {
        far if far > 8.0 => [20, 60, 140, 255],
        far if far > 6.0 => [255; 4],
        _ => [40, 100, 200, 255],
    };
    let stretch =
        json!({ "stretchX": [[5, 15]], "stretchY": [[5, 15]], "content": [4, 4, 16, 16] });
    add("plate", image(20, plate), stretch);
    images
}

/// Ideographs, for which no font is here: they are squares.
const SQUARES: std::ops::Range<u32> = 0x4e00..0xa000;

/// A range of squares of 20 pixels, 24 from one to the next.
fn squares(first: u32) -> Vec<u8> {
    let is_inside = |at: usize| (3..23).contains(&at);
    let inside = |at: usize| is_inside(at % 26) && is_inside(at / 26);
    let field: Vec<u8> = (0..26 * 26).map(|at| if inside(at) { 255 } else { 0 }).collect();
    let mut stack = Vec::new();
    for code in first..first + 256 {
        let mut glyph = Vec::new();
        put_number(1, u64::from(code), &mut glyph);
        put_bytes(2, &field, &mut glyph);
        let numbers = [(3, 20), (4, 20), (5, zigzag(2)), (6, zigzag(-7)), (7, 24)];
        numbers.into_iter().for_each(|(field, number)| put_number(field, number, &mut glyph));
        put_bytes(3, &glyph, &mut stack);
    }
    let mut range = Vec::new();
    put_bytes(1, &stack, &mut range);
    range
}

fn glyphs() -> Glyphs<'static> {
    let mut arabic = Fonts::default();
    arabic.add(Cow::Borrowed(ARABIC)).unwrap();
    let read = move |stack: &str, first: u32| {
        if SQUARES.contains(&first) {
            return Some(squares(first));
        }
        let range = Range::new(first, first + 255)?;
        SHIPPED.fonts.glyphs(stack, range).or_else(|_| arabic.glyphs(stack, range)).ok()
    };
    Glyphs::new(Box::new(read))
}

/// Draws a scene.
pub fn draw(scene: &Json) -> Picture {
    let number = |name: &str, preset: f64| scene[name].as_f64().unwrap_or(preset);
    let pair = |name: &str, preset: [f64; 2]| {
        let at = |axis: usize| scene[name][axis].as_f64().unwrap_or(preset[axis]);
        [at(0), at(1)]
    };
    let style = style(scene);
    let layers = Layers::read(&style).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let ratio = number("ratio", 1.0);
    let size = pair("size", [128.0, 128.0]);
    let size = Size::new(size[0] as u32, size[1] as u32, ratio).unwrap();
    let zoom = number("zoom", f64::from(ZOOM));
    let centre = degrees(pair("shift", [0.0; 2]), zoom);
    let view = View::new(centre, zoom, number("bearing", 0.0), size);
    let (images, glyphs) = (images(ratio), glyphs());
    let drawn = Scene::new(&layers, sources(scene, &layers, &view), &images, &glyphs);
    if scene["tiles"] == true { in_tiles(&drawn, size) } else { render(&drawn, &view) }
}

/// The four tiles that meet in the middle, each drawn by itself, and what of them is within the size.
fn in_tiles(scene: &Scene<'_>, size: Size) -> Picture {
    let [width, height] = size.pixels();
    let first = (1 << (ZOOM - 1)) - 1;
    let mut whole = Picture::of_size(size);
    for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let tile = TileId::new(ZOOM, first + column, first + row).unwrap();
        let half = f64::from(SIDE) / 2.0;
        let middle = [f64::from(column) * 2.0 - 1.0, 1.0 - f64::from(row) * 2.0];
        let side = Size::new(SIDE, SIDE, size.ratio()).unwrap();
        let zoom = f64::from(ZOOM);
        let view = View::new(degrees(middle.map(|at| at * half), zoom), zoom, 0.0, side);
        let metatile = Metatile { first: tile, tiles: 1 };
        let placed = labels(scene, metatile, &|| true).expect("they are wanted");
        let picture = render_tile(scene, &view, &placed, metatile.corner_of(tile, 0));
        let ([from_x, from_y], side) = ([width / 2, height / 2], picture.width());
        for (y, x) in (0..from_y).flat_map(|y| (0..from_x).map(move |x| (y, x))) {
            let from = if column == 0 { side - from_x + x } else { x };
            let down = if row == 0 { side - from_y + y } else { y };
            let pixel = picture.pixel(from, down).unwrap();
            whole.row_mut(row * from_y + y)[(column * from_x + x) as usize] = pixel;
        }
    }
    whole
}
