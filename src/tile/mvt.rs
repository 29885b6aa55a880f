//! Writes a layer of a Mapbox Vector Tile, version 2.
//!
//! Source: <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>. The tests hold every
//! tile against the `mvt` crate.

use std::ops::Range;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use xxhash_rust::xxh3::xxh3_64;

use super::budget::Budget;
use crate::geo::grid::{EXTENT, GridParts, GridPoint};
use crate::geo::shape::ShapeKind;
use crate::segment::dictionary::Dictionary;
use crate::segment::page::NULL_CODE;
use crate::wire::protobuf::WireType;
use crate::wire::protobuf::{put_bytes, put_number, put_tag, put_varint, varint_length, zigzag};

/// Encodes one layer after the other; keeps its memory between them.
#[derive(Debug, Default)]
pub struct LayerEncoder {
    features: Vec<u8>,
    count: u64,
    /// The bytes of the values used so far.
    value_bytes: usize,
    /// The tile's key index of each column, once it is used.
    keys: Vec<Option<u32>>,
    used_columns: Vec<u32>,
    /// The tile's values, in its order, and where each stands.
    values: Vec<Coded>,
    places: HashTable<(Coded, u32)>,
    /// Where each stands by the xxh3 of its bytes, where several segments have values of their own.
    alike: HashTable<(u64, u32)>,
    segments: usize,
    tags: Vec<u8>,
    geometry: Vec<u8>,
}

/// A value by the segment that has it and its code there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Coded {
    segment: u32,
    code: u32,
}

mod field {
    pub const TILE_LAYER: u32 = 3;
    pub const LAYER_NAME: u32 = 1;
    pub const LAYER_FEATURE: u32 = 2;
    pub const LAYER_KEY: u32 = 3;
    pub const LAYER_VALUE: u32 = 4;
    pub const LAYER_EXTENT: u32 = 5;
    pub const LAYER_VERSION: u32 = 15;
    pub const FEATURE_ID: u32 = 1;
    pub const FEATURE_TAGS: u32 = 2;
    pub const FEATURE_TYPE: u32 = 3;
    pub const FEATURE_GEOMETRY: u32 = 4;
}

impl LayerEncoder {
    /// Starts a layer whose features have so many columns and come from so many segments.
    pub fn begin(&mut self, columns: usize, segments: usize) {
        self.features.clear();
        self.count = 0;
        self.value_bytes = 0;
        self.keys.clear();
        self.keys.resize(columns, None);
        self.used_columns.clear();
        self.values.clear();
        self.places.clear();
        self.alike.clear();
        self.segments = segments;
    }

    /// Adds a feature: its parts, not empty, and the code of each column's value in the dictionary of
    /// its segment.
    pub fn feature(
        &mut self,
        id: Option<u64>,
        kind: ShapeKind,
        parts: &GridParts,
        codes: impl Iterator<Item = u32>,
        segment: u32,
        dictionary: Dictionary<'_>,
    ) {
        self.tags.clear();
        for (column, code) in codes.enumerate().filter(|(_, code)| *code != NULL_CODE) {
            let key = self.key(column);
            let value = self.value(Coded { segment, code }, dictionary);
            put_varint(u64::from(key), &mut self.tags);
            put_varint(u64::from(value), &mut self.tags);
        }
        self.geometry.clear();
        write_geometry(kind, parts, &mut self.geometry);

        let packed = |bytes: &[u8]| 1 + varint_length(bytes.len() as u64) + bytes.len();
        let length = id.map_or(0, |id| 1 + varint_length(id))
            + if self.tags.is_empty() { 0 } else { packed(&self.tags) }
            + 2
            + packed(&self.geometry);
        let out = &mut self.features;
        put_tag(field::LAYER_FEATURE, WireType::Bytes, out);
        put_varint(length as u64, out);
        if let Some(id) = id {
            put_number(field::FEATURE_ID, id, out);
        }
        if !self.tags.is_empty() {
            put_bytes(field::FEATURE_TAGS, &self.tags, out);
        }
        put_number(field::FEATURE_TYPE, type_number(kind), out);
        put_bytes(field::FEATURE_GEOMETRY, &self.geometry, out);
        self.count += 1;
    }

    /// How many features the layer has so far.
    pub fn features(&self) -> u64 {
        self.count
    }

    /// Whether the layer, but for its names, is within a budget.
    pub fn is_within(&self, budget: Budget) -> bool {
        self.features.len() + self.value_bytes <= budget.bytes && self.count <= budget.features
    }

    /// Where the next feature will start.
    pub fn mark(&self) -> usize {
        self.features.len()
    }

    /// Takes back the features that start at or behind a mark, at most one. Values that it alone
    /// used stay: a few bytes too many.
    pub fn back_to(&mut self, mark: usize) {
        if self.features.len() > mark {
            self.features.truncate(mark);
            self.count -= 1;
        }
    }

