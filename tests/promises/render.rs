//! What the renderer draws, pixel by pixel: through its public interface, from styles and GeoJSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tuilerie::render::cover::{Pyramid, tiles};
use tuilerie::render::images::Images;
use tuilerie::render::picture::{Picture, Pixel};
use tuilerie::render::render;
use tuilerie::render::scene::Scene;
use tuilerie::render::source::geojson::{GeoJson, Options};
use tuilerie::render::source::{Source, Tile};
use tuilerie::render::text::glyph::Glyphs;
use tuilerie::render::view::{Size, View};
use tuilerie::style::layer::layers::Layers;

/// At zoom 0 and a latitude of 0, a pixel is so many degrees of longitude wide.
const PIXEL: f64 = 360.0 / 512.0;
const WHITE: Pixel = [255; 4];
const BLACK: Pixel = [0, 0, 0, 255];
const RED: Pixel = [255, 0, 0, 255];

/// Draws layers over some features, 32 pixels wide and high, at 0° N 0° E.
fn draw_at(zoom: f64, bearing: f64, layers: Json, features: &Json) -> Picture {
    let mut all = vec![json!({
        "id": "ground", "type": "background", "paint": { "background-color": "white" },
    })];
    for (index, mut layer) in layers.as_array().unwrap().iter().cloned().enumerate() {
        layer["id"] = json!(index.to_string());
        layer["source"] = json!("features");
        all.push(layer);
    }
    let style = json!({ "version": 8, "sources": { "features": {} }, "layers": all });
    let layers = Layers::read(&style).unwrap();
    let view = View::new([0.0, 0.0], zoom, bearing, Size::new(32, 32, 1.0).unwrap());
    let geojson = GeoJson::read(features, &layers.keys, Options::default()).unwrap();
    let pyramid =
        Pyramid { tile_size: 512.0, minzoom: 0, maxzoom: 18, is_raster: false, bounds: None };
    let tiles = tiles(&view, &pyramid, 0.0).into_iter().map(|wanted| Tile {
        id: wanted.id,
        wrap: wanted.wrap,
        zoom: wanted.zoom,
        content: Arc::new(geojson.tile(wanted.id)),
    });
    let sources = BTreeMap::from([("features".into(), Source::Vector(tiles.collect()))]);
    let images = Images::default();
    render(&Scene::new(&layers, sources, &images, &Glyphs::none()), &view)
}

fn draw(layers: Json, features: &Json) -> Picture {
    draw_at(0.0, 0.0, layers, features)
}

/// An area from one place to another, in pixels from the middle, to the right and upwards.
fn area([left, bottom]: [f64; 2], [right, top]: [f64; 2]) -> Json {
    let corners = [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]];
    let ring: Vec<_> = corners.iter().map(|[x, y]| [x * PIXEL, y * PIXEL]).collect();
    json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [ring] } })
}

fn line(places: &[[f64; 2]]) -> Json {
    let places: Vec<_> = places.iter().map(|[x, y]| [x * PIXEL, y * PIXEL]).collect();
    json!({ "type": "Feature", "properties": {}, "geometry": { "type": "LineString", "coordinates": places } })
}

fn point() -> Json {
    json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Point", "coordinates": [0, 0] } })
}

fn count(picture: &Picture, of: Pixel) -> usize {
    picture.pixels().iter().filter(|pixel| **pixel == of).count()
}

#[test]
fn an_area_covers_the_pixels_that_it_covers() {
    let picture = draw(
        json!([{ "type": "fill", "paint": { "fill-color": "black" } }]),
        &area([-5.0, -5.0], [5.0, 5.0]),
    );
    let dark = picture.pixels().iter().filter(|pixel| pixel[0] < 64).count();
    assert_eq!(dark, 100);
    assert_eq!([picture.pixel(16, 16), picture.pixel(2, 2)], [Some(BLACK), Some(WHITE)]);
}

#[test]
fn nothing_of_the_ground_is_seen_between_areas_that_share_a_border() {
    // A border that runs askew, between many areas.
    let corner = |i: i32| [f64::from(i) * 2.3 - 12.0, f64::from(i) * 1.7 - 11.0];
    let mut features = Vec::new();
    for i in 0..10 {
        let (a, b) = (corner(i), corner(i + 1));
        for side in [-16.0, 16.0] {
            let ring = [a, b, [b[0], side], [a[0], side], a].map(|[x, y]| [x * PIXEL, y * PIXEL]);
            features.push(json!({
                "type": "Feature", "properties": {},
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            }));
        }
    }
    let features = json!({ "type": "FeatureCollection", "features": features });
    let layers = json!([{ "type": "fill", "paint": { "fill-color": "black" } }]);
    for bearing in [0.0, 33.0] {
        let picture = draw_at(0.0, bearing, layers.clone(), &features);
        for (y, x) in (10..22).flat_map(|y| (10..22).map(move |x| (y, x))) {
            assert_eq!(picture.pixel(x, y), Some(BLACK), "{x} {y}");
        }
    }
}

