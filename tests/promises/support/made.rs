//! Made-up features in the units of one tile, for tests of what becomes of them.

use tuilerie::catalogue::features::Features;
use tuilerie::catalogue::snapshot::ReadyLayer;
use tuilerie::config::Overview;
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::tile::{TileId, ZoomRange};
use tuilerie::geo::world::WorldPoint;
use tuilerie::overview::Recipe;
use tuilerie::segment::builder::SegmentBuilder;
use tuilerie::segment::kept::{Description, Reading};
use tuilerie::source::{About, Column, ColumnKind, FeatureSink, Value};
use tuilerie::tile::TileMaker;
use tuilerie::tile::budget::Budget;
use tuilerie::tile::select::Pages;

/// A tile of the zoom whose grid is the quantised world: what is given on it stays as it is.
pub const ZOOM: u8 = 20;
pub const TILE: (u32, u32) = (530_000, 380_000);
pub const COLUMNS: [&str; 4] = ["nom", "hauteur", "bâti", "\""];

/// Pseudo-random numbers (xorshift64), the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// A feature in tile units. Rings are open; all but the first of a polygon are its holes.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: Option<u64>,
    pub kind: ShapeKind,
    pub parts: Vec<(RingRole, Vec<(u32, u32)>)>,
    pub values: Vec<Value<'static>>,
}

pub fn value(random: &mut Random) -> Value<'static> {
    match random.below(9) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 0),
        2 => Value::Int(-(random.below(1 << 40) as i64)),
        3 => Value::Int(random.below(300) as i64),
        4 => Value::UInt(u64::MAX - random.below(9)),
        5 => Value::Float(random.below(1000) as f32 / 7.0),
        6 => Value::Double(random.below(1000) as f64 / -7.0),
        7 => Value::Text(""),
        _ => Value::Text(["route", "Été à 7 h", "\u{1F5FA}", "route"][random.below(4) as usize]),
    }
}

/// A ring around the middle of a cell of 800 units, star-shaped and so simple, wound clockwise on
/// the map; `reach` are its smallest and largest radius.
fn star(random: &mut Random, cell: u32, reach: (u64, u64)) -> Vec<(u32, u32)> {
    let centre = (f64::from(cell % 5 * 800 + 400), f64::from(cell / 5 * 800 + 400));
    let corners = 5 + random.below(9);
    let ring: Vec<(u32, u32)> = (0..corners)
        .map(|i| {
            let angle = (i as f64 + random.below(50) as f64 / 100.0) / corners as f64;
            let radius = (reach.0 + random.below(reach.1 - reach.0)) as f64;
            let (sin, cos) = (angle * std::f64::consts::TAU).sin_cos();
            ((centre.0 + radius * cos).round() as u32, (centre.1 + radius * sin).round() as u32)
        })
        .collect();
    let straight = |i: usize| {
        let [a, b, c] = [i + ring.len() - 1, i, i + 1].map(|i| ring[i % ring.len()]);
        (a.0 == b.0 && b.0 == c.0) || (a.1 == b.1 && b.1 == c.1)
    };
    (0..ring.len()).filter(|i| !straight(*i)).map(|i| ring[i]).collect()
}

pub fn feature(random: &mut Random, id: Option<u64>) -> Made {
    let count = 1 + random.below(4) * random.below(2);
    let kind = [ShapeKind::Point, ShapeKind::Line, ShapeKind::Polygon][random.below(3) as usize];
    let mut parts = Vec::new();
    for cell in 0..count {
        let cell = cell as u32 * 6 + random.below(3) as u32;
        let outer = star(random, cell, (150, 390));
        match kind {
            ShapeKind::Point => parts.push((RingRole::Exterior, vec![outer[0]])),
            ShapeKind::Line => parts.push((RingRole::Exterior, outer)),
            ShapeKind::Polygon => {
                parts.push((RingRole::Exterior, outer));
                if random.below(2) == 0 {
                    let mut hole = star(random, cell, (20, 70));
                    hole.reverse();
                    parts.push((RingRole::Interior, hole));
                }
            }
        }
    }
    Made { id, kind, parts, values: COLUMNS.map(|_| value(random)).to_vec() }
}

fn shape(made: &Made) -> Shape {
    let mut shape = Shape::new(made.kind);
    let place = |&(x, y): &(u32, u32)| WorldPoint { x: (TILE.0 << 12) + x, y: (TILE.1 << 12) + y };
    for (role, part) in &made.parts {
        let part: Vec<WorldPoint> = part.iter().map(place).collect();
        match made.kind {
            ShapeKind::Point => shape.push_point(part[0]),
            ShapeKind::Line => shape.push_line(&part),
            ShapeKind::Polygon => assert!(shape.push_ring(&part, *role)),
        }
    }
    shape
}

fn description() -> Description {
    let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Text };
    Description {
        id: "couche".to_owned(),
        about: About::default(),
        columns: COLUMNS.map(column).to_vec(),
        zooms: ZoomRange::new(0, 24).unwrap(),
        buffer: 64,
    }
}

/// All zooms in detail.
pub fn recipe() -> Recipe {
    recipe_of(&Overview { detail: Some(0), ..Overview::default() })
}

/// With overviews.
pub fn recipe_of(overview: &Overview) -> Recipe {
    let Description { columns, zooms, buffer, .. } = &description();
    Recipe::new(overview, columns, *zooms, *buffer)
}

pub fn builder<'a>(features: impl IntoIterator<Item = &'a Made>) -> SegmentBuilder {
    let mut builder = SegmentBuilder::new(COLUMNS.len(), false, None);
    for made in features {
        builder.feature(made.id, &shape(made), &made.values).unwrap();
    }
    builder
}

pub fn layer<'a>(features: impl IntoIterator<Item = &'a Made>) -> ReadyLayer {
    layer_by(&recipe(), features)
}

pub fn layer_by<'a>(recipe: &Recipe, features: impl IntoIterator<Item = &'a Made>) -> ReadyLayer {
    let builder = builder(features);
    let reading = Reading { fingerprint: builder.fingerprint(), ..Reading::default() };
    let features = Features::new(builder.finish_in_memory(recipe).unwrap());
    ReadyLayer { layer: description(), features, reading, is_stale: false }
}

pub fn tile(layer: &ReadyLayer, (z, x, y): (u8, u32, u32)) -> Vec<u8> {
    let tile = TileId::new(z, x, y).unwrap();
    TileMaker::default().make(&[(layer, &Pages::of(layer, tile))], tile, Budget::UNLIMITED).bytes
}
