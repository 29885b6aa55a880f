//! An outline → a glyph as MapLibre draws text: a signed distance field, 24 pixels to the em.
//!
//! Numbers and conventions are those of node-fontnik, which MapLibre's shaders and its layout are
//! made for: 3 pixels around the glyph's box, distances up to 8 pixels, a quarter of the values for
//! what lies inside, metrics in whole pixels, `top` counted from the font's ascender. Two things
//! differ: advances are rounded where fontnik cuts them off (words came out a fiftieth of an em too
//! tight), and a point is inside by the nonzero rule, as font rasterisers have it, because contours
//! of one glyph may overlap.
//!
//! Source: <https://github.com/mapbox/sdf-glyph-foundry>

use skrifa::outline::OutlinePen;

use crate::wire::protobuf::{put_bytes, put_number, zigzag};

/// Pixels to the em.
pub const SIZE: f32 = 24.0;
/// Pixels around the glyph's box.
const BUFFER: usize = 3;
/// The farthest distance told apart, in pixels.
const RADIUS: f32 = 8.0;
/// The share of values for what lies inside.
const CUTOFF: f32 = 0.25;
/// Larger boxes (in pixels) are no glyphs but faults of a font: a character is some 30 high.
const LARGEST: f32 = 256.0;

/// Collects an outline as closed rings of short straight lines.
#[derive(Debug, Default)]
pub struct Outline {
    rings: Vec<Vec<[f32; 2]>>,
}

/// How far the chords of a curve may lie from it, in pixels: half of what 8-bit distances tell apart.
const DEVIATION: f32 = 1.0 / 64.0;

impl Outline {
    fn last(&self) -> [f32; 2] {
        self.rings.last().and_then(|ring| ring.last()).copied().unwrap_or_default()
    }

    fn add(&mut self, point: [f32; 2]) {
        if let Some(ring) = self.rings.last_mut() {
            ring.push(point);
        }
    }

    /// Adds a curve as chords, its end included. A chord over 1/n of a curve lies within an eighth
    /// of n⁻² of its second derivative, of which `bend` is the most.
    fn curve(&mut self, at: impl Fn(f32) -> [f32; 2], bend: f32) {
        let steps = (bend / (8.0 * DEVIATION)).sqrt().ceil().clamp(1.0, 64.0) as u32;
        for step in 1..=steps {
            self.add(at(step as f32 / steps as f32));
        }
    }
}

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.rings.push(vec![[x, y]]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add([x, y]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (a, b, c) = (self.last(), [cx, cy], [x, y]);
        let at = |t: f32| mix(mix(a, b, t), mix(b, c, t), t);
        self.curve(at, 2.0 * bend(a, b, c));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (a, b, c, d) = (self.last(), [cx0, cy0], [cx1, cy1], [x, y]);
        let at = |t: f32| {
            let (ab, bc, cd) = (mix(a, b, t), mix(b, c, t), mix(c, d, t));
            mix(mix(ab, bc, t), mix(bc, cd, t), t)
        };
        self.curve(at, 6.0 * bend(a, b, c).max(bend(b, c, d)));
    }

    fn close(&mut self) {
        if let Some(&[start, ..]) = self.rings.last().map(Vec::as_slice) {
            self.add(start);
        }
    }
}

