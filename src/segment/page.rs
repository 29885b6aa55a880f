//! The page: some hundred features that lie near each other in one run of bytes, so that a tile reads whole pages in
//! sequence and a segment file is pages end to end. Not the choice of what goes into which page: that is
//! [`super::builder`].
//!
//! Boxes stand side by side, because a tile looks at all of them. What else is known of a feature stands together: of
//! a page a tile at a high zoom takes a few features, each then from one or two lines of the processor's cache, not from
//! one for each column.
//!
//! All numbers are little-endian. A page of `n` features and `c` columns is
//!
//! | bytes | what |
//! |---|---|
//! | 4, 4 | `n`, `c` |
//! | 16 n | boxes: west, north, east, south (world units) |
//! | (14 + 4 c) n | records, see below |
//! | … | geometries ([`super::geometry`]) |
//!
//! and a record
//!
//! | bytes | what |
//! |---|---|
//! | 8 | the order key (see [`Order`]) |
//! | 4 | where the geometry ends |
//! | 1 | marks: the kind of shape, and whether the order key is an id |
//! | 1 | the zoom from which the polygon is valid on its grid ([`super::validity`]) |
//! | 4 c | dictionary codes |

use super::geometry::{Geometry, Visitor};
use crate::geo::grid::FINEST_ZOOM;
use crate::geo::shape::{RingRole, Shape, ShapeKind};
use crate::geo::world::{EVERYWHERE, WorldBox, WorldPoint};

/// The dictionary code of an absent value.
pub const NULL_CODE: u32 = u32::MAX;

/// The canonical order of features in a tile: those with an id first, by id; the others by their
/// place in the file, or, where rows have none, along the Hilbert curve (neighbours compress better
/// side by side), those of one place by a hash of what they are. So the order depends on neither
/// pages nor history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// The feature's id.
    Id(u64),
    /// The place in its file, or on the curve.
    Other(u64),
}

impl Order {
    /// The feature's id, if it has one.
    pub fn id(self) -> Option<u64> {
        match self {
            Order::Id(id) => Some(id),
            Order::Other(_) => None,
        }
    }
}

const HAS_ID: u8 = 0b100;

fn mark(kind: ShapeKind, order: Order) -> u8 {
    let kind = match kind {
        ShapeKind::Point => 0,
        ShapeKind::Line => 1,
        ShapeKind::Polygon => 2,
    };
    kind | if order.id().is_some() { HAS_ID } else { 0 }
}

/// Collects features into one page.
#[derive(Debug, Default)]
pub struct PageWriter {
    columns: usize,
    boxes: Vec<WorldBox>,
    orders: Vec<Order>,
    kinds: Vec<ShapeKind>,
    valid_from: Vec<u8>,
    ends: Vec<u32>,
    codes: Vec<u32>,
    geometry: Vec<u8>,
}

impl PageWriter {
    /// An empty page of features with so many columns.
    pub fn new(columns: usize) -> PageWriter {
        PageWriter { columns, ..PageWriter::default() }
    }

    /// Adds a feature; `write_geometry` appends its geometry to the bytes that it is given.
    pub fn push(
        &mut self,
        kind: ShapeKind,
        order: Order,
        bounds: WorldBox,
        valid_from: u8,
        codes: &[u32],
        write_geometry: impl FnOnce(&mut Vec<u8>),
    ) {
        debug_assert_eq!(codes.len(), self.columns);
        self.boxes.push(bounds);
        self.orders.push(order);
        self.kinds.push(kind);
        self.valid_from.push(valid_from);
        self.codes.extend_from_slice(codes);
        write_geometry(&mut self.geometry);
        self.ends.push(self.geometry.len() as u32);
    }

    /// The page's bytes.
    pub fn finish(&self) -> Vec<u8> {
        let n = self.boxes.len();
        let mut out = Vec::with_capacity(8 + n * (30 + 4 * self.columns) + self.geometry.len());
        let mut put = |number: u32| out.extend_from_slice(&number.to_le_bytes());
        put(n as u32);
        put(self.columns as u32);
        for b in &self.boxes {
            [b.min.x, b.min.y, b.max.x, b.max.y].into_iter().for_each(&mut put);
        }
        for feature in 0..n {
            let order = self.orders[feature];
            let (Order::Id(key) | Order::Other(key)) = order;
            out.extend_from_slice(&key.to_le_bytes());
            out.extend_from_slice(&self.ends[feature].to_le_bytes());
            out.extend([mark(self.kinds[feature], order), self.valid_from[feature]]);
            let codes = &self.codes[feature * self.columns..][..self.columns];
            codes.iter().for_each(|code| out.extend_from_slice(&code.to_le_bytes()));
        }
        out.extend_from_slice(&self.geometry);
        out
    }
}