#[test]
fn a_line_is_as_wide_as_it_says() {
    for width in [1, 2, 5, 8] {
        let picture = draw(
            json!([{ "type": "line", "paint": { "line-width": width } }]),
            &line(&[[-40.0, 0.0], [40.0, 0.0]]),
        );
        let column = (0..32).filter_map(|y| picture.pixel(16, y));
        let ink: f64 = column.map(|pixel| 1.0 - f64::from(pixel[0]) / 255.0).sum();
        assert!((ink - f64::from(width)).abs() < 0.03, "{ink}, not {width}");
    }
}

#[test]
fn a_dash_leaves_its_gaps() {
    let layer = json!([{
        "type": "line", "paint": { "line-width": 4, "line-dasharray": [1, 1] },
    }]);
    let picture = draw(layer, &line(&[[-16.0, 0.0], [16.0, 0.0]]));
    let row: Vec<bool> = (0..32).map(|x| picture.pixel(x, 16).unwrap()[0] < 128).collect();
    let changes = row.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(changes, 7, "{row:?}");
}

#[test]
fn a_circle_is_round_and_its_stroke_lies_around_it() {
    let layer = json!([{ "type": "circle", "paint": {
        "circle-radius": 6, "circle-color": "red", "circle-stroke-width": 4,
    } }]);
    let picture = draw(layer, &point());
    let at = |x, y| picture.pixel(x, y).unwrap();
    assert_eq!([at(16, 16), at(16, 8), at(8, 8)], [RED, BLACK, WHITE]);
    let round = std::f64::consts::PI * 36.0;
    assert!((count(&picture, RED) as f64) < round && count(&picture, RED) as f64 > round * 0.7);
}

#[test]
fn a_pattern_that_is_missing_draws_nothing_and_not_black() {
    let features = area([-9.0, -9.0], [9.0, 9.0]);
    for pattern in [json!("nowhere"), json!(["step", ["zoom"], "", 9, "nowhere"])] {
        let layers = json!([{ "type": "fill", "paint": { "fill-pattern": pattern } }]);
        assert_eq!(count(&draw(layers, &features), WHITE), 32 * 32);
    }
}

#[test]
fn a_layer_with_an_opacity_of_its_own_is_seen_through_as_one() {
    let features = json!({ "type": "FeatureCollection", "features": [
        line(&[[-20.0, 0.0], [20.0, 0.0]]), line(&[[0.0, -20.0], [0.0, 20.0]]),
    ] });
    let layers =
        json!([{ "type": "line", "paint": { "line-width": 6, "line-layer-opacity": 0.5 } }]);
    let picture = draw(layers, &features);
    // Where both cross, no darker than elsewhere.
    assert_eq!(picture.pixel(16, 16), picture.pixel(4, 16));
}

#[test]
fn a_translucent_line_crosses_the_border_of_two_tiles_without_a_gap_or_a_knot() {
    // At zoom 1 four tiles meet in the middle.
    let layers = json!([{ "type": "line", "paint": { "line-width": 5, "line-opacity": 0.5 } }]);
    let picture = draw_at(1.0, 0.0, layers, &line(&[[-20.0, 3.0], [20.0, 3.0]]));
    let row: Vec<_> = (0..32).map(|x| picture.pixel(x, 10).unwrap()).collect();
    assert!(row.iter().all(|pixel| *pixel == row[0] && pixel[0] < 140), "{row:?}");
}

#[test]
fn an_area_with_a_height_is_drawn_flat() {
    let layers = json!([{ "type": "fill-extrusion", "paint": {
        "fill-extrusion-color": "red", "fill-extrusion-height": 100,
    } }]);
    let picture = draw(layers, &area([-5.0, -5.0], [5.0, 5.0]));
    assert_eq!(picture.pixel(16, 16), Some(RED));
}

#[test]
fn what_is_far_outside_or_without_end_costs_nothing() {
    let features = json!({ "type": "FeatureCollection", "features": [
        line(&[[-1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]]), area([-1e9, -1e9], [1e9, 1e9]), point(),
    ] });
    let layers = json!([
        { "type": "fill" },
        { "type": "line", "paint": { "line-width": 1e9, "line-blur": 1e9, "line-offset": -1e9 } },
        { "type": "circle", "paint": { "circle-radius": 1e9, "circle-blur": 1e9 } },
        { "type": "heatmap", "paint": { "heatmap-radius": 1e9, "heatmap-intensity": 1e9 } },
    ]);
    draw(layers, &features);
}
