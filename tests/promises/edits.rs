//! Promise: an edited layer is what a layer loaded so would be: the same tiles byte for byte, the same
//! number and sum of features, whatever the history; and only tiles under an edit count as changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::made::{
    Made, Random, TILE, ZOOM, builder, feature, layer, layer_by, recipe, recipe_of, tile,
};
use tuilerie::catalogue::features::Tiles;
use tuilerie::catalogue::snapshot::ReadyLayer;
use tuilerie::config::{Overview, Rank};
use tuilerie::geo::tile::TileId;
use tuilerie::geo::world::WorldBox;
use tuilerie::overview::Recipe;
use tuilerie::segment::builder::SegmentBuilder;
use tuilerie::source::Value;

/// Applies an edit: those of `ids` are what `now` says.
fn edit(ready: &mut ReadyLayer, ids: &[u64], now: SegmentBuilder, number: u64) -> Vec<WorldBox> {
    edit_by(&recipe(), ready, ids, now, number)
}

fn edit_by(
    recipe: &Recipe,
    ready: &mut ReadyLayer,
    ids: &[u64],
    now: SegmentBuilder,
    number: u64,
) -> Vec<WorldBox> {
    let (mut features, change) = ready.features.replaced(ids, now, recipe, 1).unwrap();
    features.stamp(Tiles::Detail, &change.boxes, number);
    ready.features = features;
    ready.reading.fingerprint = ready.reading.fingerprint.changed(change.added, change.removed);
    change.boxes
}

fn tiles() -> impl Iterator<Item = (u8, u32, u32)> {
    let (x, y) = TILE;
    (12..=22).flat_map(move |z: u8| {
        let (shift, up) = (z.saturating_sub(ZOOM), ZOOM.saturating_sub(z));
        let corner = (x >> up << shift, y >> up << shift);
        (0..4).map(move |i| (z, corner.0 + i % 2, corner.1 + i / 2))
    })
}

#[test]
fn edited_layers_are_what_they_would_be_if_loaded_so() {
    let mut random = Random(21);
    let mut rows: BTreeMap<u64, Made> =
        (0..300).map(|id| (id, feature(&mut random, Some(id)))).collect();
    let mut edited = layer(rows.values());
    for round in 1..=60 {
        let ids: BTreeSet<u64> = (0..1 + random.below(9)).map(|_| random.below(330)).collect();
        let ids: Vec<u64> = ids.into_iter().collect();
        for id in &ids {
            match random.below(3) {
                0 => drop(rows.remove(id)),
                _ => drop(rows.insert(*id, feature(&mut random, Some(*id)))),
            }
        }
        let mut now: Vec<&Made> =
            rows.iter().filter(|(id, _)| ids.contains(id)).map(|(_, row)| row).collect();
        random.shuffle(&mut now);
        edit(&mut edited, &ids, builder(now), round);
        if round % 10 > 0 {
            continue;
        }
        let loaded = layer(rows.values());
        assert_eq!(edited.features.len(), loaded.features.len());
        assert_eq!(edited.reading.fingerprint, loaded.reading.fingerprint);
        assert!(edited.features.parts() < 8, "{} parts", edited.features.parts());
        for address in tiles() {
            assert_eq!(tile(&edited, address), tile(&loaded, address), "{address:?}");
        }
    }
    let mut folded = builder([]);
    edited.features.fold(&mut folded).unwrap();
    let bytes = |builder: SegmentBuilder| builder.finish(Vec::new(), &recipe(), &[]).unwrap();
    assert!(bytes(folded) == bytes(builder(rows.values())), "folding gives the segment of a load");
}

#[test]
fn only_tiles_under_an_edit_count_as_changed() {
    let mut random = Random(5);
    let rows: Vec<Made> = (0..50).map(|id| feature(&mut random, Some(id))).collect();
    let mut edited = layer(&rows);
    let before = edited.clone();
    let now = builder([&feature(&mut random, Some(7))]);
    let boxes = edit(&mut edited, &[7], now, 9);
    assert_eq!(boxes.len(), 2, "where it was, and where it is");
    let (mut changed, mut same) = (0, 0);
    for address in tiles() {
        let (z, x, y) = address;
        let id = TileId::new(z, x, y).unwrap();
        match edited.changed_last(id) {
            9 => changed += 1,
            _ => {
                same += 1;
                assert_eq!(tile(&before, address), tile(&edited, address), "{address:?}");
            }
        }
    }
    assert!(changed >= 9 && same >= 9, "{changed} changed, {same} did not");
}

/// The zoom from which the layers below are in detail, and that of the tile they begin in.
const DETAIL: u8 = 18;

/// A feature somewhere in some 50 tiles of [`ZOOM`] by 50.
fn somewhere(random: &mut Random, id: u64) -> Made {
    let mut made = feature(random, Some(id));
    let (east, south) = (random.below(50) as u32 * 4096, random.below(50) as u32 * 4096);
    let move_it = |point: &mut (u32, u32)| *point = (point.0 + east, point.1 + south);
    made.parts.iter_mut().flat_map(|(_, part)| part).for_each(move_it);
    made
}