fn mix(a: [f32; 2], b: [f32; 2], t: f32) -> [f32; 2] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// How far three control points are from lying evenly on a straight line.
fn bend(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> f32 {
    (a[0] - 2.0 * b[0] + c[0]).hypot(a[1] - 2.0 * b[1] + c[1])
}

/// The glyph of a character as a message of the glyph format: its outline in pixels with y
/// upwards, its advance and the font's ascender in pixels.
///
/// Source: <https://github.com/mapbox/node-fontnik/blob/master/proto/glyphs.proto>
pub fn encode(character: u32, outline: &Outline, advance: f32, ascender: f32) -> Vec<u8> {
    let mut message = Vec::new();
    put_number(1, u64::from(character), &mut message);
    let frame = Frame::around(outline).unwrap_or_default();
    if frame.width > 0 {
        put_bytes(2, &distances(outline, &frame), &mut message);
    }
    put_number(3, frame.width as u64, &mut message);
    put_number(4, frame.height as u64, &mut message);
    put_number(5, zigzag(frame.left as i64), &mut message);
    let top = if frame.width > 0 { frame.top - ascender } else { 0.0 };
    put_number(6, zigzag(top as i64), &mut message);
    put_number(7, advance.round().max(0.0) as u64, &mut message);
    message
}

/// The box of an outline in whole pixels.
#[derive(Default)]
struct Frame {
    left: f32,
    top: f32,
    width: usize,
    height: usize,
}

impl Frame {
    /// None for what covers no pixel.
    fn around(outline: &Outline) -> Option<Frame> {
        let points = || outline.rings.iter().flatten();
        let least = |axis: usize| points().map(|p| p[axis]).fold(f32::INFINITY, f32::min).round();
        let most = |axis: usize| points().map(|p| p[axis]).fold(-f32::INFINITY, f32::max).round();
        let (left, right, bottom, top) = (least(0), most(0), least(1), most(1));
        let (width, height) = (right - left, top - bottom);
        let fits = |side: f32| (1.0..=LARGEST).contains(&side);
        (fits(width) && fits(height)).then_some(Frame {
            left,
            top,
            width: width as usize,
            height: height as usize,
        })
    }
}

/// The distance field, row by row from the top.
///
/// Edge by edge, not pixel by pixel: an edge reaches the pixels around it only, and a row of them is
/// worked out at once (four times as fast; a range of 256 glyphs is on the way to the first map).
fn distances(outline: &Outline, frame: &Frame) -> Vec<u8> {
    let (columns, rows) = (frame.width + 2 * BUFFER, frame.height + 2 * BUFFER);
    let mut nearest = vec![RADIUS * RADIUS; columns * rows];
    let mut windings = vec![0i32; columns * rows];
    let centre_x = |column: usize| frame.left + column as f32 - BUFFER as f32 + 0.5;
    let centre_y = |row: usize| frame.top - (row as f32 - BUFFER as f32 + 0.5);
    let centres: Vec<f32> = (0..columns).map(centre_x).collect();
    for edge in outline.rings.iter().flat_map(|ring| ring.windows(2)) {
        let (a, b) = (edge[0], edge[1]);
        for row in 0..rows {
            let y = centre_y(row);
            let row = row * columns..(row + 1) * columns;
            if (a[1].min(b[1]) - RADIUS..=a[1].max(b[1]) + RADIUS).contains(&y) {
                let row = nearest[row.clone()].iter_mut().zip(&centres);
                row.for_each(|(nearest, x)| {
                    *nearest = nearest.min(squared_distance([*x, y], a, b))
                });
            }
            if (a[1] <= y) != (b[1] <= y) {
                let row = windings[row].iter_mut().zip(&centres);
                row.for_each(|(winding, x)| *winding += crossing([*x, y], a, b));
            }
        }
    }
    nearest.into_iter().zip(windings).map(|(nearest, winding)| value(nearest, winding)).collect()
}

/// What an edge that crosses the row of a point adds to how often the outline goes around it.
fn crossing(point: [f32; 2], a: [f32; 2], b: [f32; 2]) -> i32 {
    let left_of = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
    i32::from(b[1] > a[1] && left_of > 0.0) - i32::from(b[1] < a[1] && left_of < 0.0)
}

fn value(nearest: f32, winding: i32) -> u8 {
    let outside = nearest.sqrt() / RADIUS;
    let signed = if winding == 0 { outside } else { -outside };
    // A cast keeps within 0 to 255.
    255 - ((signed + CUTOFF) * 256.0) as u8
}

/// The square of the distance of a point to a straight line between two others.
fn squared_distance(point: [f32; 2], a: [f32; 2], b: [f32; 2]) -> f32 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    // An edge without length: its start is the nearest, whatever is divided by.
    let length = (dx * dx + dy * dy).max(f32::MIN_POSITIVE);
    let along = (point[0] - a[0]) * dx + (point[1] - a[1]) * dy;
    let t = (along / length).clamp(0.0, 1.0);
    let (x, y) = (point[0] - a[0] - t * dx, point[1] - a[1] - t * dy);
    x * x + y * y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(outline: &mut Outline, from: f32, to: f32, clockwise: bool) {
        let mut corners = [[from, from], [to, from], [to, to], [from, to]];
        if clockwise {
            corners.reverse();
        }
        outline.move_to(corners[0][0], corners[0][1]);
        corners[1..].iter().for_each(|[x, y]| outline.line_to(*x, *y));
        outline.close();
    }

    fn field(outline: &Outline) -> (Vec<u8>, usize) {
        let frame = Frame::around(outline).unwrap();
        (distances(outline, &frame), frame.width + 2 * BUFFER)
    }

    #[test]
    fn the_edge_of_a_glyph_is_where_three_quarters_of_the_values_end() {
        let mut outline = Outline::default();
        square(&mut outline, 0.0, 16.0, false);
        let (field, columns) = field(&outline);
        assert_eq!(field.len(), 22 * 22);
        let row = &field[11 * columns..12 * columns];
        // Half a pixel outside, half a pixel inside.
        assert_eq!((row[2], row[3]), (255 - 80, 255 - 48));
        assert_eq!(row[11], 255, "the middle, deeper than the field tells apart");
    }

    #[test]
    fn a_hole_is_outside_and_an_overlap_is_inside() {
        let at_the_middle = |clockwise| {
            let mut outline = Outline::default();
            square(&mut outline, 0.0, 18.0, false);
            square(&mut outline, 6.0, 12.0, clockwise);
            let (field, columns) = field(&outline);
            field[12 * columns + 12]
        };
        assert!(at_the_middle(true) < 192);
        assert!(at_the_middle(false) > 192);
    }

    #[test]
    fn an_outline_without_area_or_of_impossible_size_has_no_field() {
        assert!(Frame::around(&Outline::default()).is_none());
        for side in [0.2, 1e9, f32::NAN, f32::INFINITY] {
            let mut outline = Outline::default();
            square(&mut outline, 0.0, side, false);
            assert!(Frame::around(&outline).is_none(), "{side}");
        }
    }
}
