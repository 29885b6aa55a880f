//! How long drawing takes: tiles of the made-up commune in the style `plan`, from the store to the bytes of
//! a PNG as a server makes them, and the steps apart. `cargo bench --bench render`.
//!
//! With the tiles of Chicago (`npm install @mapbox/mvt-fixtures`) and the style of `render-suite`, which other
//! renderers are measured with: `CHICAGO=FOLDER/real-world/chicago SUITE=../shared/render-suite`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tuilerie::answer::labels::LabelCache;
use tuilerie::geo::tile::TileId;
use tuilerie::map::image::{Format, encode};
use tuilerie::map::labels::NotKept;
use tuilerie::map::view::of_tile;
use tuilerie::render::images::Images;
use tuilerie::render::picture::Picture;
use tuilerie::render::render;
use tuilerie::render::scene::Scene;
use tuilerie::render::source::{Source, Tile, mvt};
use tuilerie::render::text::glyph::Glyphs;
use tuilerie::style::layer::layers::Layers;

mod studio;

use studio::Studio;

const RATIOS: [u32; 2] = [1, 2];

fn png(picture: Picture) -> Vec<u8> {
    encode(picture, Format::Png).expect("a PNG")
}

/// The densest tile of the commune at some zooms: with labels that are kept, as the second tile of a metatile
/// is drawn; with labels to be decided, as the first; and the PNG alone.
fn commune(c: &mut Criterion) {
    let studio = Studio::new();
    let subject = studio.subject("plan");
    let mut group = c.benchmark_group("plan");
    for zoom in [12, 14, 16, 18] {
        let tile = studio.middle(zoom);
        for ratio in RATIOS {
            let labels = LabelCache::default();
            let draw = || studio.tile(&subject, tile, f64::from(ratio), &labels);
            let name = |what: &str| BenchmarkId::new(format!("{what}@{ratio}x"), zoom);
            group.bench_function(name("labels kept"), |b| b.iter(|| png(black_box(draw()))));
            group.bench_function(name("PNG alone"), |b| b.iter_with_setup(draw, png));
        }
        group.bench_function(BenchmarkId::new("labels decided@1x", zoom), |b| {
            b.iter(|| png(studio.tile(&subject, tile, 1.0, &NotKept)));
        });
    }
}

/// Glyphs from the files of the suite.
fn glyphs(suite: &Path) -> Glyphs<'static> {
    let folder = suite.join("assets/glyphs");
    Glyphs::new(Box::new(move |fonts, first| {
        std::fs::read(folder.join(format!("{fonts}/{first}-{}.pbf", first + 255))).ok()
    }))
}

/// The suite's sprite.
fn images(suite: &Path) -> Images {
    let file = |kind: &str| suite.join(format!("assets/sprites/basic-v9.{kind}"));
    let index = std::fs::read(file("json")).expect("the sprite's index");
    let sheet = image::open(file("png")).expect("the sprite's sheet").into_rgba8();
    let sheet = Picture::from_straight(sheet.width(), sheet.height(), &sheet).expect("pixels");
    let mut images = Images::default();
    images.add_sheet("", &serde_json::from_slice(&index).expect("JSON"), &sheet);
    images
}

fn chicago(c: &mut Criterion) {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(tiles), Some(suite)) = (folder("CHICAGO"), folder("SUITE")) else {
        println!("chicago: left out, see the head of this file");
        return;
    };
    let style = std::fs::read(suite.join("assets/styles/chicago.json")).expect("the style");
    let style = serde_json::from_slice(&style).expect("JSON");
    let layers = Layers::read(&style).expect("a style");
    let (glyphs, images) = (glyphs(&suite), images(&suite));
    let name = layers.layers.iter().find_map(|layer| layer.source.clone()).expect("a source");
    let places = (2099..=2101u32).flat_map(|x| (3043..=3046u32).map(move |y| (x, y)));
    let all: Vec<(TileId, Vec<u8>)> = places
        .map(|(x, y)| {
            let bytes = std::fs::read(tiles.join(format!("13-{x}-{y}.mvt"))).expect("a tile");
            (TileId::new(13, x, y).expect("within the world"), bytes)
        })
        .collect();
    let mut group = c.benchmark_group("chicago, twelve tiles");
    group.sample_size(20);
    for ratio in RATIOS {
        let scene = |(id, bytes): &(TileId, Vec<u8>)| {
            let content = Arc::new(mvt::read(bytes, &layers.keys).expect("a tile"));
            let tile = Tile { id: *id, wrap: 0, zoom: 13, content };
            let sources = BTreeMap::from([(name.clone(), Source::Vector(vec![tile]))]);
            Scene::new(&layers, sources, &images, &glyphs)
        };
        let draw = |id: TileId, scene: &Scene<'_>| {
            let shot = of_tile(id, 512, f64::from(ratio)).expect("a size");
            png(render(scene, &shot.view))
        };
        let warm: Vec<_> = all.iter().map(|tile| (tile.0, scene(tile))).collect();
        group.bench_function(BenchmarkId::new("warm", format!("@{ratio}x")), |b| {
            b.iter(|| warm.iter().map(|(id, scene)| draw(*id, scene).len()).sum::<usize>());
        });
        group.bench_function(BenchmarkId::new("cold", format!("@{ratio}x")), |b| {
            b.iter(|| all.iter().map(|tile| draw(tile.0, &scene(tile)).len()).sum::<usize>());
        });
    }
}

criterion_group!(benches, commune, chicago);
criterion_main!(benches);
