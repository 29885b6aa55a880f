//! Points of an overview: thinned, evenly and so that where there are many more stay, or gathered
//! into clusters that say how many they stand for.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::classes::Class;
use super::ground::{Feature, Ground};
use super::recipe::Recipe;
use super::sketch::Sketch;
use crate::geo::grid::{EXTENT, Grid, GridParts, GridPoint};
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::tile::TileId;
use crate::segment::dictionary;
use crate::segment::importance::drawn;
use crate::segment::page::Order;

/// How many times fewer points stay at a zoom than at the next. Less than four, by which their number
/// on the same screen grows: so the map fills while one zooms out, but slowly.
/// Source: the default of tippecanoe's `--drop-rate`.
const DROP_RATE: f64 = 2.5;

/// How near each other points may stay, in grid units: 8 of a tile's 512 pixels. Those of a rank
/// have names or symbols.
const SPACING: i64 = 64;
const RANKED_SPACING: i64 = 256;

/// Rounds in which points are chosen. After two, hardly any could be added.
const ROUNDS: i64 = 2;

/// The side of a square that becomes one cluster, in grid units: a circle with a number.
const CLUSTER: i64 = 512;

/// A point near the tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Who stays: the smallest.
    rank: (u64, u64),
    x: i64,
    y: i64,
    class: Class,
}

/// How far around a tile what it shows of points depends on others, in grid units.
pub fn halo(recipe: &Recipe) -> i64 {
    let buffer = i64::from(recipe.buffer);
    match recipe.point_count {
        Some(_) => (buffer / CLUSTER + 1) * CLUSTER,
        None => buffer + (2 * ROUNDS - 1) * spacing(recipe),
    }
}

fn spacing(recipe: &Recipe) -> i64 {
    if recipe.rank.is_some() { RANKED_SPACING } else { SPACING }
}

/// Adds the points of a tile.
pub fn sketch(ground: &Ground<'_>, tile: TileId, sketch: &mut Sketch) {
    match ground.recipe.point_count {
        Some(_) => cluster(ground, tile, sketch),
        None => thin(ground, tile, sketch),
    }
}

/// Keeps those that come first within [`SPACING`], in rounds: a point that comes before all that are
/// left near it stays, and those near it go. Source: Luby, A Simple Parallel Algorithm for the
/// Maximal Independent Set Problem (1986). Whether a point stays is so known from what lies within
/// a few spacings; to take one after the other would let the choice depend on all.
fn thin(ground: &Ground<'_>, tile: TileId, sketch: &mut Sketch) {
    let (ranked, spacing) = (ground.recipe.rank.is_some(), spacing(ground.recipe));
    let share = match ranked {
        true => 1.0,
        false => DROP_RATE.powi(i32::from(tile.z()) - i32::from(ground.detail_from)),
    };
    let last = (share * u64::MAX as f64) as u64;
    let reach = halo(ground.recipe);
    let mut places = Vec::new();
    read(ground, tile, reach, last, |place| places.push(place));
    places.sort_unstable();
    let mut kept: BTreeMap<Class, Vec<GridPoint>> = BTreeMap::new();
    for number in choose(&places, spacing) {
        let Place { x, y, class, .. } = places[number];
        if is_within(x, y, i64::from(ground.recipe.buffer)) {
            kept.entry(class).or_default().push(GridPoint { x: x as i32, y: y as i32 });
        }
    }
    let mut parts = GridParts::default();
    for (class, mut points) in kept {
        points.sort_unstable_by_key(|point| (point.y / SPACING as i32, point.x, point.y));
        parts.clear();
        for point in points {
            parts.push(point);
            parts.finish_point();
        }
        sketch.push(ShapeKind::Point, class, None, &parts);
    }
}

/// The numbers of the places that stay; `places` in the order in which they come.
fn choose(places: &[Place], spacing: i64) -> Vec<usize> {
    let square = |place: &Place| (place.x.div_euclid(spacing), place.y.div_euclid(spacing));
    let mut squares: HashMap<(i64, i64), Vec<u32>> = HashMap::new();
    for (place, number) in places.iter().zip(0..) {
        squares.entry(square(place)).or_default().push(number);
    }
    let squares = &squares;
    let near = |number: usize| {
        let place = places[number];
        let (column, row) = square(&place);
        let around = (-1..=1).flat_map(move |right| (-1..=1).map(move |down| (right, down)));
        around
            .filter_map(move |(right, down)| squares.get(&(column + right, row + down)))
            .flatten()
            .map(|other| *other as usize)
            .filter(move |other| {
                let (dx, dy) = (places[*other].x - place.x, places[*other].y - place.y);
                dx * dx + dy * dy < spacing * spacing
            })
    };
    let mut is_left = vec![true; places.len()];
    let mut kept = Vec::new();
    for _ in 0..ROUNDS {
        let stays = |number: &usize| {
            is_left[*number] && !near(*number).any(|other| other < *number && is_left[other])
        };
        let chosen: Vec<usize> = (0..places.len()).filter(stays).collect();
        chosen.iter().flat_map(|number| near(*number)).for_each(|other| is_left[other] = false);
        kept.extend(chosen);
    }
    kept
}

