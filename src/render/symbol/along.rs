//! Texts that follow a line: where on it each glyph stands and how it is turned, which way the text
//! runs so that it can be read, and the circles that it covers. Units are pixels of CSS.

use super::anchors::distance;
use super::collision::Shape;
use super::cut::{self, Point};

/// A line, and the anchor of a text on it.
#[derive(Clone, Debug)]
pub struct Path {
    /// The line.
    pub line: Vec<Point>,
    /// The anchor.
    pub anchor: Point,
    /// The edge that the anchor is on.
    pub edge: usize,
    /// How far the text stands from the anchor: along the line, and to its right.
    pub offset: Point,
}

/// A glyph on its line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stand {
    /// Where.
    pub point: Point,
    /// Turned clockwise, in radians.
    pub turn: f64,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// Horizontally, and there is none that goes down.
    HorizontalOnly,
    /// Horizontally, and there is one that goes down.
    Horizontal,
    /// Downwards.
    Down,
}

/// How a text lies on its line.
#[derive(Clone, Debug, PartialEq)]
pub enum Lie {
    /// So.
    Glyphs(Vec<Stand>),
    /// The line goes rather down: the text that is written so is drawn.
    RatherDown,
    /// It does not fit.
    NoRoom,
}

impl Path {
    /// Puts glyphs that are so far from the anchor onto the line, the first and the last being the
    /// outermost.
    pub fn lay(&self, alongs: &[f64], writing: Writing, keep_upright: bool) -> Lie {
        let Some((first, last)) = alongs.first().zip(alongs.last()) else { return Lie::NoRoom };
        let ends = if alongs.len() > 1 {
            let ends = self.stand(*first, false).zip(self.stand(*last, false));
            let Some((first, last)) = ends else { return Lie::NoRoom };
            [first.0.point, last.0.point]
        } else {
            let Some(next) = self.line.get(self.edge + 1) else { return Lie::NoRoom };
            [self.anchor, *next]
        };
        let mut flips = false;
        if keep_upright {
            let [dx, dy] = [ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]];
            if writing == Writing::Horizontal && dy.abs() > dx.abs() {
                return Lie::RatherDown;
            }
            flips = if writing == Writing::Down { dy < 0.0 } else { dx < 0.0 };
        }
        let stands: Option<Vec<Stand>> =
            alongs.iter().map(|along| Some(self.stand(*along, flips)?.0)).collect();
        stands.map_or(Lie::NoRoom, Lie::Glyphs)
    }

    /// The circles that a text covers whose glyphs reach so far, on a picture or its margin; none
    /// where it does not fit.
    pub fn circles(
        &self,
        [first, last]: [f64; 2],
        radius: f64,
        size: Point,
        margin: f64,
    ) -> Vec<Shape> {
        let Some((first, last)) = self.stand(first, false).zip(self.stand(last, false)) else {
            return Vec::new();
        };
        let mut walked: Vec<Point> = first.1.into_iter().skip(1).rev().collect();
        walked.extend(last.1.into_iter().skip(1));
        let (least, most) = ([-margin; 2], size.map(|side| side + margin));
        let is_within =
            |p: &Point| (0..2).all(|axis| (least[axis]..=most[axis]).contains(&p[axis]));
        let parts = match walked.iter().all(is_within) {
            true => vec![walked],
            false => cut::line(&walked, least, most),
        };
        parts.iter().flat_map(|part| circles_over(part, radius)).collect()
    }

    /// Where a glyph stands, and the way to it from the anchor.
    fn stand(&self, along: f64, flips: bool) -> Option<(Stand, Vec<Point>)> {
        let along = if flips { along - self.offset[0] } else { along + self.offset[0] };
        let forwards = (along > 0.0) != flips;
        let mut turn = if flips { std::f64::consts::PI } else { 0.0 };
        if !forwards {
            turn += std::f64::consts::PI;
        }
        let target = along.abs();
        let aside = self.offset[1] * if forwards { 1.0 } else { -1.0 };
        let mut vertices = Vertices::new(self, forwards);
        let (mut from, mut to) = (self.anchor, self.anchor);
        // The same, moved aside; and how far it is from the anchor to its start, and its length.
        let (mut start, mut end): (Option<Point>, Option<Point>) = (None, None);
        let (mut passed, mut length) = (0.0, 0.0);
        let mut way = Vec::new();
        while passed + length <= target {
            let next = vertices.next()?;
            passed += length;
            from = to;
            to = next;
            if aside == 0.0 {
                way.push(from);
                (start, end) = (Some(from), Some(to));
            } else {
                let edge =
                    if to == from { [to, vertices.peek().unwrap_or(to)] } else { [from, to] };
                let normal = normal(edge[0], edge[1], aside);
                let begins = end.unwrap_or(add(from, normal));
                let after = vertices.peek();
                end = Some(turning_point(begins, [from, to], normal, after, aside));
                start = Some(begins);
                way.push(begins);
            }
            length = distance(start?, end?);
        }
        let (start, end) = start.zip(end)?;
        let share = (target - passed) / length;
        let point: Point =
            std::array::from_fn(|axis| start[axis] + (end[axis] - start[axis]) * share);
        way.push(point);
        turn += (to[1] - from[1]).atan2(to[0] - from[0]);
        Some((Stand { point, turn }, way))
    }
}

