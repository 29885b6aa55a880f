//! What the overviews of polygons that lie side by side promise, measured on decoded tiles: no gap, no
//! overlap, valid rings, each class with its area, tiles that meet, whatever order rows come in.

use std::collections::{BTreeMap, BTreeSet};

use crate::departement::{Departement, Theme, shapes};
use crate::support::made::Random;
use crate::support::mvt::{Feature, Value as Shown, decode};
use crate::support::postgres::{Database, cluster};
use tuilerie::catalogue::features::Features;
use tuilerie::catalogue::snapshot::ReadyLayer;
use tuilerie::config::{self, Overview, Place};
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind, doubled_area};
use tuilerie::geo::tile::{TileId, ZoomRange};
use tuilerie::geo::world::WorldPoint;
use tuilerie::overview::Recipe;
use tuilerie::segment::builder::SegmentBuilder;
use tuilerie::segment::kept::{Description, Reading};
use tuilerie::segment::sorter::Spill;
use tuilerie::source::{self, About, Column, ColumnKind, FeatureSink, Progress, Stopped, Value};
use tuilerie::tile::TileMaker;
use tuilerie::tile::budget::Budget;
use tuilerie::tile::select::Pages;

const BUFFER: u16 = 64;
/// The default of `tile_bytes` and `tile_features`.
const BUDGET: Budget = Budget { bytes: 750 << 10, features: 50_000 };

/// Features with their ids, in memory.
struct Rows {
    columns: Vec<Column>,
    rows: Vec<(u64, Shape, Vec<Value<'static>>)>,
}

impl Rows {
    fn new(columns: Vec<Column>) -> Rows {
        Rows { columns, rows: Vec::new() }
    }

    fn push(&mut self, shape: &Shape, values: &[Value<'_>]) {
        let kept = |value: &Value<'_>| match *value {
            Value::Text(text) => Value::Text(String::leak(text.to_owned())),
            Value::Int(number) => Value::Int(number),
            Value::Double(number) => Value::Double(number),
            Value::Null => Value::Null,
            other => panic!("{other:?} is not made"),
        };
        let id = self.rows.len() as u64 + 1;
        self.rows.push((id, shape.clone(), values.iter().map(kept).collect()));
    }

    /// A part of the made-up département.
    fn departement(scale: f64, theme: Theme) -> Rows {
        let mut rows = Rows::new(shapes::columns(theme));
        shapes::read(&Departement::new(scale), theme, &mut |shape, values| {
            rows.push(shape, values)
        });
        rows
    }

    fn layer(&self, zooms: ZoomRange, detail: Option<u8>, spill: Option<Spill>) -> ReadyLayer {
        self.layer_as(zooms, &Overview { detail, ..Overview::default() }, spill)
    }

    fn layer_as(&self, zooms: ZoomRange, overview: &Overview, spill: Option<Spill>) -> ReadyLayer {
        let mut builder = SegmentBuilder::new(self.columns.len(), false, spill);
        for (id, shape, values) in &self.rows {
            builder.feature(Some(*id), shape, values).unwrap();
        }
        let recipe = Recipe::new(overview, &self.columns, zooms, BUFFER);
        let layer = Description {
            id: "couche".to_owned(),
            about: About::default(),
            columns: self.columns.clone(),
            zooms,
            buffer: BUFFER,
        };
        let features = Features::new(builder.finish_in_memory(&recipe).unwrap());
        ReadyLayer { layer, features, reading: Reading::default(), is_stale: false }
    }

    /// The area of each class in world units, by the columns that make the classes.
    fn areas(&self, classes: &BTreeSet<String>) -> BTreeMap<String, f64> {
        let mut areas = BTreeMap::new();
        for (_, shape, values) in &self.rows {
            let doubled: i128 = shape.parts().map(doubled_area).sum();
            *areas.entry(self.class(classes, values)).or_insert(0.0) += doubled as f64 / 2.0;
        }
        areas
    }