/// All overview tiles where such features may show.
fn overview_tiles() -> impl Iterator<Item = (u8, u32, u32)> {
    (13..DETAIL).flat_map(|z| {
        let up = ZOOM - z;
        let span = move |at: u32| (at >> up) - 1..=((at + 52) >> up) + 1;
        span(TILE.0).flat_map(move |x| span(TILE.1).map(move |y| (z, x, y)))
    })
}

/// Edits a layer again and again; its overviews, of which only the tiles around each edit are made anew, are
/// those of a layer loaded so, and what does not count as changed is not.
fn overviews_follow(overview: &Overview, rows: u64) {
    let overview = Overview { detail: Some(DETAIL), ..overview.clone() };
    let recipe = recipe_of(&overview);
    let mut random = Random(77);
    let mut rows: BTreeMap<u64, Made> =
        (0..rows).map(|id| (id, somewhere(&mut random, id))).collect();
    let mut edited = layer_by(&recipe, rows.values());
    let (mut remade, mut same) = (0, 0);
    for round in 1..=3 {
        let before = edited.clone();
        let first = random.below(rows.len() as u64);
        let ids: Vec<u64> = (first..first + 3).collect();
        for id in &ids {
            match random.below(3) {
                0 => drop(rows.remove(id)),
                _ => drop(rows.insert(*id, somewhere(&mut random, *id))),
            }
        }
        let now: Vec<&Made> = ids.iter().filter_map(|id| rows.get(id)).collect();
        let boxes = edit_by(&recipe, &mut edited, &ids, builder(now), 2 * round);
        let tiles = edited.features.overviews_of(&boxes, &recipe, usize::MAX).unwrap();
        remade += tiles.len();
        let made = edited.features.remake(&recipe, &tiles).unwrap().expect("not only by folding");
        edited.features.show(made, round);
        edited.features.stamp(Tiles::Overviews, &boxes, 2 * round + 1);

        let loaded = layer_by(&recipe, rows.values());
        for address in overview_tiles() {
            let (z, x, y) = address;
            let now = tile(&edited, address);
            assert!(now == tile(&loaded, address), "{overview:?}, round {round}: {address:?}");
            if edited.changed_last(TileId::new(z, x, y).unwrap()) < 2 * round {
                assert!(now == tile(&before, address), "{address:?} changed");
                same += 1;
            }
        }
    }
    assert!(remade > 0 && same > 0, "{remade} made anew, {same} stayed");
}

#[test]
fn overviews_of_points_lines_and_zones_are_made_anew_around_an_edit() {
    overviews_follow(&Overview { coverage: Some(false), ..Overview::default() }, 3000);
}

#[test]
fn overviews_of_ranked_points_and_of_classes_are_made_anew_around_an_edit() {
    let overview = Overview {
        class: Some(vec!["nom".to_owned(), "\"".to_owned()]),
        rank: Some(Rank { column: "hauteur".to_owned(), descending: true }),
        coverage: Some(false),
        ..Overview::default()
    };
    overviews_follow(&overview, 3000);
}

#[test]
fn the_overview_of_a_coverage_is_made_anew_around_an_edit() {
    let class = Some(vec!["bâti".to_owned()]);
    overviews_follow(&Overview { class, coverage: Some(true), ..Overview::default() }, 3000);
}

#[test]
fn what_a_load_would_decide_otherwise_is_left_to_folding() {
    let mut random = Random(3);
    let point = |random: &mut Random, id: u64, value: u64| {
        let mut made = somewhere(random, id);
        made.values =
            [Value::Int(value as i64), Value::Int(id as i64), Value::Null, Value::Null].to_vec();
        made
    };
    let mut follows = |recipe: &Recipe, before: u64, added: &[u64], value: fn(u64) -> u64| {
        let rows: Vec<Made> = (0..before).map(|id| point(&mut random, id, value(id))).collect();
        let mut edited = layer_by(recipe, &rows);
        let now: Vec<Made> = added.iter().map(|id| point(&mut random, *id, value(*id))).collect();
        let boxes = edit_by(recipe, &mut edited, added, builder(&now), 1);
        let tiles = edited.features.overviews_of(&boxes, recipe, usize::MAX).unwrap();
        edited.features.remake(recipe, &tiles).unwrap().is_some()
    };
    let recipe = recipe_of(&Overview { detail: Some(16), ..Overview::default() });
    assert!(follows(&recipe, 200, &[200], |id| id % 63), "one more of a class");
    assert!(follows(&recipe, 200, &[200], |id| if id < 200 { id % 63 } else { 63 }), "a new class");
    let many = |id| if id < 200 { id % 64 } else { 64 };
    assert!(!follows(&recipe, 200, &[200], many), "so many values that they are no classes");
    let found_out = recipe_of(&Overview::default());
    let added: Vec<u64> = (1950..1999).collect();
    assert!(follows(&found_out, 1950, &added, |_| 1), "still few enough for all zooms in detail");
    let added: Vec<u64> = (1950..2050).collect();
    assert!(!follows(&found_out, 1950, &added, |_| 1), "too many for that");
}