/// Gathers the points of each square of a lattice into one in their middle.
fn cluster(ground: &Ground<'_>, tile: TileId, sketch: &mut Sketch) {
    struct Cluster {
        points: u64,
        x: i64,
        y: i64,
        class: Option<Class>,
    }
    let mut clusters: BTreeMap<(i64, i64), Cluster> = BTreeMap::new();
    let reach = halo(ground.recipe);
    read(ground, tile, reach, u64::MAX, |Place { x, y, class, .. }| {
        let square = (y.div_euclid(CLUSTER), x.div_euclid(CLUSTER));
        let found =
            clusters.entry(square).or_insert(Cluster { points: 0, x: 0, y: 0, class: Some(class) });
        found.points += 1;
        found.x += x;
        found.y += y;
        // Of no class where they are of several: class 0 has no values.
        found.class = found.class.filter(|of_others| *of_others == class);
    });
    let mut parts = GridParts::default();
    for Cluster { points, x, y, class } in clusters.into_values() {
        let [x, y] = [x, y].map(|sum| sum.div_euclid(points as i64));
        if is_within(x, y, i64::from(ground.recipe.buffer)) {
            parts.clear();
            parts.push(GridPoint { x: x as i32, y: y as i32 });
            parts.finish_point();
            sketch.push(ShapeKind::Point, class.unwrap_or(0), Some(points), &parts);
        }
    }
}

/// Whether a place lies in a tile or as far around it as said.
fn is_within(x: i64, y: i64, around: i64) -> bool {
    let span = -around..=i64::from(EXTENT) + around;
    span.contains(&x) && span.contains(&y)
}

/// Hands over the points in a tile and as far around it as said whose lot is `last` or comes before.
fn read(ground: &Ground<'_>, tile: TileId, reach: i64, last: u64, mut take: impl FnMut(Place)) {
    let grid = Grid::of_zoom(tile.z());
    let (west, north) = Grid::origin(tile);
    let window = Grid::world_box(tile, reach as u16);
    let (mut shape, mut scratch) = (Shape::new(ShapeKind::Point), Vec::new());
    ground.visit(window, ShapeKind::Point, |feature| {
        let (Order::Id(key) | Order::Other(key)) = feature.order;
        let lot = drawn(key);
        if lot > last {
            return;
        }
        let rank = (rank(ground, &feature), lot);
        let class = ground.class(&feature, &mut scratch);
        feature.read(tile.z(), window, &mut shape);
        for point in shape.points() {
            let (x, y) = (grid.quantise(point.x) - west, grid.quantise(point.y) - north);
            if is_within(x, y, reach) {
                take(Place { rank, x, y, class });
            }
        }
    });
}

/// Where a feature stands among those that want to stay, before the lot: by the column that says it, those
/// without a value last.
fn rank(ground: &Ground<'_>, feature: &Feature<'_>) -> u64 {
    ground.recipe.rank.map_or(0, |(column, descending)| {
        let value = ground.value(feature, column).and_then(dictionary::number);
        value.map_or(u64::MAX, |number| {
            let ordered = in_order(number);
            if descending { !ordered } else { ordered }
        })
    })
}

/// A number whose order is that of finite floats.
fn in_order(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(count: u64, side: u64) -> Vec<Place> {
        let place = |i| Place {
            rank: (0, drawn(i)),
            x: (drawn(i ^ 1 << 40) % side) as i64,
            y: (drawn(i ^ 1 << 41) % side) as i64,
            class: 1,
        };
        let mut places: Vec<_> = (0..count).map(place).collect();
        places.sort_unstable();
        places
    }

    fn distance(a: &Place, b: &Place) -> i64 {
        (a.x - b.x).pow(2) + (a.y - b.y).pow(2)
    }

    #[test]
    fn points_that_stay_keep_their_distance_and_hardly_one_could_be_added() {
        let places = scattered(5000, 4096);
        let kept = choose(&places, SPACING);
        let apart = |a: usize, b: usize| distance(&places[a], &places[b]) >= SPACING * SPACING;
        for (i, a) in kept.iter().enumerate() {
            assert!(kept[..i].iter().all(|b| apart(*a, *b)));
        }
        let free = (0..places.len()).filter(|a| kept.iter().all(|b| apart(*a, *b))).count();
        assert!(kept.len() > 1000 && free < kept.len() / 20, "{} kept, {free} free", kept.len());
    }

    #[test]
    fn who_stays_is_known_from_what_lies_near() {
        let places = scattered(5000, 4096);
        let kept: Vec<Place> =
            choose(&places, SPACING).into_iter().map(|number| places[number]).collect();
        let reach = (2 * ROUNDS - 1) * SPACING;
        let near: Vec<Place> = places.iter().copied().filter(|p| p.x < 2000 + reach).collect();
        let kept_near = choose(&near, SPACING).into_iter().map(|number| near[number]);
        let west = |places: Vec<Place>| -> Vec<Place> {
            let mut west: Vec<_> = places.into_iter().filter(|place| place.x < 2000).collect();
            west.sort_unstable();
            west
        };
        assert_eq!(west(kept_near.collect()), west(kept));
    }

    #[test]
    fn numbers_keep_their_order() {
        let numbers = [f64::MIN, -3.5, -0.0, 0.0, 1e-9, 2.0, f64::MAX];
        assert!(numbers.map(in_order).is_sorted());
    }
}