/// The vertices of a line from an anchor on, one way.
struct Vertices<'a> {
    line: &'a [Point],
    /// The next one, if there is one.
    at: Option<usize>,
    forwards: bool,
}

impl<'a> Vertices<'a> {
    fn new(path: &'a Path, forwards: bool) -> Vertices<'a> {
        let at = if forwards { path.edge + 1 } else { path.edge };
        Vertices { line: &path.line, at: Some(at), forwards }
    }

    fn peek(&self) -> Option<Point> {
        self.line.get(self.at?).copied()
    }

    fn next(&mut self) -> Option<Point> {
        let point = self.peek()?;
        let at = self.at?;
        self.at = if self.forwards { Some(at + 1) } else { at.checked_sub(1) };
        Some(point)
    }
}

fn add(a: Point, b: Point) -> Point {
    [a[0] + b[0], a[1] + b[1]]
}

/// Across an edge, so long.
fn normal(from: Point, to: Point, length: f64) -> Point {
    let edge = [to[0] - from[0], to[1] - from[1]];
    let whole = edge[0].hypot(edge[1]);
    if whole == 0.0 {
        return [0.0; 2];
    }
    [-edge[1] / whole * length, edge[0] / whole * length]
}

/// Where the edge that is moved aside meets the next one that is.
fn turning_point(
    start: Point,
    [from, to]: [Point; 2],
    aside: Point,
    next: Option<Point>,
    by: f64,
) -> Point {
    let end = add(to, aside);
    let Some(next) = next else { return end };
    let there = [next[0] - to[0], next[1] - to[1]];
    let here = [to[0] - from[0], to[1] - from[1]];
    let cross = here[0] * there[1] - here[1] * there[0];
    let doubles_back = cross.abs() < 1e-9 && here[0] * there[0] + here[1] * there[1] < 0.0;
    if doubles_back {
        return end;
    }
    let normal = normal(to, next, by);
    meeting(start, end, add(to, normal), add(next, normal)).unwrap_or(end)
}

/// Where two straight lines meet, each through two points.
fn meeting(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (ab, cd) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let cross = cd[1] * ab[0] - cd[0] * ab[1];
    if cross == 0.0 {
        return None;
    }
    let share = (cd[0] * (a[1] - c[1]) - cd[1] * (a[0] - c[0])) / cross;
    Some([a[0] + share * ab[0], a[1] + share * ab[1]])
}

/// Circles that cover a line of that width: a little more than a diameter apart, and not quite to
/// its ends.
fn circles_over(line: &[Point], radius: f64) -> Vec<Shape> {
    let lengths: Vec<f64> = line.windows(2).map(|edge| distance(edge[0], edge[1])).collect();
    let length: f64 = lengths.iter().sum();
    let Some(first) = line.first() else { return Vec::new() };
    let padding = f64::min(radius * 0.25, length * 0.5);
    let within = length - padding * 2.0;
    let count = if length <= 0.5 * radius {
        1
    } else {
        // Bounded: a line is not longer than the picture is wide, many times folded.
        (within / (radius * 2.5)).ceil().clamp(0.0, 10_000.0) as usize + 1
    };
    let mut edge = 0;
    let mut passed = 0.0;
    let circle = |i: usize| {
        let target = padding + within * (i as f64 / (count.max(2) - 1) as f64);
        while edge + 1 < lengths.len() && passed + lengths[edge] < target {
            passed += lengths[edge];
            edge += 1;
        }
        let Some(length) = lengths.get(edge) else { return Shape::Circle(*first, radius) };
        let share = if *length > 0.0 { (target - passed) / length } else { 0.0 };
        let (from, to) = (line[edge], line[edge + 1]);
        let centre = std::array::from_fn(|axis| from[axis] + (to[axis] - from[axis]) * share);
        Shape::Circle(centre, radius)
    };
    (0..count).map(circle).collect()
}

#[cfg(test)]
mod tests;