    /// The same where the first of those that overlap keeps the ground.
    fn areas_without_overlaps(
        &self,
        db: &Database,
        classes: &BTreeSet<String>,
    ) -> BTreeMap<String, f64> {
        db.execute("DROP TABLE IF EXISTS p; CREATE TABLE p (id bigint, class text, geom geometry)");
        for rows in self.rows.chunks(500) {
            let row = |(id, shape, values): &(u64, Shape, Vec<Value<'_>>)| {
                let class = self.class(classes, values).replace('\'', "''");
                format!("({id}, '{class}', ST_MakeValid('{}'::geometry))", wkt(shape))
            };
            let rows: Vec<_> = rows.iter().map(row).collect();
            db.execute(&format!("INSERT INTO p VALUES {}", rows.join(",")));
        }
        db.execute("CREATE INDEX ON p USING gist (geom); ANALYZE p");
        let areas = db.query_text(
            "SELECT class, sum(ST_Area(ST_Difference(geom, coalesce(
                 (SELECT ST_Union(b.geom) FROM p b WHERE b.geom && p.geom AND b.id < p.id),
                 'POLYGON EMPTY'))))::text
             FROM p GROUP BY class",
        );
        areas.into_iter().map(|row| (row[0].clone(), row[1].parse().unwrap())).collect()
    }

    fn class(&self, classes: &BTreeSet<String>, values: &[Value<'_>]) -> String {
        let columns = self.columns.iter().zip(values);
        let class = columns.filter(|(column, _)| classes.contains(&column.name));
        let class = class.filter_map(|(Column { name, .. }, value)| match value {
            Value::Text(text) => Some(format!("{name}={text} ")),
            Value::Int(number) => Some(format!("{name}={number} ")),
            _ => None,
        });
        sorted(class.collect())
    }
}

impl FeatureSink for Rows {
    fn feature(&mut self, _: Option<u64>, shape: &Shape, row: &[Value<'_>]) -> Result<(), Stopped> {
        self.push(shape, row);
        Ok(())
    }
}

/// A polygon as text, in world units.
fn wkt(shape: &Shape) -> String {
    let closed = |ring: &[WorldPoint]| {
        let points = ring.iter().chain(ring.first());
        points.map(|point| (i64::from(point.x), i64::from(point.y))).collect()
    };
    let parts = shape.parts().map(closed).collect();
    Feature { id: None, kind: 3, properties: BTreeMap::new(), parts }.wkt()
}

fn sorted(mut words: Vec<String>) -> String {
    words.sort_unstable();
    words.concat()
}

/// Quadrilaterals with wiggly sides, of some eighty classes in districts, over a square of `side`
/// world units from [`ORIGIN`] on, `count` along each side.
fn coverage(side: u32, count: u32) -> Rows {
    let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Text };
    let mut rows = Rows::new(vec![column("classe"), column("nom")]);
    let step = side / count;
    let drawn = |a: u32, b: u32, salt: u64| {
        let mut random =
            Random(0x9E37_79B9_7F4A_7C15 ^ u64::from(a) << 32 ^ u64::from(b) ^ salt << 60);
        (0..4).fold(0, |_, _| random.below(1 << 32)) as u32
    };
    let corner = |i: u32, j: u32| {
        let shift = |salt| drawn(i, j, salt) % (step / 2);
        (ORIGIN.0 + i * step + shift(1), ORIGIN.1 + j * step + shift(2))
    };
    // The middle of a side is drawn from its ends: the same for both neighbours.
    let middle = |a: (u32, u32), b: (u32, u32)| {
        let (a, b) = (a.min(b), a.max(b));
        let at = |a: u32, b: u32, salt| a.midpoint(b) + drawn(a, b, salt) % (step / 8);
        (at(a.0, b.0, 3), at(a.1, b.1, 4))
    };
    let mut shape = Shape::new(ShapeKind::Polygon);
    for (i, j) in (0..count).flat_map(|j| (0..count).map(move |i| (i, j))) {
        let corners = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
        let ring: Vec<WorldPoint> = (0..4)
            .flat_map(|k| [corners[k], middle(corners[k], corners[(k + 1) % 4])])
            .map(|(x, y)| WorldPoint { x, y })
            .collect();
        shape.clear();
        assert!(shape.push_ring(&ring, RingRole::Exterior));
        let class = drawn(i / 7, j / 7, 5).min(drawn(i, j, 6)) % 60;
        let name = format!("n° {i} {j}");
        rows.push(&shape, &[Value::Text(&format!("classe {class}")), Value::Text(&name)]);
    }
    rows
}

