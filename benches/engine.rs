//! How long loading takes, and each step of a tile: on a part of the made-up département, at its
//! density. `make bench`.

#[path = "departement/mod.rs"]
mod departement;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use departement::{Departement, Theme, shapes};
use tuilerie::cache::encoding::{Compressors, Encoding};
use tuilerie::cache::entry::Entry;
use tuilerie::catalogue::features::Features;
use tuilerie::catalogue::snapshot::ReadyLayer;
use tuilerie::config::Overview;
use tuilerie::geo::tile::{TileId, ZoomRange};
use tuilerie::overview::Recipe;
use tuilerie::segment::builder::SegmentBuilder;
use tuilerie::segment::cut::{Cutter, Frame};
use tuilerie::segment::kept::{Description, Reading};
use tuilerie::segment::reader::Segment;
use tuilerie::source::{About, FeatureSink};
use tuilerie::tile::TileMaker;
use tuilerie::tile::budget::Budget;
use tuilerie::tile::mlt::from_mvt;
use tuilerie::tile::select::{Pages, select};

/// A fiftieth of the département: some 4,000 land cover polygons, 20,000 lines.
const SCALE: f64 = 0.02;

fn build(theme: Theme) -> SegmentBuilder {
    let mut builder = SegmentBuilder::new(theme.columns().len(), false, None);
    shapes::read(&Departement::new(SCALE), theme, &mut |shape, values| {
        let _ = builder.feature(None, shape, values);
    });
    builder
}

fn recipe(theme: Theme) -> Recipe {
    Recipe::new(&Overview::default(), &shapes::columns(theme), ZoomRange::DEFAULT, 64)
}

fn layer(theme: Theme) -> ReadyLayer {
    let layer = Description {
        id: theme.table().to_owned(),
        about: About::default(),
        columns: shapes::columns(theme),
        zooms: ZoomRange::DEFAULT,
        buffer: 64,
    };
    ReadyLayer {
        layer,
        features: Features::new(finish(build(theme), &recipe(theme))),
        reading: Reading::default(),
        is_stale: false,
    }
}

fn finish(builder: SegmentBuilder, recipe: &Recipe) -> Segment {
    builder.finish_in_memory(recipe).expect("memory takes all")
}

/// The tile in the middle of a layer.
fn middle(ready: &ReadyLayer, zoom: u8) -> TileId {
    let centre = ready.features.bounds().expect("features").centre();
    let shift = 32 - u32::from(zoom);
    TileId::new(zoom, centre.x >> shift, centre.y >> shift).expect("within the world")
}

fn tiles(c: &mut Criterion) {
    for theme in Theme::ALL {
        let ready = layer(theme);
        let mut group = c.benchmark_group(theme.table());
        for zoom in [12, 13, 14, 16, 18] {
            let tile = middle(&ready, zoom);
            let mut maker = TileMaker::default();
            let mut compressors = Compressors::default();
            let pages = Pages::of(&ready, tile);
            let layers = [(&ready, &pages)];
            let made = maker.make(&layers, tile, Budget::UNLIMITED);
            group.throughput(Throughput::Bytes(made.bytes.len() as u64));
            group.bench_function(BenchmarkId::new("tile", zoom), |b| {
                b.iter(|| maker.make(&layers, black_box(tile), Budget::UNLIMITED));
            });
            group.bench_function(BenchmarkId::new("gzip", zoom), |b| {
                b.iter(|| {
                    Entry::compressed(made.bytes.clone(), 0, Encoding::Gzip, &mut compressors)
                });
            });
            group.bench_function(BenchmarkId::new("mlt", zoom), |b| {
                b.iter(|| from_mvt(black_box(&made.bytes), &[&ready]));
            });
            group.throughput(Throughput::Elements(made.features));
            let frame = Frame::new(tile, 64);
            let view = ready.features.view(tile);
            let mut candidates = Vec::new();
            group.bench_function(BenchmarkId::new("select", zoom), |b| {
                b.iter(|| {
                    let opened = Pages::of(&ready, tile).open(&view);
                    select(&view, &opened, frame.window(), &mut candidates);
                });
            });
            let mut cutter = Cutter::default();
            group.bench_function(BenchmarkId::new("cut", zoom), |b| {
                let opened = pages.open(&view);
                select(&view, &opened, frame.window(), &mut candidates);
                b.iter(|| {
                    for candidate in &candidates {
                        let page = &opened[candidate.page as usize].page;
                        black_box(cutter.cut(page, candidate.feature as usize, &frame));
                    }
                });
            });
        }
    }
}

fn load(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    group.sample_size(10);
    for theme in [Theme::Ocs, Theme::PcrsLignes] {
        let recipe = recipe(theme);
        let features = finish(build(theme), &recipe).features();
        group.throughput(Throughput::Elements(features));
        group.bench_function(BenchmarkId::new("segment", theme.table()), |b| {
            let segment = |builder| finish(builder, &recipe);
            b.iter_batched(|| build(theme), segment, criterion::BatchSize::PerIteration);
        });
    }
}

criterion_group!(benches, tiles, load);
criterion_main!(benches);
