//! Labels that know no tile: decided in the world, a square of tiles (a metatile) at a time, so that
//! neighbours agree and no label is cut at an edge.
//!
//! What crosses a metatile's border must be decided alike on both sides. So it depends on nothing that
//! is decided elsewhere: it is shown if no candidate of a higher rank touches it, shown or not. Those
//! over corners rank highest, then those over horizontal borders, over vertical ones; within each by
//! layer, by sort key, by place. What lies within is placed then, as on any picture, around those.
//! Labels are smaller than half a tile; so the metatile and the tiles around it know all that has a say.
//! (Rejected: to place labels over a wider picture and cut that. It moves the disagreement
//! outwards, and shows it where pictures of two requests meet.)

use super::collision::Collisions;
use super::placement::{Candidates, Decision, Habits, Placer, Territory};
use crate::render::text::bounds::Bounds;
use crate::render::view::TILE_SIZE;

/// How far around a metatile labels have a say, in pixels of CSS: a tile.
pub const AROUND: f64 = TILE_SIZE;
/// Labels are smaller.
const LARGEST: f64 = AROUND / 2.0;

/// Which borders a label crosses, in the order of rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crossing {
    /// Both, at a corner.
    Corner,
    /// Between a metatile and the one below.
    Horizontal,
    /// Between a metatile and the one beside.
    Vertical,
}

/// Where a label lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lies {
    /// Across borders.
    Across(Crossing),
    /// Across borders, beyond this metatile: it is not seen, but in the way of others.
    Beyond(Crossing),
    /// Within this metatile.
    Within,
    /// Elsewhere; or it is too large.
    Nowhere,
}

/// The symbols of a layer in the metatile and around it.
pub struct LayerOfMetatile<'a> {
    /// How they are placed; the size is the metatile's.
    pub habits: Habits<'a>,
    /// The symbols by tile, in the order in which they are placed.
    pub tiles: Vec<Candidates<'a>>,
}

/// Decides about the symbols of all layers, by layer, tile and number, as long as it is wanted; layers are
/// given in the order in which they are drawn. The metatile's corner is at the origin. What is not seen in
/// it is not shown.
pub fn place(
    layers: &[LayerOfMetatile<'_>],
    side: f64,
    is_wanted: &dyn Fn() -> bool,
) -> Option<Vec<Vec<Vec<Decision>>>> {
    let size = [side; 2];
    // All that cross borders, and those of them that are shown.
    let mut claims = Collisions::new(size, AROUND);
    let mut taken = Collisions::new(size, AROUND);
    let lies: Vec<_> = layers.iter().map(|layer| lies(layer, side, &mut claims)).collect();
    let none = |tile: &Candidates<'_>| vec![Decision::default(); tile.bucket.symbols.len()];
    let mut decisions: Vec<Vec<_>> =
        layers.iter().map(|layer| layer.tiles.iter().map(none).collect()).collect();
    for crossing in [Crossing::Corner, Crossing::Horizontal, Crossing::Vertical] {
        for (number, layer) in layers.iter().enumerate().rev() {
            if !is_wanted() {
                return None;
            }
            let is_asked = |tile: usize, symbol: usize| {
                [Lies::Across(crossing), Lies::Beyond(crossing)]
                    .contains(&lies[number][tile][symbol])
            };
            let placer = Placer::new(layer.habits, &mut claims);
            placer.within(Territory::Across(&mut taken)).place(
                &layer.tiles,
                &mut decisions[number],
                &is_asked,
            );
        }
    }
    for (number, layer) in layers.iter().enumerate().rev() {
        if !is_wanted() {
            return None;
        }
        let is_asked = |tile: usize, symbol: usize| lies[number][tile][symbol] == Lies::Within;
        let placer = Placer::new(layer.habits, &mut taken);
        placer.within(Territory::Within).place(&layer.tiles, &mut decisions[number], &is_asked);
    }
    for (decision, lies) in
        decisions.iter_mut().flatten().flatten().zip(lies.iter().flatten().flatten())
    {
        if matches!(lies, Lies::Beyond(_)) {
            *decision = Decision::default();
        }
    }
    Some(decisions)
}

/// Where the symbols of a layer lie, by tile and number.
fn lies(layer: &LayerOfMetatile<'_>, side: f64, collisions: &mut Collisions) -> Vec<Vec<Lies>> {
    let placer = Placer::new(layer.habits, collisions);
    let of_tile = |tile: &Candidates<'_>| {
        let symbols = tile.bucket.symbols.iter();
        symbols
            .map(|symbol| {
                let footprint = placer.footprint(tile, symbol);
                footprint.map_or(Lies::Nowhere, |footprint| place_of(footprint, side))
            })
            .collect()
    };
    layer.tiles.iter().map(of_tile).collect()
}