/// The side of a tile of zoom 8 in world units, and where it and its buffer begin.
const ZOOM_8: u32 = 1 << 24;
const ORIGIN: (u32, u32) = (129 * ZOOM_8 - ZOOM_8 / 8, 93 * ZOOM_8 - ZOOM_8 / 8);

/// The tiles of a zoom over a layer.
fn tiles(layer: &ReadyLayer, zoom: u8) -> Vec<TileId> {
    let bounds = layer.features.bounds().unwrap();
    let range = |min: u32, max: u32| {
        let at = |place: u32| (u64::from(place) >> (32 - u32::from(zoom))) as u32;
        at(min)..=at(max)
    };
    let columns = range(bounds.min.x, bounds.max.x);
    range(bounds.min.y, bounds.max.y)
        .flat_map(|y| columns.clone().map(move |x| TileId::new(zoom, x, y).unwrap()))
        .collect()
}

fn features(layer: &ReadyLayer, tile: TileId) -> Vec<Feature> {
    let made = TileMaker::default().make(&[(layer, &Pages::of(layer, tile))], tile, BUDGET);
    assert_eq!(made.left_out, [0], "left out of {tile:?}");
    decode(&made.bytes).into_iter().flat_map(|layer| layer.features).collect()
}

fn class(feature: &Feature) -> String {
    let shown = |(name, value): (&String, &Shown)| match value {
        Shown::Text(text) => format!("{name}={text} "),
        Shown::Number(number) => format!("{name}={number} "),
        Shown::Bool(truth) => format!("{name}={truth} "),
    };
    sorted(feature.properties.iter().map(shown).collect())
}

/// The area that rings enclose within the tile, without its buffer, in square units.
fn area_within(feature: &Feature) -> f64 {
    feature.parts.iter().map(|ring| area_of(&cut(ring))).sum()
}

fn area_of(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>() / 2.0
}

/// A ring cut to the tile. Source: Sutherland & Hodgman (1974); what it runs along the frame forth
/// and back has no area.
fn cut(ring: &[(i64, i64)]) -> Vec<(f64, f64)> {
    let mut ring: Vec<(f64, f64)> = ring[1..].iter().map(|p| (p.0 as f64, p.1 as f64)).collect();
    let sides: [fn((f64, f64)) -> f64; 4] = [|p| p.0, |p| 4096.0 - p.0, |p| p.1, |p| 4096.0 - p.1];
    for inside in sides {
        let mut kept = Vec::new();
        for (i, to) in ring.iter().enumerate() {
            let from = ring[(i + ring.len() - 1) % ring.len()];
            let (a, b) = (inside(from), inside(*to));
            if (a >= 0.0) != (b >= 0.0) {
                let part = a / (a - b);
                kept.push((from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1)));
            }
            if b >= 0.0 {
                kept.push(*to);
            }
        }
        ring = kept;
    }
    ring
}

/// Holds the area of each class of more than a hundredth of the whole against the truth,
/// by the columns that make the classes.
fn hold_areas(
    layer: &ReadyLayer,
    zooms: &[u8],
    truth: impl Fn(&BTreeSet<String>) -> BTreeMap<String, f64>,
) {
    for zoom in zooms {
        let (mut shown, mut columns) = (BTreeMap::new(), BTreeSet::new());
        for tile in tiles(layer, *zoom) {
            for feature in features(layer, tile) {
                assert_eq!(feature.id, None);
                columns.extend(feature.properties.keys().cloned());
                *shown.entry(class(&feature)).or_insert(0.0) += area_within(&feature);
            }
        }
        let truth = truth(&columns);
        let unit = 2f64.powi(32 - 12 - i32::from(*zoom)).powi(2);
        let whole: f64 = truth.values().sum();
        let large = truth.iter().filter(|(_, area)| **area > whole / 100.0);
        let (mut held, mut worst) = (0, 0.0_f64);
        for (class, area) in large {
            let error = shown.get(class).unwrap_or(&0.0) * unit / area - 1.0;
            let share = area / whole * 100.0;
            assert!(error.abs() < 0.02, "z{zoom} {class}: {:+.2} % of {share:.1} %", error * 100.0);
            (held, worst) = (held + 1, worst.max(error.abs()));
        }
        println!("z{zoom}: {held} classes within {:.2} %", worst * 100.0);
        assert!(held > 4, "{held} classes of {columns:?}");
    }
}