    /// Puts the features into the order of the keys beside their marks.
    pub fn reorder<K: Ord + Copy>(&mut self, pieces: &[(K, usize)]) {
        let ends: Vec<usize> = pieces.iter().skip(1).map(|(_, start)| *start).collect();
        let mut runs: Vec<(K, Range<usize>)> = pieces
            .iter()
            .zip(ends.into_iter().chain([self.features.len()]))
            .map(|(&(key, start), end)| (key, start..end))
            .collect();
        runs.sort_unstable_by_key(|(key, _)| *key);
        let mut ordered = Vec::with_capacity(self.features.len());
        runs.into_iter().for_each(|(_, run)| ordered.extend_from_slice(&self.features[run]));
        self.features = ordered;
    }

    /// Appends the layer to a tile, unless it has no features; returns how many it has.
    pub fn finish<'a>(
        &mut self,
        name: &str,
        columns: impl Iterator<Item = &'a str>,
        dictionary: impl Fn(u32) -> Dictionary<'a>,
        tile: &mut Vec<u8>,
    ) -> u64 {
        if self.count == 0 {
            return 0;
        }
        let mut tail = std::mem::take(&mut self.geometry);
        tail.clear();
        let column_names: Vec<&str> = columns.collect();
        for &column in &self.used_columns {
            put_bytes(field::LAYER_KEY, column_names[column as usize].as_bytes(), &mut tail);
        }
        for &Coded { segment, code } in &self.values {
            let value = dictionary(segment).get(code).unwrap_or_default();
            put_bytes(field::LAYER_VALUE, value, &mut tail);
        }
        put_number(field::LAYER_EXTENT, u64::from(EXTENT), &mut tail);
        put_number(field::LAYER_VERSION, 2, &mut tail);

        let name_length = 1 + varint_length(name.len() as u64) + name.len();
        tile.reserve(name_length + self.features.len() + tail.len() + 8);
        put_tag(field::TILE_LAYER, WireType::Bytes, tile);
        put_varint((name_length + self.features.len() + tail.len()) as u64, tile);
        put_bytes(field::LAYER_NAME, name.as_bytes(), tile);
        tile.extend_from_slice(&self.features);
        tile.extend_from_slice(&tail);
        self.geometry = tail;
        self.count
    }

    fn key(&mut self, column: usize) -> u32 {
        let used = &mut self.used_columns;
        *self.keys[column].get_or_insert_with(|| {
            used.push(column as u32);
            used.len() as u32 - 1
        })
    }

    fn value(&mut self, coded: Coded, dictionary: Dictionary<'_>) -> u32 {
        let is_this = |(known, _): &(Coded, u32)| *known == coded;
        let free = match self.places.entry(hash(coded), is_this, |(coded, _)| hash(*coded)) {
            Entry::Occupied(known) => return known.get().1,
            Entry::Vacant(free) => free,
        };
        let bytes = dictionary.get(coded.code).unwrap_or_default();
        let next = self.values.len() as u32;
        // What an edit wrote again is the same value: a tile says it once, as if loaded so.
        let place = if self.segments > 1 { place_of(bytes, next, &mut self.alike) } else { next };
        if place == next {
            self.values.push(coded);
            // The tag and the length before it: three bytes for most.
            self.value_bytes += 3 + bytes.len();
        }
        free.insert((coded, place));
        place
    }
}

/// Where a value of these bytes stands among those that are `alike`, or that it will stand at `next`.
fn place_of(bytes: &[u8], next: u32, alike: &mut HashTable<(u64, u32)>) -> u32 {
    let hash = xxh3_64(bytes);
    let entry = alike.entry(hash, |(known, _)| *known == hash, |(hash, _)| *hash);
    entry.or_insert((hash, next)).get().1
}

fn hash(Coded { segment, code }: Coded) -> u64 {
    // Codes are dense small numbers: one multiplication spreads them well enough.
    (u64::from(segment) << 32 | u64::from(code)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn type_number(kind: ShapeKind) -> u64 {
    match kind {
        ShapeKind::Point => 1,
        ShapeKind::Line => 2,
        ShapeKind::Polygon => 3,
    }
}

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;

fn command(command: u64, count: usize) -> u64 {
    (count as u64) << 3 | command
}

fn write_geometry(kind: ShapeKind, parts: &GridParts, out: &mut Vec<u8>) {
    let mut cursor = GridPoint::default();
    let mut put = |point: GridPoint, out: &mut Vec<u8>| {
        put_varint(zigzag(i64::from(point.x) - i64::from(cursor.x)), out);
        put_varint(zigzag(i64::from(point.y) - i64::from(cursor.y)), out);
        cursor = point;
    };
    if kind == ShapeKind::Point {
        put_varint(command(MOVE_TO, parts.points().len()), out);
        parts.points().iter().for_each(|&point| put(point, out));
        return;
    }
    for part in parts.parts() {
        let Some((&first, rest)) = part.split_first() else {
            continue;
        };
        put_varint(command(MOVE_TO, 1), out);
        put(first, out);
        put_varint(command(LINE_TO, rest.len()), out);
        rest.iter().for_each(|&point| put(point, out));
        if kind == ShapeKind::Polygon {
            put_varint(command(CLOSE_PATH, 1), out);
        }
    }
}