fn place_of(footprint: Bounds, side: f64) -> Lies {
    if !(footprint.width() < LARGEST && footprint.height() < LARGEST) {
        return Lies::Nowhere;
    }
    let crosses = |from: f64, to: f64| (from / side).floor() != (to / side).floor();
    let sideways = crosses(footprint.left, footprint.right);
    let crossing = match (sideways, crosses(footprint.top, footprint.bottom)) {
        (true, true) => Crossing::Corner,
        (false, true) => Crossing::Horizontal,
        (true, false) => Crossing::Vertical,
        (false, false) if footprint.lies_within([side; 2]) => return Lies::Within,
        (false, false) => return Lies::Nowhere,
    };
    match footprint.meets([side; 2]) {
        true => Lies::Across(crossing),
        false => Lies::Beyond(crossing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::affine::Affine;
    use crate::render::symbol::bucket::Bucket;
    use crate::render::symbol::label::Label;
    use crate::render::symbol::placement::tests::{bucket, rules, text};
    use crate::style::expression::value::Anchor;

    const SIDE: f64 = AROUND;

    /// Texts of 20 by 20 pixels, thick as leaves, in a tile of a metatile's size: the same ones each
    /// time. Every other may stand on either side of its anchor.
    fn tile(column: i32, row: i32) -> Bucket {
        let mut seed = (column * 31 + row * 17 + 1_000) as u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 16) / 65_536.0 * SIDE
        };
        let label = |number: usize| match number % 2 {
            0 => text(),
            _ => Label {
                sides: vec![(Anchor::Center, [0.0; 2]), (Anchor::Left, [0.0; 2])],
                ..text()
            },
        };
        let labels = (0..600).map(|n| (label(n), [next().floor(), next().floor()], 0.0));
        bucket(labels.collect())
    }

    /// Which labels are seen in a metatile, and where they are in the world.
    fn shown(column: i32, row: i32) -> Vec<([i32; 3], Bounds)> {
        let rules = rules();
        let near: Vec<_> = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (x, y))).collect();
        let buckets: Vec<_> = near.iter().map(|(x, y)| tile(column + x, row + y)).collect();
        let corner = |(x, y): &(i32, i32)| [f64::from(*x) * SIDE, f64::from(*y) * SIDE];
        let maps: Vec<_> = near.iter().map(|at| Affine::translate(corner(at))).collect();
        let tiles = buckets.iter().zip(&maps);
        let layer = LayerOfMetatile {
            habits: Habits {
                rules: &rules,
                text_padding: 0.0,
                group: 0,
                bearing: 0.0,
                size: [SIDE; 2],
                margin: AROUND,
            },
            tiles: tiles.map(|(bucket, to_picture)| Candidates { bucket, to_picture }).collect(),
        };
        let decisions = place(&[layer], SIDE, &|| true).unwrap().remove(0);
        let mut shown = Vec::new();
        for (number, ((x, y), decisions)) in near.iter().zip(&decisions).enumerate() {
            for (symbol, _) in decisions.iter().enumerate().filter(|(_, decision)| decision.text) {
                let [left, top] = buckets[number].symbols[symbol].anchor.point;
                // Those on the left side of their anchor have moved by half their width.
                let left = left + if decisions[symbol].side == Some(1) { 10.0 } else { 0.0 };
                let at = [f64::from(column + x), f64::from(row + y)].map(|corner| corner * SIDE);
                let bounds = text().texts[0].1.bounds.moved([left + at[0], top + at[1]]);
                if reaches(&bounds, column, row) {
                    shown.push(([column + x, row + y, symbol as i32], bounds));
                }
            }
        }
        shown
    }

    fn reaches(bounds: &Bounds, column: i32, row: i32) -> bool {
        let [left, top] = [f64::from(column) * SIDE, f64::from(row) * SIDE];
        bounds.right >= left
            && bounds.left < left + SIDE
            && bounds.bottom >= top
            && bounds.top < top + SIDE
    }

    #[test]
    fn neighbours_agree_about_what_crosses_their_border() {
        let here = shown(0, 0);
        for (column, row) in [(1, 0), (0, 1), (1, 1), (-1, 0), (-1, 1)] {
            let there = shown(column, row);
            let common = |labels: &[([i32; 3], Bounds)]| {
                let both = |bounds: &Bounds| reaches(bounds, 0, 0) && reaches(bounds, column, row);
                let mut names: Vec<_> =
                    labels.iter().filter(|(_, b)| both(b)).map(|(name, _)| *name).collect();
                names.sort_unstable();
                names
            };
            assert_eq!(common(&here), common(&there), "{column} {row}");
        }
        let crosses = |bounds: &Bounds| reaches(bounds, 0, 0) && reaches(bounds, 1, 0);
        assert!(here.iter().any(|(_, bounds)| crosses(bounds)), "some are there to agree about");
    }

    #[test]
    fn no_label_lies_on_another_in_any_of_the_metatiles() {
        let mut all: Vec<_> = shown(0, 0).into_iter().chain(shown(1, 0)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all.dedup_by_key(|(name, _)| *name);
        assert!(all.len() > 30);
        for (i, (_, a)) in all.iter().enumerate() {
            for (_, b) in &all[i + 1..] {
                let apart =
                    a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
                assert!(apart, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_label_larger_than_half_a_metatile_is_not_shown() {
        let wide = Bounds { left: 0.0, top: 0.0, right: SIDE / 2.0, bottom: 1.0 };
        assert_eq!(place_of(wide, SIDE), Lies::Nowhere);
        assert_eq!(place_of(wide.scaled(0.9), SIDE), Lies::Within);
        assert_eq!(
            place_of(wide.scaled(0.9).moved([-1.0, 5.0]), SIDE),
            Lies::Across(Crossing::Vertical)
        );
    }
}
