//! Geometry cut to a range of an axis, as geojson-vt cuts it: lines into pieces that know where on the
//! line they lie, rings along the border.

use crate::style::expression::GeometryType;

/// A vertex, and how far off a line without it would lie, squared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// Where it is.
    pub at: [f64; 2],
    /// That distance.
    pub importance: f64,
}

/// A line or a ring.
#[derive(Clone, Debug, Default)]
pub struct Path {
    pub vertices: Vec<Vertex>,
    /// The length of the whole line, or the area of the whole ring.
    pub size: f64,
    /// Where along the whole line it begins and ends.
    pub from: f64,
    pub to: f64,
}

/// A geometry.
#[derive(Clone, Debug)]
pub enum Shape {
    Points(Vec<[f64; 2]>),
    Lines(Vec<Path>),
    Polygons(Vec<Vec<Path>>),
}

impl Shape {
    pub fn kind(&self) -> GeometryType {
        match self {
            Shape::Points(_) => GeometryType::Point,
            Shape::Lines(_) => GeometryType::LineString,
            Shape::Polygons(_) => GeometryType::Polygon,
        }
    }
}

/// What lies in a range of an axis; none where nothing does.
pub fn clip(shape: &Shape, axis: usize, range: [f64; 2]) -> Option<Shape> {
    let is_in = |at: &[f64; 2]| (range[0]..=range[1]).contains(&at[axis]);
    match shape {
        Shape::Points(points) => {
            let kept: Vec<_> = points.iter().copied().filter(is_in).collect();
            (!kept.is_empty()).then_some(Shape::Points(kept))
        }
        Shape::Lines(lines) => {
            let mut kept = Vec::new();
            lines.iter().for_each(|line| clip_line(line, axis, range, &mut kept));
            (!kept.is_empty()).then_some(Shape::Lines(kept))
        }
        Shape::Polygons(polygons) => {
            let polygon = |rings: &Vec<Path>| {
                let rings = rings.iter().map(|ring| clip_ring(ring, axis, range));
                let rings: Vec<Path> = rings.filter(|ring| ring.vertices.len() > 2).collect();
                (!rings.is_empty()).then_some(rings)
            };
            let kept: Vec<_> = polygons.iter().filter_map(polygon).collect();
            (!kept.is_empty()).then_some(Shape::Polygons(kept))
        }
    }
}

/// Where an edge meets a border: a vertex that every zoom needs.
fn crossing(a: [f64; 2], b: [f64; 2], axis: usize, at: f64) -> (Vertex, f64) {
    let share = (at - a[axis]) / (b[axis] - a[axis]);
    let mut point = [0.0; 2];
    point[axis] = at;
    point[1 - axis] = a[1 - axis] + (b[1 - axis] - a[1 - axis]) * share;
    (Vertex { at: point, importance: 1.0 }, share)
}

fn clip_line(line: &Path, axis: usize, [least, most]: [f64; 2], out: &mut Vec<Path>) {
    let piece = |from: f64| Path { vertices: Vec::new(), size: line.size, from, to: from };
    let mut open = piece(line.from);
    let mut finish = |open: &mut Path, next: f64| {
        if open.vertices.len() > 1 {
            out.push(std::mem::replace(open, piece(next)));
        } else {
            *open = piece(next);
        }
    };
    let mut travelled = line.from;
    for pair in line.vertices.windows(2) {
        let (a, b) = (pair[0].at, pair[1].at);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let is_in = |at: f64| (least..=most).contains(&at);
        if is_in(a[axis]) {
            if open.vertices.is_empty() {
                open.from = travelled;
            }
            open.vertices.push(pair[0]);
        }
        // The borders that the edge crosses, in its direction.
        let mut borders = [least, most];
        if a[axis] > b[axis] {
            borders.reverse();
        }
        for border in borders {
            let crosses =
                (a[axis] < border) != (b[axis] < border) && a[axis] != border && b[axis] != border;
            if !crosses {
                continue;
            }
            let (vertex, share) = crossing(a, b, axis, border);
            let enters = (border == least) == (a[axis] < b[axis]);
            if enters {
                open.from = travelled + share * length;
                open.vertices.push(vertex);
            } else {
                open.vertices.push(vertex);
                open.to = travelled + share * length;
                finish(&mut open, travelled);
            }
        }
        travelled += length;
        if is_in(a[axis]) && !is_in(b[axis]) && !open.vertices.is_empty() {
            // It left over a vertex that lies on the border.
            open.to = travelled - length;
            finish(&mut open, travelled);
        }
    }
    if let Some(last) = line.vertices.last().filter(|last| (least..=most).contains(&last.at[axis]))
    {
        open.vertices.push(*last);
    }
    open.to = line.to;
    finish(&mut open, line.to);
}

fn clip_ring(ring: &Path, axis: usize, [least, most]: [f64; 2]) -> Path {
    let mut kept = Path { vertices: Vec::new(), ..*ring };
    let is_in = |at: f64| (least..=most).contains(&at);
    for pair in ring.vertices.windows(2) {
        let (a, b) = (pair[0].at, pair[1].at);
        if is_in(a[axis]) {
            kept.vertices.push(pair[0]);
        }
        let mut borders = [least, most];
        if a[axis] > b[axis] {
            borders.reverse();
        }
        for border in borders {
            if (a[axis] < border && b[axis] > border) || (a[axis] > border && b[axis] < border) {
                kept.vertices.push(crossing(a, b, axis, border).0);
            }
        }
    }
    if let Some(last) = ring.vertices.last().filter(|last| is_in(last.at[axis])) {
        kept.vertices.push(*last);
    }
    if let (Some(first), Some(last)) = (kept.vertices.first().copied(), kept.vertices.last())
        && first.at != last.at
    {
        kept.vertices.push(first);
    }
    kept
}