/// Asserts that PostGIS finds features valid.
fn hold_valid(db: &Database, features: &[Feature]) {
    for features in features.chunks(200) {
        let rows: Vec<_> = features.iter().map(|f| format!("('{}')", f.wkt())).collect();
        let reasons = db.query_text(&format!(
            "SELECT DISTINCT ST_IsValidReason(wkt::geometry) FROM (VALUES {}) t (wkt)",
            rows.join(",")
        ));
        assert_eq!(reasons, [["Valid Geometry"]]);
    }
}

/// The edges of rings that no other ring runs along in the other direction.
fn unshared(features: &[Feature]) -> Vec<[(i64, i64); 2]> {
    let mut edges = BTreeSet::new();
    for ring in features.iter().flat_map(|feature| &feature.parts) {
        for edge in ring.windows(2) {
            assert!(edges.insert([edge[0], edge[1]]), "{edge:?} bounds two areas on one side");
        }
    }
    edges.iter().filter(|[a, b]| !edges.contains(&[*b, *a])).copied().collect()
}

#[test]
fn a_coverage_has_no_gap_and_no_overlap_and_valid_rings_in_any_overview_tile() {
    let side = ZOOM_8 / 4 * 5;
    let rows = coverage(side, 200);
    let layer = rows.layer(ZoomRange::new(6, 20).unwrap(), Some(12), None);
    let db = cluster().database("coverage");
    let frame = [-i64::from(BUFFER), 4096 + i64::from(BUFFER)];
    let on_frame = |a: (i64, i64), b: (i64, i64)| {
        frame.iter().any(|side| (a.0, b.0) == (*side, *side) || (a.1, b.1) == (*side, *side))
    };
    let mut whole = 0;
    for zoom in 6..12 {
        for tile in tiles(&layer, zoom) {
            let features = features(&layer, tile);
            hold_valid(&db, &features);
            let classes: BTreeSet<_> = features.iter().map(class).collect();
            assert_eq!(classes.len(), features.len(), "a class is one feature");
            let covered = |tile: u32, origin: u32| {
                let (unit, margin) = (1 << (20 - zoom), side / 100);
                let (from, to) = (tile * 4096 * unit, (tile + 1) * 4096 * unit);
                from - u32::from(BUFFER) * unit > origin + margin
                    && to + u32::from(BUFFER) * unit < origin + side - margin
            };
            if !covered(tile.x(), ORIGIN.0) || !covered(tile.y(), ORIGIN.1) {
                continue;
            }
            whole += 1;
            let unshared = unshared(&features);
            let gap = unshared.iter().find(|[a, b]| !on_frame(*a, *b));
            assert_eq!(gap, None, "a gap or an overlap in {tile:?}");
            let areas = features
                .iter()
                .flat_map(|f| &f.parts)
                .map(|ring| crate::support::mvt::doubled_area(ring));
            assert_eq!(areas.sum::<i64>(), 2 * (frame[1] - frame[0]).pow(2), "{tile:?}");
        }
    }
    assert!(whole > 60, "the coverage fills {whole} tiles");
}

