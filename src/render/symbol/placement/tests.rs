//! Which symbols are shown: promises.

use std::sync::Arc;

use super::*;
use crate::render::symbol::anchors::Anchor;
use crate::render::symbol::collision::MARGIN;
use crate::render::symbol::label::{Sign, Text};
use crate::style::expression::value::Anchor as Side;
use crate::style::layer::choice::{Justify, Placement, TextFit};

fn part(overlap: Overlap) -> Part {
    Part {
        follows_line: false,
        turns_with_line: false,
        turns_with_map: false,
        lies_on_map: false,
        keep_upright: true,
        overlap,
        is_ignored: false,
        is_optional: false,
        translate: [0.0; 2],
    }
}

pub(in crate::render::symbol) fn rules() -> Rules {
    Rules {
        placement: Placement::Point,
        text: part(Overlap::Never),
        icon: part(Overlap::Never),
        fit: TextFit::None,
        order: Order::AsTheyCome,
        may_overlap: false,
        directions: vec![WritingMode::Horizontal],
        is_variable: false,
    }
}

fn square(half: f64) -> Bounds {
    Bounds { left: -half, top: -half, right: half, bottom: half }
}

/// A text of 20 by 20 pixels.
pub(in crate::render::symbol) fn text() -> Label {
    let text = Text {
        quads: Vec::new(),
        bounds: square(10.0),
        space: Some(square(10.0)),
        has_images: false,
        is_one_line: true,
    };
    Label { texts: vec![(Justify::Center, text)], text_size: [24.0; 2], ..Label::default() }
}

/// The same, and an icon of 40 by 40 around it.
fn with_icon() -> Label {
    let sign = Sign { quads: Vec::new(), width: 40.0, space: square(20.0) };
    Label { icon: Some(sign), ..text() }
}

/// Labels at points, with their sort keys.
pub(in crate::render::symbol) fn bucket(labels: Vec<(Label, Point, f64)>) -> Bucket {
    let has_icons = labels.iter().any(|(label, ..)| label.icon.is_some());
    let symbol = |(number, (label, point, key)): (usize, (Label, Point, f64))| Symbol {
        label: Arc::new(label),
        anchor: Anchor { point, edge: None },
        line: Arc::default(),
        number,
        feature: number,
        key,
    };
    Bucket {
        symbols: labels.into_iter().enumerate().map(symbol).collect(),
        has_texts: true,
        has_icons,
    }
}

fn placed(rules: &Rules, buckets: &[Bucket]) -> Vec<Vec<Decision>> {
    let to_picture = Affine::scale([1.0; 2]);
    let tiles: Vec<_> =
        buckets.iter().map(|bucket| Candidates { bucket, to_picture: &to_picture }).collect();
    let size = [256.0; 2];
    let habits = Habits { rules, text_padding: 0.0, group: 0, bearing: 0.0, size, margin: MARGIN };
    let mut collisions = Collisions::new(size, MARGIN);
    let mut placer = Placer::new(habits, &mut collisions);
    let mut decisions: Vec<_> =
        buckets.iter().map(|bucket| vec![Decision::default(); bucket.symbols.len()]).collect();
    placer.place(&tiles, &mut decisions, &|_, _| true);
    decisions
}

fn texts(decisions: &[Decision]) -> Vec<bool> {
    decisions.iter().map(|decision| decision.text).collect()
}

#[test]
fn the_first_at_a_place_stays() {
    let at = |x: f64| (text(), [x, 50.0], 0.0);
    let decisions = placed(&rules(), &[bucket(vec![at(50.0), at(60.0), at(71.0)])]);
    assert_eq!(texts(&decisions[0]), [true, false, true]);
}

#[test]
fn sort_keys_count_across_tiles() {
    let at = |key| bucket(vec![(text(), [50.0, 50.0], key)]);
    let rules = Rules { order: Order::ByKey, ..rules() };
    let decisions = placed(&rules, &[at(2.0), at(1.0)]);
    assert_eq!([texts(&decisions[0]), texts(&decisions[1])], [[false], [true]]);
}

#[test]
fn a_text_and_its_icon_stand_together_unless_one_is_optional() {
    let symbols = || vec![(text(), [50.0, 50.0], 0.0), (with_icon(), [75.0, 50.0], 0.0)];
    // The icon has no room, the text has.
    let decisions = placed(&rules(), &[bucket(symbols())]);
    assert_eq!((decisions[0][1].text, decisions[0][1].icon), (false, false));
    let mut rules = rules();
    rules.icon.is_optional = true;
    let decisions = placed(&rules, &[bucket(symbols())]);
    assert_eq!((decisions[0][1].text, decisions[0][1].icon), (true, false));
}

#[test]
fn a_text_stands_on_the_first_side_where_there_is_room() {
    let sides = vec![(Side::Left, [0.0; 2]), (Side::Right, [0.0; 2])];
    let tried = Label { sides, ..text() };
    let symbols = vec![(text(), [65.0, 50.0], 0.0), (tried, [50.0, 50.0], 0.0)];
    let decisions = placed(&rules(), &[bucket(symbols)]);
    assert_eq!((decisions[0][1].text, decisions[0][1].side), (true, Some(1)));
}

#[test]
fn what_is_ignored_takes_no_room() {
    let mut rules = rules();
    rules.text.is_ignored = true;
    let symbols = vec![(text(), [50.0; 2], 0.0), (text(), [50.0; 2], 0.0)];
    assert_eq!(texts(&placed(&rules, &[bucket(symbols)])[0]), [true, true]);
}

#[test]
fn what_may_lie_anywhere_is_shown_beyond_the_margin_too() {
    let mut rules = rules();
    let far = || vec![bucket(vec![(text(), [5_000.0; 2], 0.0)])];
    assert_eq!(texts(&placed(&rules, &far())[0]), [false]);
    rules.text.overlap = Overlap::Always;
    assert_eq!(texts(&placed(&rules, &far())[0]), [true]);
}
