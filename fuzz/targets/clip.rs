//! Lines and rings cut to a box: nothing is left outside, vertices inside stay, the area is that of
//! `i_overlay`'s intersection but for rounding, an edge is cut at one place whoever has it, in
//! whichever direction, whether a simple ring meets itself then is seen at the edges that were cut, and of a line
//! nothing is lost with the vertices that lie amid others beyond one side.
#![no_main]

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::simplify::Simplify;
use i_overlay::i_float::int::point::IntPoint;
use libfuzzer_sys::fuzz_target;
use tuilerie::geo::clip::{ClipBox, PartClipper, WidePoint, clip_line};
use tuilerie::geo::grid::{GridParts, GridPoint};
use tuilerie::geo::rings::RingSweep;
use tuilerie_fuzz::choices::Choices;
use tuilerie_fuzz::seed;

fuzz_target!(init: seed("clip", seeds()), |bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let buffer = i64::from(choices.byte()) * 4;
    let clip = ClipBox { min: -buffer, max: 4096 + buffer };
    // Near the box, or as far as a feature at z20 may reach.
    let scale = choices.byte() % 18;
    let mut path: Vec<WidePoint> = Vec::new();
    while !choices.is_empty() && path.len() < 64 {
        let mut ordinate = || i64::from(choices.short() as i16) << scale >> 2;
        path.push((ordinate(), ordinate()));
    }
    path.dedup();
    check_line(&path, clip);
    while path.len() > 1 && path.first() == path.last() {
        path.pop();
    }
    if path.len() > 2 {
        check_ring(&path, clip);
    }
});

fn check_line(path: &[WidePoint], clip: ClipBox) {
    let found = clip_whole_line(path, clip);
    let (mut clipper, mut out) = (PartClipper::default(), GridParts::default());
    path.iter().for_each(|point| clipper.push(*point, clip));
    clipper.end_line(clip, &mut out);
    assert_eq!(lines(&out), found, "without what is amid others: {path:?} in {clip:?}");
    let inside = |p: &WidePoint| {
        (clip.min + 1..clip.max).contains(&p.0) && (clip.min + 1..clip.max).contains(&p.1)
    };
    for part in &found {
        assert!(part.len() > 1 && part.iter().all(|p| clip.contains(*p)), "{part:?}");
    }
    // What touches the border alone may go; a path that comes back to a vertex there and then says
    // it twice.
    let mut kept: Vec<_> = found.iter().flatten().copied().filter(inside).collect();
    let mut expected: Vec<_> = path.iter().copied().filter(inside).collect();
    kept.dedup();
    expected.dedup();
    assert!(path.len() < 2 || kept == expected, "{path:?} in {clip:?}: {found:?}");
    for pair in path.windows(2) {
        let mut back = clip_whole_line(&[pair[1], pair[0]], clip);
        back.iter_mut().for_each(|part| part.reverse());
        assert_eq!(clip_whole_line(pair, clip), back, "{pair:?} and back, in {clip:?}");
    }
}

/// Of a ring that is simple as a whole, the edges that clipping made tell as much as all do.
fn check_whether_it_meets_itself(ring: &[WidePoint], clipped: &[WidePoint], clip: ClipBox) {
    let [whole, clipped] = [ring, clipped].map(|ring| {
        let mut parts = GridParts::default();
        ring.iter().for_each(|(x, y)| parts.push(GridPoint { x: *x as i32, y: *y as i32 }));
        parts.finish_ring();
        parts
    });
    let mut sweep = RingSweep::default();
    if !sweep.rings_meet(&whole) {
        assert_eq!(
            sweep.clipped_rings_meet(&clipped, clip),
            sweep.rings_meet(&clipped),
            "{ring:?} in {clip:?}"
        );
    }
}

fn clip_whole_line(path: &[WidePoint], clip: ClipBox) -> Vec<Vec<WidePoint>> {
    let mut out = GridParts::default();
    clip_line(path, clip, &mut out);
    lines(&out)
}

fn lines(parts: &GridParts) -> Vec<Vec<WidePoint>> {
    parts.parts().map(|part| part.iter().map(|p| (p.x.into(), p.y.into())).collect()).collect()
}

fn check_ring(ring: &[WidePoint], clip: ClipBox) {
    let (mut clipper, mut out) = (PartClipper::default(), GridParts::default());
    ring.iter().for_each(|point| clipper.push(*point, clip));
    clipper.end_ring(clip, &mut out);
    let points: Vec<WidePoint> = {
        out.finish_point();
        out.points().iter().map(|p| (p.x.into(), p.y.into())).collect()
    };
    assert!(points.iter().all(|p| clip.contains(*p)), "{points:?} in {clip:?}");
    for (i, from) in ring.iter().enumerate() {
        let edge = [*from, ring[(i + 1) % ring.len()]];
        for end in clip_whole_line(&edge, clip).iter().flatten() {
            assert!(points.contains(end), "{edge:?} is cut at {end:?}, {ring:?} is not");
        }
    }
    // `i_overlay` has 32 bits, and needs some of them.
    if ring.iter().any(|(x, y)| x.abs().max(y.abs()) > 1 << 28) {
        return;
    }
    check_whether_it_meets_itself(ring, &points, clip);
    let wide = |ring: &[WidePoint]| -> Vec<IntPoint<i32>> {
        ring.iter().map(|(x, y)| IntPoint::new(*x as i32, *y as i32)).collect()
    };
    let (low, high) = (clip.min, clip.max);
    let frame = wide(&[(low, low), (high, low), (high, high), (low, high)]);
    let options = IntOverlayOptions::ogc();
    let subject = wide(ring);
    let expected = Overlay::from_subj_and_clip_custom(
        std::slice::from_ref(&subject),
        std::slice::from_ref(&frame),
        options,
        Default::default(),
    )
    .overlay(OverlayRule::Intersect, FillRule::NonZero);
    let found = wide(&points).simplify(FillRule::NonZero, options);
    // Each edge is half a unit off at either cut, and off by as much in the oracle.
    let allowed = 4 * ring.len() as i64 * (high - low);
    let (expected, found) = (doubled(&expected), doubled(&found));
    assert!((expected - found).abs() <= allowed, "{found} for {expected}: {ring:?} in {clip:?}");
}

fn doubled(shapes: &[Vec<Vec<IntPoint<i32>>>]) -> i64 {
    let area = |ring: &Vec<IntPoint<i32>>| {
        let ring: Vec<_> = ring.iter().map(|p| GridPoint { x: p.x, y: p.y }).collect();
        tuilerie::geo::grid::doubled_area(&ring)
    };
    shapes.iter().flatten().map(area).sum()
}

fn seeds() -> Vec<Vec<u8>> {
    let path = |buffer: u8, scale: u8, points: &[(i16, i16)]| {
        let ordinates = points.iter().flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()]);
        [vec![buffer, scale], ordinates.flatten().collect()].concat()
    };
    vec![
        path(16, 2, &[(-500, -500), (5000, -300), (4500, 5000), (-700, 4800)]),
        path(16, 4, &[(-500, 100), (2000, 3000), (200, -100), (900, 900), (-90, 50)]),
        path(0, 2, &[(0, 0), (4096, 0), (4096, 4096), (0, 4096)]),
        path(1, 17, &[(-30_000, -20_000), (30_000, 10_000), (-5, 32_000)]),
    ]
}
