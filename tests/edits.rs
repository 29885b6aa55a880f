//! Promise: an edited layer is what a layer loaded so would be: the same tiles byte for byte, the same
//! number and sum of features, whatever the history; and only tiles under an edit count as changed.

#[path = "support/made.rs"]
mod made;

use std::collections::{BTreeMap, BTreeSet};

use made::{Made, Random, TILE, ZOOM, builder, feature, layer, recipe, tile};
use tuilerie::geo::tile::TileId;
use tuilerie::geo::world::WorldBox;
use tuilerie::store::builder::SegmentBuilder;
use tuilerie::store::snapshot::ReadyLayer;

/// Applies an edit: those of `ids` are what `now` says.
fn edit(ready: &mut ReadyLayer, ids: &[u64], now: SegmentBuilder, number: u64) -> Vec<WorldBox> {
    let (mut features, change) = ready.features.replaced(ids, now, &recipe(), 1).unwrap();
    features.stamp(&change.boxes, number);
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
