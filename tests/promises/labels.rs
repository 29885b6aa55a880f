//! What the renderer makes of labels: through its public interface, with a font whose letters are
//! squares.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tuilerie::geo::tile::TileId;
use tuilerie::render::images::Images;
use tuilerie::render::picture::Picture;
use tuilerie::render::scene::Scene;
use tuilerie::render::source::geojson::{GeoJson, Options};
use tuilerie::render::source::{Source, Tile};
use tuilerie::render::text::glyph::Glyphs;
use tuilerie::render::view::{Size, View};
use tuilerie::render::{Metatile, labels, render, render_tile};
use tuilerie::style::layer::layers::Layers;
use tuilerie::wire::protobuf::{put_bytes, put_number, zigzag};

/// At zoom 3 and a latitude of 0, a pixel is so many degrees of longitude wide.
const PIXEL: f64 = 360.0 / 4096.0;
const ZOOM: u8 = 3;

/// A range of letters, each a square of 16 pixels, 18 from one to the next.
fn squares(_: &str, first: u32) -> Option<Vec<u8>> {
    let inside = |at: usize| (3..19).contains(&at);
    let field: Vec<u8> =
        (0..22 * 22).map(|at| if inside(at % 22) && inside(at / 22) { 255 } else { 0 }).collect();
    let mut stack = Vec::new();
    for code in first..first + 128 {
        let mut glyph = Vec::new();
        put_number(1, u64::from(code), &mut glyph);
        put_bytes(2, &field, &mut glyph);
        put_number(3, 16, &mut glyph);
        put_number(4, 16, &mut glyph);
        put_number(5, zigzag(1), &mut glyph);
        put_number(6, zigzag(-9), &mut glyph);
        put_number(7, 18, &mut glyph);
        put_bytes(3, &glyph, &mut stack);
    }
    let mut range = Vec::new();
    put_bytes(1, &stack, &mut range);
    Some(range)
}

fn layers(layout: Json) -> Layers {
    let mut all = json!({ "text-field": ["get", "name"], "text-size": 24, "text-padding": 0 });
    let members = layout.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(members);
    let layer = json!({ "id": "labels", "type": "symbol", "source": "places", "layout": all });
    let style = json!({ "version": 8, "sources": { "places": {} }, "layers": [layer] });
    Layers::read(&style).unwrap()
}

/// Points, in pixels eastwards and southwards of 0° N 0° E, with their names.
fn places(places: &[([f64; 2], &str)]) -> Json {
    let feature = |([x, y], name): &([f64; 2], &str)| {
        json!({
            "type": "Feature",
            "properties": { "name": name },
            "geometry": { "type": "Point", "coordinates": [x * PIXEL, -y * PIXEL] },
        })
    };
    let features: Vec<Json> = places.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features })
}

/// All tiles of the zoom.
fn sources(layers: &Layers, features: &Json) -> BTreeMap<Arc<str>, Source> {
    let geojson = GeoJson::read(features, &layers.keys, Options::default()).unwrap();
    let across = 1 << ZOOM;
    let ids = (0..across * across).map(|at| TileId::new(ZOOM, at % across, at / across).unwrap());
    let tiles = ids.map(|id| Tile { id, wrap: 0, zoom: ZOOM, content: Arc::new(geojson.tile(id)) });
    BTreeMap::from([("places".into(), Source::Vector(tiles.collect()))])
}

/// A picture of 128 by 128 pixels around 0° N 0° E.
fn draw(layout: Json, features: &Json) -> Picture {
    let layers = layers(layout);
    let (glyphs, images) = (Glyphs::new(Box::new(squares)), Images::default());
    let scene = Scene::new(&layers, sources(&layers, features), &images, &glyphs);
    let size = Size::new(128, 128, 1.0).unwrap();
    render(&scene, &View::new([0.0, 0.0], f64::from(ZOOM), 0.0, size))
}

/// How many pixels are inked.
fn ink(picture: &Picture) -> usize {
    picture.pixels().iter().filter(|pixel| pixel[3] > 127).count()
}

#[test]
fn a_text_stands_around_its_point() {
    let picture = draw(json!({}), &places(&[([0.0, 0.0], "ab")]));
    let columns: Vec<u32> =
        (0..128).filter(|x| (0..128).any(|y| picture.pixel(*x, y).unwrap()[3] > 127)).collect();
    // Two squares of 16, 18 apart.
    assert_eq!((columns[0], columns[columns.len() - 1]), (47, 80));
    assert_eq!(ink(&picture), 2 * 16 * 16);
}

#[test]
fn of_two_texts_at_a_place_one_is_drawn_unless_both_may_be() {
    let both = places(&[([0.0, 0.0], "a"), ([10.0, 0.0], "b")]);
    assert_eq!(ink(&draw(json!({}), &both)), 16 * 16);
    assert_eq!(ink(&draw(json!({ "text-allow-overlap": true }), &both)), 26 * 16);
    let first =
        draw(json!({ "symbol-sort-key": ["case", ["==", ["get", "name"], "b"], 0, 1] }), &both);
    assert!(first.pixel(80, 64).unwrap()[3] > 127, "the one with the lower key");
}

#[test]
fn a_text_follows_its_line() {
    let ends = [[30.0 * PIXEL, -2.0 * PIXEL], [30.0 * PIXEL, -62.0 * PIXEL]];
    let line = json!({
        "type": "Feature",
        "properties": { "name": "abc" },
        "geometry": { "type": "LineString", "coordinates": ends },
    });
    let picture = draw(json!({ "symbol-placement": "line-center" }), &line);
    let inked = |x, y| picture.pixel(x, y).unwrap()[3] > 127;
    let rows = (0..128).filter(|y| (0..128).any(|x| inked(x, *y))).count();
    let columns = (0..128).filter(|x| (0..128).any(|y| inked(*x, y))).count();
    assert!(rows >= 48 && columns <= 20, "{rows} {columns}");
}

