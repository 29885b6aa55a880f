//! Which arcs meet elsewhere than in their nodes? Answers, and mends nothing.

use crate::geo::grid::GridPoint;
use crate::geo::rings::{difference, segments_touch};

/// Units along a bucket's side: a power of two, with some ten segments in each where it is dense.
const BUCKET_BITS: u32 = 6;

/// An arc as it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its points, the first one again at the end if it is closed.
    pub points: &'a [GridPoint],
    /// Whether it has changed since all were looked at. Of two that have not, nothing is asked.
    pub changed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    from: GridPoint,
    to: GridPoint,
    arc: u32,
    index: u32,
    first: bool,
    last: bool,
    changed: bool,
}

/// Finds arcs that meet; keeps its memory between tiles.
#[derive(Debug, Default)]
pub struct Conflicts {
    segments: Vec<Segment>,
    /// Where each bucket ends in `members`.
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl Conflicts {
    /// Adds the places of arcs that meet another, or themselves, to `found`; some stand there more
    /// than once.
    pub fn find<'a>(&mut self, lines: impl Iterator<Item = Line<'a>>, found: &mut Vec<u32>) {
        self.load(lines);
        let Some(buckets) = Buckets::around(&self.segments) else { return };
        self.fill(&buckets);
        let mut start = 0;
        for &end in &self.ends {
            let members = &self.members[start as usize..end as usize];
            for (i, &one) in members.iter().enumerate() {
                let one = &self.segments[one as usize];
                for &other in &members[i + 1..] {
                    let other = &self.segments[other as usize];
                    if (one.changed || other.changed) && !one.misses(other) && meet(one, other) {
                        found.extend([one.arc, other.arc]);
                    }
                }
            }
            start = end;
        }
    }

    fn load<'a>(&mut self, lines: impl Iterator<Item = Line<'a>>) {
        self.segments.clear();
        for (arc, Line { points, changed }) in (0..).zip(lines) {
            let count = points.len().saturating_sub(1);
            let segments = points.windows(2).enumerate().map(|(index, pair)| Segment {
                from: pair[0],
                to: pair[1],
                arc,
                index: index as u32,
                first: index == 0,
                last: index + 1 == count,
                changed,
            });
            self.segments.extend(segments);
        }
    }

    fn fill(&mut self, buckets: &Buckets) {
        // Counted first, so that all members lie in one list.
        self.ends.clear();
        self.ends.resize(buckets.columns * buckets.rows, 0);
        for segment in &self.segments {
            buckets.of(segment).for_each(|bucket| self.ends[bucket] += 1);
        }
        let mut total = 0;
        for end in &mut self.ends {
            total += *end;
            *end = total - *end;
        }
        self.members.clear();
        self.members.resize(total as usize, 0);
        for (i, segment) in (0..).zip(&self.segments) {
            for bucket in buckets.of(segment) {
                self.members[self.ends[bucket] as usize] = i;
                self.ends[bucket] += 1;
            }
        }
    }
}

struct Buckets {
    x: i32,
    y: i32,
    columns: usize,
    rows: usize,
}

impl Buckets {
    fn around(segments: &[Segment]) -> Option<Buckets> {
        let points = || segments.iter().flat_map(|segment| [segment.from, segment.to]);
        let (xs, ys) = (|| points().map(|p| p.x), || points().map(|p| p.y));
        let (x, y) = (xs().min()?, ys().min()?);
        let cells = |from: i32, to: i32| ((to - from) >> BUCKET_BITS) as usize + 1;
        Some(Buckets { x, y, columns: cells(x, xs().max()?), rows: cells(y, ys().max()?) })
    }

    /// The buckets that a segment's box touches.
    fn of(&self, segment: &Segment) -> impl Iterator<Item = usize> + use<> {
        let Segment { from, to, .. } = segment;
        let cell = |at: i32, origin: i32| ((at - origin) >> BUCKET_BITS) as usize;
        let columns = cell(from.x.min(to.x), self.x)..=cell(from.x.max(to.x), self.x);
        let rows = cell(from.y.min(to.y), self.y)..=cell(from.y.max(to.y), self.y);
        let width = self.columns;
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }
}

impl Segment {
    fn misses(&self, other: &Segment) -> bool {
        let apart = |a: i32, b: i32, c: i32, d: i32| a.max(b) < c.min(d) || c.max(d) < a.min(b);
        apart(self.from.x, self.to.x, other.from.x, other.to.x)
            || apart(self.from.y, self.to.y, other.from.y, other.to.y)
    }
}

/// Whether two segments share more than the vertex in which they follow each other, or the node at
/// which both their arcs end.
fn meet(a: &Segment, b: &Segment) -> bool {
    let follows = |a: &Segment, b: &Segment| a.arc == b.arc && a.index + 1 == b.index;
    let ends = [
        (a.to, a.from, b.from, b.to, follows(a, b) || a.last && b.first),
        (a.from, a.to, b.to, b.from, follows(b, a) || a.first && b.last),
        (a.from, a.to, b.from, b.to, a.first && b.first),
        (a.to, a.from, b.to, b.from, a.last && b.last),
    ];
    let mut shared = ends.iter().filter(|(one, _, other, _, may)| *may && one == other);
    match (shared.next(), shared.next()) {
        (None, _) => segments_touch((a.from, a.to), (b.from, b.to)),
        (Some(&(at, one, _, other, _)), None) => {
            let ((ax, ay), (bx, by)) = (difference(one, at), difference(other, at));
            ax * by == bx * ay && ax * bx + ay * by > 0
        }
        (Some(_), Some(_)) => true,
    }
}
