//! Promise: no label is cut where tiles meet. Tiles put side by side are, pixel for pixel, one drawing of the
//! area with the same labels.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use crate::studio::{Studio, order};
use tuilerie::geo::tile::TileId;
use tuilerie::map::data::{Needs, metatile};
use tuilerie::map::fetch::Fetcher;
use tuilerie::map::labels::{Labels, Name};
use tuilerie::map::subject::Subject;
use tuilerie::map::view::Shot;
use tuilerie::render::picture::Picture;
use tuilerie::render::scene::Scene;
use tuilerie::render::view::{Size, View, latitude};
use tuilerie::render::{Metatile, Symbols, render_tile};

static STUDIO: LazyLock<Studio> = LazyLock::new(Studio::new);

/// Tiles along a side of an area: with an odd first tile, four metatiles and more meet in it.
const SIDE: u32 = 4;

/// Keeps all.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<TileId, Arc<Symbols>>>);

impl Labels for Kept {
    fn get_or_place(
        &self,
        name: Name,
        place: &mut dyn FnMut() -> Option<Symbols>,
    ) -> Option<Arc<Symbols>> {
        let mut kept = self.0.lock().unwrap();
        if let Some(there) = kept.get(&name.first) {
            return Some(there.clone());
        }
        let placed = Arc::new(place()?);
        kept.insert(name.first, placed.clone());
        Some(placed)
    }
}

/// An area as one picture, with labels that are placed on a metatile of which a corner is given.
fn together(subject: &Subject, first: TileId, labels: &Symbols, corner: [f64; 2]) -> Picture {
    let side = f64::from(first.z()).exp2().recip();
    let middle = [first.x(), first.y()].map(|at| (f64::from(at) + f64::from(SIDE) / 2.0) * side);
    let place = [(middle[0] - 0.5) * 360.0, latitude(middle[1])];
    let size = Size::new(512 * SIDE, 512 * SIDE, 1.0).unwrap();
    let view = View::new(place, f64::from(first.z()), 0.0, size);
    let shot = Shot { view, tile: None };
    let needs = Needs::of(subject, &shot);
    let order = order(subject, &shot, &needs);
    let materials = &STUDIO.materials;
    let sources = Fetcher::new(&order, materials, &|| true).drawn().unwrap();
    let (layers, images) = (subject.style.layers(), materials.images(1.0));
    let scene = Scene::new(layers, sources, images, materials.glyphs());
    render_tile(&scene, &view, labels, corner)
}

/// Draws an area tile by tile and as one; counts the pairs of neighbours, and the pixels that differ.
fn differing(subject: &Subject, first: TileId) -> (u32, Vec<[u32; 2]>) {
    let kept = Kept::default();
    let places = (0..SIDE * SIDE).map(|at| [at % SIDE, at / SIDE]);
    let tiles: Vec<Picture> = places
        .map(|[x, y]| {
            let tile = TileId::new(first.z(), first.x() + x, first.y() + y).unwrap();
            STUDIO.tile(subject, tile, 1.0, &kept)
        })
        .collect();
    let kept = kept.0.into_inner().unwrap();
    let labels: Vec<(Metatile, &Symbols)> =
        kept.iter().map(|(tile, symbols)| (metatile(*tile), &**symbols)).collect();
    let corner = labels[0].0.corner_of(first, 0);
    let area = together(subject, first, &Symbols::of_area(&labels), corner);
    let mut differing = Vec::new();
    for y in 0..512 * SIDE {
        for x in 0..512 * SIDE {
            let tile = &tiles[(x / 512 + y / 512 * SIDE) as usize];
            if tile.pixel(x % 512, y % 512) != area.pixel(x, y) {
                differing.push([x, y]);
            }
        }
    }
    if let (true, Ok(folder)) = (!differing.is_empty(), std::env::var("DIFFERING")) {
        save(&area, &format!("{folder}/{}-{}-{}-area.png", first.z(), first.x(), first.y()));
        for (at, tile) in tiles.iter().enumerate() {
            let name = format!("{}-{}-{}-{at}.png", first.z(), first.x(), first.y());
            save(tile, &format!("{folder}/{name}"));
        }
    }
    (2 * SIDE * (SIDE - 1), differing)
}

fn save(picture: &Picture, path: &str) {
    let (width, height) = (picture.width(), picture.height());
    let bytes = picture.clone().into_straight();
    image::save_buffer(path, &bytes, width, height, image::ExtendedColorType::Rgba8).unwrap();
}

/// Areas beside one another around the middle of the town, some at each zoom.
fn hold(zooms: std::ops::RangeInclusive<u8>, across: u32) -> u32 {
    let subject = STUDIO.subject("plan");
    let mut pairs = 0;
    for zoom in zooms {
        let middle = STUDIO.middle(zoom);
        for at in 0..across * across {
            let from = |middle: u32, at: u32| middle + at * SIDE - across * SIDE / 2;
            let (x, y) = (from(middle.x(), at % across), from(middle.y(), at / across));
            // Odd, so that metatiles begin within.
            let first = TileId::new(zoom, x | 1, y | 1).unwrap();
            let (count, differing) = differing(&subject, first);
            assert!(
                differing.is_empty(),
                "{first:?}: {} pixels differ, the first at {:?}",
                differing.len(),
                differing[0]
            );
            pairs += count;
        }
    }
    pairs
}

#[test]
fn tiles_side_by_side_are_one_drawing_with_the_same_labels() {
    assert_eq!(hold(14..=18, 1), 120);
}

#[test]
#[ignore = "minutes; `make check-labels`"]
fn a_thousand_pairs_of_tiles_are_one_drawing_with_the_same_labels() {
    let pairs = hold(14..=18, 3);
    println!("{pairs} pairs of neighbours, no pixel differs");
    assert!(pairs >= 1_000);
}