#[test]
fn neighbouring_tiles_meet_in_the_same_vertices() {
    let rows = coverage(ZOOM_8, 120);
    let layer = rows.layer(ZoomRange::new(9, 20).unwrap(), Some(12), None);
    let on_line = |tile: TileId, vertical: bool, line: i64| -> BTreeSet<(String, i64)> {
        let mut found = BTreeSet::new();
        for feature in features(&layer, tile) {
            let class = class(&feature);
            let across = |&(x, y): &(i64, i64)| if vertical { (x, y) } else { (y, x) };
            let points = feature.parts.iter().flatten().map(across);
            let points = points.filter(|(at, along)| *at == line && (0..=4096).contains(along));
            found.extend(points.map(|(_, along)| (class.clone(), along)));
        }
        found
    };
    let mut met = 0;
    for zoom in 9..12 {
        let scale = 1u32 << (zoom - 8);
        let tile = |x, y| TileId::new(zoom, 129 * scale + x, 93 * scale + y).unwrap();
        for (x, y) in (0..scale - 1).flat_map(|y| (0..scale - 1).map(move |x| (x, y))) {
            let east = on_line(tile(x, y), true, 4096);
            assert_eq!(east, on_line(tile(x + 1, y), true, 0), "z{zoom} {x} {y}");
            assert_eq!(on_line(tile(x, y), false, 4096), on_line(tile(x, y + 1), false, 0));
            met += east.len();
        }
    }
    assert!(met > 500, "{met} vertices on the edges of tiles");
}

#[test]
fn each_class_keeps_its_area_on_the_made_up_departement() {
    // The whole: with less of it a class of a hundredth has fewer cells than a patch at low zooms.
    let rows = Rows::departement(1.0, Theme::Ocs);
    let layer = rows.layer(ZoomRange::DEFAULT, None, None);
    hold_areas(&layer, &[12, 10, 8, 6], |classes| rows.areas(classes));
}

#[test]
#[ignore = "reads a land cover of your own: make check-sample SAMPLE=FILE"]
fn each_class_keeps_its_area_on_a_sample() {
    let path = std::env::var_os("SAMPLE").expect("SAMPLE names a file").into();
    let place = Place::File(path);
    let source = config::Source { name: "sample".to_owned(), place, publish_all: true };
    let db = cluster().database("sample");
    for layer in source::discover(&source, &[]).unwrap().layers {
        let mut rows = Rows::new(layer.columns.clone());
        layer.read(&mut rows, &Progress::default()).unwrap();
        let overview = Overview { detail: Some(13), coverage: Some(true), ..Overview::default() };
        let layer = rows.layer_as(ZoomRange::new(10, 20).unwrap(), &overview, None);
        hold_areas(&layer, &[12, 10], |classes| rows.areas_without_overlaps(&db, classes));
    }
}

#[test]
fn rows_in_another_order_and_a_sort_that_spills_give_the_same_bytes_of_every_tile() {
    for theme in Theme::ALL {
        let mut rows = Rows::departement(0.01, theme);
        let expected = rows.layer(ZoomRange::DEFAULT, None, None);
        Random(3).shuffle(&mut rows.rows);
        let directory = tempfile::tempdir().unwrap();
        let spill = Spill { memory: 5 << 20, directory: directory.path().to_owned() };
        let layer = rows.layer(ZoomRange::DEFAULT, None, Some(spill));
        let mut maker = TileMaker::default();
        let mut compared = 0;
        for tile in (4..=14).flat_map(|zoom| tiles(&expected, zoom)) {
            let [a, b] = [&expected, &layer]
                .map(|layer| maker.make(&[(layer, &Pages::of(layer, tile))], tile, BUDGET));
            assert!(a == b, "{tile:?} of {theme:?}");
            compared += usize::from(!a.bytes.is_empty());
        }
        assert!(compared > 20, "{compared} tiles of {theme:?}");
    }
}

#[test]
fn no_overview_of_the_made_up_departement_is_above_its_budget_or_invalid() {
    let db = cluster().database("overview_validity");
    for theme in Theme::ALL {
        let layer = Rows::departement(0.02, theme).layer(ZoomRange::DEFAULT, None, None);
        let detail = layer.features.loaded().detail_from();
        assert!(detail > 10, "{theme:?} has overviews");
        for tile in (4..detail).flat_map(|zoom| tiles(&layer, zoom)) {
            let features = features(&layer, tile);
            assert!(features.iter().all(|feature| feature.id.is_none()));
            hold_valid(&db, &features);
        }
    }
}