/// A page, read in place. The default one holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    boxes: &'a [[u8; 16]],
    columns: usize,
    records: &'a [u8],
    geometry: &'a [u8],
}

/// How many bytes a record has before its codes.
const HEAD: usize = 14;

impl<'a> Page<'a> {
    /// The page in these bytes, or `None` where they are too short for what they announce.
    pub fn open(bytes: &'a [u8]) -> Option<Page<'a>> {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let [n, columns] = [&head[..4], &head[4..]].map(|b| u32_of(b.as_chunks().0[0]) as usize);
        let (boxes, rest) = rest.split_at_checked(n.checked_mul(16)?)?;
        let stride = columns.checked_mul(4)?.checked_add(HEAD)?;
        let (records, geometry) = rest.split_at_checked(n.checked_mul(stride)?)?;
        Some(Page { boxes: boxes.as_chunks().0, columns, records, geometry })
    }

    /// How many features it holds. Indices below are smaller than this.
    pub fn len(&self) -> usize {
        self.boxes.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// The box around a feature.
    pub fn bounds(&self, feature: usize) -> WorldBox {
        let (corners, _) = self.boxes[feature].as_chunks::<4>();
        WorldBox {
            min: WorldPoint { x: u32_of(corners[0]), y: u32_of(corners[1]) },
            max: WorldPoint { x: u32_of(corners[2]), y: u32_of(corners[3]) },
        }
    }

    /// A feature's place among others.
    pub fn order(&self, feature: usize) -> Order {
        let [key @ .., _, _, _, _, mark, _] = *self.head(feature);
        let key = u64::from_le_bytes(key);
        if mark & HAS_ID != 0 { Order::Id(key) } else { Order::Other(key) }
    }

    /// What a feature's shape is made of.
    pub fn kind(&self, feature: usize) -> ShapeKind {
        let [.., mark, _] = self.head(feature);
        match mark & 0b11 {
            0 => ShapeKind::Point,
            1 => ShapeKind::Line,
            _ => ShapeKind::Polygon,
        }
    }

    /// The zoom from which a polygon is valid once quantised, unclipped.
    pub fn valid_from(&self, feature: usize) -> u8 {
        let [.., valid_from] = *self.head(feature);
        valid_from
    }

    /// The dictionary code of a feature's value in a column; [`NULL_CODE`] where it has none.
    pub fn code(&self, column: usize, feature: usize) -> u32 {
        self.codes(feature).get(column).map_or(NULL_CODE, |code| u32_of(*code))
    }

    /// The dictionary codes of all its values.
    fn codes(&self, feature: usize) -> &'a [[u8; 4]] {
        self.record(feature)[HEAD..].as_chunks().0
    }

    /// How many columns its features have.
    pub fn columns(&self) -> usize {
        self.columns
    }

    fn record(&self, feature: usize) -> &'a [u8] {
        let stride = HEAD + 4 * self.columns;
        &self.records[feature * stride..][..stride]
    }

    fn head(&self, feature: usize) -> &'a [u8; HEAD] {
        // A record is longer than its head.
        self.record(feature).first_chunk().unwrap_or(&[0; HEAD])
    }

    /// Where a feature's geometry ends.
    fn end(&self, feature: usize) -> usize {
        let [_, _, _, _, _, _, _, _, end @ .., _, _] = *self.head(feature);
        u32_of(end) as usize
    }

    /// Puts a feature's shape into `shape`, as it was written.
    pub fn read_shape(&self, feature: usize, shape: &mut Shape) {
        shape.reset(self.kind(feature));
        let mut whole = Whole { shape, part: Vec::new() };
        self.geometry(feature).walk(FINEST_ZOOM, EVERYWHERE, &mut whole);
    }

    /// A feature's geometry.
    pub fn geometry(&self, feature: usize) -> Geometry<'a> {
        let start = feature.checked_sub(1).map_or(0, |before| self.end(before));
        let bytes = self.geometry.get(start..self.end(feature)).unwrap_or_default();
        Geometry::new(self.kind(feature), bytes)
    }
}

struct Whole<'a> {
    shape: &'a mut Shape,
    part: Vec<WorldPoint>,
}

impl Visitor for Whole<'_> {
    fn vertices(&mut self, points: &[WorldPoint]) {
        self.part.extend_from_slice(points);
    }

    fn end_part(&mut self, _: RingRole) {
        // As it is: rings were wound by their role when they were written.
        self.shape.push_part(self.part.drain(..));
    }
}

fn u32_of(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes)
}
