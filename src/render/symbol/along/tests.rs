//! Texts along lines: promises.

use std::f64::consts::PI;

use super::*;

fn path(line: &[Point], anchor: Point, edge: usize) -> Path {
    Path { line: line.to_vec(), anchor, edge, offset: [0.0; 2] }
}

fn laid(path: &Path, alongs: &[f64]) -> Vec<Stand> {
    match path.lay(alongs, Writing::HorizontalOnly, true) {
        Lie::Glyphs(stands) => stands,
        other => panic!("{other:?}"),
    }
}

#[test]
fn glyphs_follow_the_line_around_its_corner() {
    let bent = path(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]], [8.0, 0.0], 0);
    let stands = laid(&bent, &[-5.0, 5.0]);
    assert_eq!(stands[0].point, [3.0, 0.0]);
    assert_eq!((stands[1].point, stands[1].turn), ([10.0, 3.0], PI / 2.0));
}

#[test]
fn a_text_is_turned_so_that_it_can_be_read_unless_it_need_not() {
    let leftwards = path(&[[10.0, 0.0], [0.0, 0.0]], [5.0, 0.0], 0);
    let stands = laid(&leftwards, &[-2.0, 2.0]);
    assert_eq!([stands[0].point, stands[1].point], [[3.0, 0.0], [7.0, 0.0]]);
    assert!(stands.iter().all(|stand| (stand.turn.sin().abs() < 1e-9) && stand.turn.cos() > 0.0));
    let Lie::Glyphs(stands) = leftwards.lay(&[-2.0, 2.0], Writing::HorizontalOnly, false) else {
        panic!()
    };
    assert_eq!(stands[0].point, [7.0, 0.0]);
}

#[test]
fn a_line_too_short_has_no_room_and_one_that_goes_down_asks_for_the_other() {
    let short = path(&[[0.0, 0.0], [10.0, 0.0]], [5.0, 0.0], 0);
    assert_eq!(short.lay(&[-6.0, 6.0], Writing::HorizontalOnly, true), Lie::NoRoom);
    let down = path(&[[0.0, 0.0], [0.0, 10.0]], [0.0, 5.0], 0);
    assert_eq!(down.lay(&[-2.0, 2.0], Writing::Horizontal, true), Lie::RatherDown);
}

#[test]
fn beside_a_line_glyphs_keep_their_distance_from_it() {
    let mut beside = path(&[[0.0, 0.0], [10.0, 0.0], [10.0, 20.0]], [5.0, 0.0], 0);
    beside.offset = [0.0, -2.0];
    let stands = laid(&beside, &[-3.0, 9.0]);
    assert_eq!(stands[0].point, [2.0, -2.0]);
    assert_eq!(stands[1].point, [12.0, 0.0], "outside of the corner, two away");
}

#[test]
fn circles_cover_a_text_from_end_to_end() {
    let line = path(&[[0.0, 0.0], [100.0, 0.0]], [50.0, 0.0], 0);
    let circles = line.circles([-20.0, 20.0], 4.0, [256.0; 2], 100.0);
    let centres: Vec<f64> = circles
        .iter()
        .map(|shape| match shape {
            Shape::Circle([x, _], _) => *x,
            Shape::Box(_) => f64::NAN,
        })
        .collect();
    assert_eq!((centres[0], centres[centres.len() - 1]), (31.0, 69.0));
    assert!(centres.windows(2).all(|pair| pair[1] - pair[0] <= 10.0));
}