#[test]
fn no_label_is_cut_where_tiles_meet() {
    // In the way of one another, across the corner of four tiles and its borders.
    let names: Vec<String> = (0..40).map(|n| format!("place{n}")).collect();
    let at = |n: usize| [(n * 67 % 300) as f64 - 150.0, (n * 41 % 300) as f64 - 150.0];
    let all: Vec<_> = names.iter().enumerate().map(|(n, name)| (at(n), name.as_str())).collect();
    let layers = layers(json!({}));
    let (glyphs, images) = (Glyphs::new(Box::new(squares)), Images::default());
    let scene = Scene::new(&layers, sources(&layers, &places(&all)), &images, &glyphs);
    let size = Size::new(512, 512, 1.0).unwrap();
    // The four tiles around the middle of the world, each a metatile of its own.
    let tile = |x: u32, y: u32| {
        let first = TileId::new(ZOOM, x, y).unwrap();
        let metatile = Metatile { first, tiles: 1 };
        let middle = [x, y].map(|at| (f64::from(at) - 3.5) * 512.0);
        let centre = [middle[0] * PIXEL, latitude(-middle[1] * PIXEL)];
        let view = View::new(centre, f64::from(ZOOM), 0.0, size);
        let placed = labels(&scene, metatile, &|| true).unwrap();
        render_tile(&scene, &view, &placed, metatile.corner_of(first, 0))
    };
    let tiles = [tile(3, 3), tile(4, 3), tile(3, 4), tile(4, 4)];
    let inked = |x: u32, y: u32| {
        let picture = &tiles[(x / 512 + y / 512 * 2) as usize];
        picture.pixel(x % 512, y % 512).unwrap()[3] > 127
    };
    // Letters are squares: what is inked are runs of 16 in every row, across borders too.
    let (mut runs, mut across) = (0, 0);
    for y in 0..1024 {
        let mut run = 0;
        for x in 0..1024 {
            if inked(x, y) {
                run += 1;
            } else if run > 0 {
                assert_eq!(run % 16, 0, "at {x}, {y}");
                runs += 1;
                across += u32::from(x > 512 && x - run < 512);
                run = 0;
            }
        }
    }
    assert!(runs > 500 && across > 0, "{runs} {across}");
}

#[test]
fn labels_are_given_up_as_soon_as_nobody_wants_them() {
    let layers = layers(json!({}));
    let (glyphs, images) = (Glyphs::new(Box::new(squares)), Images::default());
    let scene = Scene::new(&layers, sources(&layers, &places(&[])), &images, &glyphs);
    let metatile = Metatile { first: TileId::new(ZOOM, 4, 4).unwrap(), tiles: 2 };
    let asked = Cell::new(0);
    let wanted_until = |last: u32| {
        asked.set(0);
        labels(&scene, metatile, &|| {
            asked.set(asked.get() + 1);
            asked.get() <= last
        })
    };
    assert!(wanted_until(u32::MAX).is_some());
    let all = asked.get();
    assert!(all > 64, "before each tile and later: {all}");
    for last in [0, 1, 20, all - 1] {
        assert!(wanted_until(last).is_none());
        assert!(asked.get() <= last + 2, "{} times, not wanted after {last}", asked.get());
    }
}

#[test]
fn labels_of_one_scale_are_drawn_with_the_images_of_another() {
    // A dot of 8 pixels of CSS: red in the small sheet, blue in the large one.
    let sheet = |side: u32, colour: [u8; 4]| {
        let pixels = vec![colour; (side * side) as usize];
        let sheet = Picture::from_pixels(side, side, pixels).unwrap();
        let index = json!({ "dot": {
            "x": 0, "y": 0, "width": side, "height": side, "pixelRatio": side / 8,
        } });
        let mut images = Images::default();
        images.add_sheet("", &index, &sheet);
        images
    };
    let (red, blue) = ([255, 0, 0, 255], [0, 0, 255, 255]);
    let (small, large) = (sheet(8, red), sheet(16, blue));
    let layers = layers(json!({ "icon-image": "dot", "text-field": "" }));
    let glyphs = Glyphs::none();
    let places = places(&[([256.0, latitude(256.0 * PIXEL) / PIXEL], "")]);
    let scene = |images| Scene::new(&layers, sources(&layers, &places), images, &glyphs);
    let first = TileId::new(ZOOM, 4, 4).unwrap();
    let placed = labels(&scene(&small), Metatile { first, tiles: 2 }, &|| true).unwrap();
    let middle = [256.0 * PIXEL, latitude(-256.0 * PIXEL)];
    for (images, ratio, colour) in [(&small, 1, red), (&large, 2, blue)] {
        let size = Size::new(512, 512, f64::from(ratio)).unwrap();
        let view = View::new(middle, f64::from(ZOOM), 0.0, size);
        let picture = render_tile(&scene(images), &view, &placed, [0.0; 2]);
        let side = 8 * ratio;
        assert_eq!(ink(&picture), (side * side) as usize);
        let corner = 256 * ratio - side / 2;
        assert_eq!(picture.pixel(corner, corner), Some(colour));
        assert_eq!(picture.pixel(corner + side - 1, corner + side - 1), Some(colour));
    }
}

/// The latitude that is so many degrees from the equator on a map that has them all alike.
fn latitude(degrees: f64) -> f64 {
    degrees.to_radians().sinh().atan().to_degrees()
}
