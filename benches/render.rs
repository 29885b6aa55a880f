//! How long the renderer takes for tiles of the made-up commune in the style `plan`: from features in
//! the store to pixels, and the pixels alone. `cargo bench --bench render`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use serde_json::json;
use tuilerie::config::Overview;
use tuilerie::geo::tile::{TileId, ZoomRange};
use tuilerie::geo::world::WORLD_SIZE;
use tuilerie::render::images::Images;
use tuilerie::render::picture::Picture;
use tuilerie::render::render;
use tuilerie::render::scene::Scene;
use tuilerie::render::source::{Source, Tile, mvt};
use tuilerie::render::text::glyph::Glyphs;
use tuilerie::render::view::{Size, View, latitude};
use tuilerie::source::demo;
use tuilerie::source::{Layer, Progress};
use tuilerie::store::builder::SegmentBuilder;
use tuilerie::store::features::Features;
use tuilerie::store::kept::{Description, Reading};
use tuilerie::store::overview::Recipe;
use tuilerie::store::snapshot::ReadyLayer;
use tuilerie::style::binding::Binding;
use tuilerie::style::document;
use tuilerie::style::font::Range;
use tuilerie::style::layer::layers::Layers;
use tuilerie::style::shipped::{OwnFiles, Shipped};
use tuilerie::style::sprite::Scale;
use tuilerie::tile::budget::Budget;
use tuilerie::tile::{TileMaker, weight};

/// What the style's layers call the commune.
const SOURCE: &str = "commune";

fn commune() -> Vec<ReadyLayer> {
    demo::layers().iter().filter_map(ready).collect()
}

fn ready(layer: &Layer) -> Option<ReadyLayer> {
    let mut builder = SegmentBuilder::new(layer.columns.len(), false, None);
    layer.read(&mut builder, &Progress::default()).ok()?;
    let recipe = Recipe::new(&Overview::default(), &layer.columns, ZoomRange::DEFAULT, 64);
    Some(ReadyLayer {
        layer: Description::from(layer),
        features: Features::new(builder.finish_in_memory(&recipe).ok()?),
        reading: Reading::default(),
        is_stale: false,
    })
}

/// The layers of `plan` over those of the commune.
fn style(shipped: &Shipped, layers: &[ReadyLayer]) -> Layers {
    let style = shipped.styles.iter().find(|style| style.id == "plan").expect("plan is shipped");
    let ids: Vec<String> = layers.iter().map(|ready| ready.layer.id.clone()).collect();
    let binding = Binding::new(ids.iter().map(|id| (id.as_str(), None)));
    let source = document::Source {
        name: SOURCE.to_owned(),
        layers: ids.clone(),
        written: json!({ "type": "vector" }),
    };
    let document = style.assemble(&[source], &binding, "glyphs", "sprite");
    Layers::read(&document).expect("plan is a style")
}

fn images(shipped: &Shipped) -> Images {
    let mut images = Images::default();
    if let Some(sheet) = shipped.sprite.sheet(Scale::Single) {
        let pixels = image::load_from_memory(&sheet.image).expect("a PNG").into_rgba8();
        let picture = Picture::from_straight(pixels.width(), pixels.height(), &pixels);
        images.add_sheet("", &sheet.index, &picture.expect("pixels"));
    }
    images
}

fn rendering(c: &mut Criterion) {
    let shipped = Shipped::parse(OwnFiles::default());
    let ready = commune();
    let (layers, images) = (style(&shipped, &ready), images(&shipped));
    let glyphs = Glyphs::new(Box::new(|fonts, first| {
        shipped.fonts.glyphs(fonts, Range::new(first, first + 255)?).ok()
    }));
    let mut group = c.benchmark_group("render");
    for zoom in [14, 16, 18] {
        let centre = ready[0].features.bounds().expect("features").centre();
        let shift = 32 - u32::from(zoom);
        let id = TileId::new(zoom, centre.x >> shift, centre.y >> shift).expect("within the world");
        let mut maker = TileMaker::default();
        let mut tile = || {
            let layers: Vec<_> = ready.iter().map(|ready| (ready, weight(ready, id))).collect();
            maker.make(&layers, id, Budget::UNLIMITED).bytes
        };
        let scene = |bytes: &[u8]| {
            let content = Arc::new(mvt::read(bytes, &layers.keys).expect("a tile"));
            let tiles = vec![Tile { id, wrap: 0, zoom, content }];
            let sources = BTreeMap::from([(SOURCE.into(), Source::Vector(tiles))]);
            Scene::new(&layers, sources, &images, &glyphs)
        };
        let middle = |at: u32| (f64::from(at) + 0.5) * f64::from(1u32 << shift) / WORLD_SIZE;
        let place = [(middle(id.x()) - 0.5) * 360.0, latitude(middle(id.y()))];
        for ratio in [1, 2] {
            let size = Size::new(512, 512, f64::from(ratio)).expect("a size");
            let view = View::new(place, f64::from(zoom), 0.0, size);
            let bytes = tile();
            let name = format!("warm@{ratio}x");
            let warm = scene(&bytes);
            group.bench_function(BenchmarkId::new(name, zoom), |b| {
                b.iter(|| render(&warm, black_box(&view)));
            });
            group.bench_function(BenchmarkId::new(format!("cold@{ratio}x"), zoom), |b| {
                b.iter(|| render(&scene(&tile()), black_box(&view)));
            });
        }
    }
}

criterion_group!(benches, rendering);
criterion_main!(benches);
