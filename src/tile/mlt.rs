//! A finished Mapbox Vector Tile → the same as a MapLibre Tile: the same layers, the same features in
//! the same order, the same ids, vertices and attributes. Made from the finished tile, so that what the
//! budget left out of one is not in the other, and MVT costs nothing for what few ask for.
//!
//! A column of MLT has one kind of values, a key of MVT may have many: [`Seen`] says what becomes of
//! them. (`mlt-core` converts too, but writes values of mixed kinds as Rust prints them, `Bool(true)`.)
//!
//! Source: <https://github.com/maplibre/maplibre-tile-spec>

use mlt_core::encoder::EncoderConfig;
use mlt_core::fast_mvt::{MvtLayerRef, MvtReaderRef, MvtValueRef};
use mlt_core::{MltError, PropKind, PropValue, TileLayer};

use crate::catalogue::snapshot::ReadyLayer;
use crate::source::Column;

/// The bytes are no Mapbox Vector Tile, or none that can be written so.
#[derive(Debug, thiserror::Error)]
#[error("not to be written as MLT: {0}")]
pub struct NotMlt(#[from] MltError);

/// Writes the Mapbox Vector Tile of some layers as a MapLibre Tile.
///
/// # Errors
/// For bytes that are no Mapbox Vector Tile. What [`super::TileMaker`] makes is one.
pub fn from_mvt(tile: &[u8], layers: &[&ReadyLayer]) -> Result<Vec<u8>, NotMlt> {
    let reader = MvtReaderRef::new(tile).map_err(MltError::from)?;
    let mut written = Vec::new();
    for layer in reader.layers() {
        let described = layers.iter().find(|ready| ready.layer.id == layer.name());
        let columns = described.map_or(&[][..], |ready| &ready.layer.columns);
        written.extend(table(layer, columns)?.encode(encoder())?);
    }
    Ok(written)
}

/// Nothing is sorted: features are drawn in their order. And nothing is packed that gzip or zstd packs
/// better, as measured on tiles of the demo: FSST, FastPFOR and shared dictionaries make a tile smaller
/// as it is and larger (by 0 to 6 % in gzip) as it is sent, and take three to five times as long.
/// Triangles would spare browsers theirs, for twice the bytes of land cover.
fn encoder() -> EncoderConfig {
    EncoderConfig::default()
        .with_fsst(false)
        .with_fastpfor(false)
        .with_shared_dict(false)
        .with_id_sort(false)
        .with_spatial_morton_sort(false)
        .with_spatial_hilbert_sort(false)
}

/// A layer as rows of values, each column of one kind. Columns stand in the order of the source: MVT's
/// are in the order of their first use, but list each feature's in that of the source, and so they are
/// shown.
fn table(layer: MvtLayerRef<'_>, order: &[Column]) -> Result<TileLayer, MltError> {
    let names = layer.keys();
    let mut columns = vec![Seen::default(); names.len()];
    let values: Vec<MvtValueRef<'_>> = layer.values().collect();
    for feature in layer.features() {
        for (column, value) in cells(feature.tags(), &values) {
            if let Some(seen) = columns.get_mut(column) {
                seen.see(value);
            }
        }
    }
    let mut table = TileLayer::builder(layer.name(), layer.extent())?;
    let mut keys = vec![None; names.len()];
    let mut ordered: Vec<usize> = (0..names.len()).collect();
    ordered.sort_by_key(|column| order.iter().position(|known| known.name == names[*column]));
    for column in ordered {
        let kind = columns[column].kind();
        keys[column] = Some((table.add_property(names[column], kind)?, kind));
    }
    for feature in layer.features() {
        let mut row = table.feature(feature.geometry()?);
        row.id(feature.id());
        for (column, value) in cells(feature.tags(), &values) {
            if let Some(&Some((key, kind))) = keys.get(column) {
                row.property(key, of_kind(kind, value))?;
            }
        }
        row.finish()?;
    }
    Ok(table.finish())
}

/// The columns that a feature has values in, and the values.
fn cells<'a>(
    tags: &'a [u32],
    values: &'a [MvtValueRef<'a>],
) -> impl Iterator<Item = (usize, MvtValueRef<'a>)> {
    let (tags, _) = tags.as_chunks::<2>();
    tags.iter().filter_map(|[key, value]| Some((*key as usize, *values.get(*value as usize)?)))
}

/// What kinds of values a column has.
#[derive(Clone, Copy, Default)]
struct Seen {
    text: bool,
    truth: bool,
    single: bool,
    double: bool,
    /// The least and the greatest whole number.
    whole: Option<(i128, i128)>,
}

impl Seen {
    fn see(&mut self, value: MvtValueRef<'_>) {
        match value {
            MvtValueRef::Null => {}
            MvtValueRef::String(_) => self.text = true,
            MvtValueRef::Bool(_) => self.truth = true,
            MvtValueRef::Float(_) => self.single = true,
            MvtValueRef::Double(_) => self.double = true,
            MvtValueRef::Int(_) | MvtValueRef::SInt(_) | MvtValueRef::UInt(_) => {
                let number = whole(value).unwrap_or_default();
                let (least, greatest) = self.whole.unwrap_or((number, number));
                self.whole = Some((least.min(number), greatest.max(number)));
            }
        }
    }

    /// The one kind for all: numbers of several kinds are doubles, all other mixtures text.
    fn kind(self) -> PropKind {
        let broken = self.single || self.double;
        match (self.text, self.truth, broken, self.whole) {
            (false, true, false, None) => PropKind::Bool,
            (false, false, false, Some(limits)) => whole_kind(limits),
            (false, false, true, None) if !self.double => PropKind::F32,
            (false, false, true, _) => PropKind::F64,
            _ => PropKind::Str,
        }
    }
}

/// The kind for whole numbers within limits. `mlt-core` narrows what fits into 32 bits. Browsers read
/// wider columns as `BigInt`, which no expression of a style takes for a number: doubles instead, as
/// long as they are exact.
fn whole_kind((least, greatest): (i128, i128)) -> PropKind {
    let within = |low: i128, high: i128| low <= least && greatest <= high;
    let exact = 1 << f64::MANTISSA_DIGITS;
    if within(0, u32::MAX.into()) || within(i32::MIN.into(), i32::MAX.into()) {
        PropKind::I64
    } else if within(-exact, exact) {
        PropKind::F64
    } else if within(i64::MIN.into(), i64::MAX.into()) {
        PropKind::I64
    } else if within(0, u64::MAX.into()) {
        PropKind::U64
    } else {
        PropKind::F64
    }
}

fn of_kind(kind: PropKind, value: MvtValueRef<'_>) -> PropValue {
    match (kind, value) {
        (PropKind::Str, MvtValueRef::String(text)) => PropValue::Str(Some(text.to_owned())),
        (PropKind::Str, MvtValueRef::Bool(truth)) => PropValue::Str(Some(truth.to_string())),
        (PropKind::Str, MvtValueRef::Float(number)) => PropValue::Str(Some(number.to_string())),
        (PropKind::Str, MvtValueRef::Double(number)) => PropValue::Str(Some(number.to_string())),
        (PropKind::Str, number) => PropValue::Str(whole(number).map(|number| number.to_string())),
        (PropKind::Bool, MvtValueRef::Bool(truth)) => PropValue::Bool(Some(truth)),
        (PropKind::F32, MvtValueRef::Float(number)) => PropValue::F32(Some(number)),
        (PropKind::F64, MvtValueRef::Float(number)) => PropValue::F64(Some(number.into())),
        (PropKind::F64, MvtValueRef::Double(number)) => PropValue::F64(Some(number)),
        (PropKind::F64, number) => PropValue::F64(whole(number).map(|number| number as f64)),
        (PropKind::I64, number) => PropValue::I64(whole(number).and_then(|n| n.try_into().ok())),
        (PropKind::U64, number) => PropValue::U64(whole(number).and_then(|n| n.try_into().ok())),
        (kind, _) => PropValue::null(kind),
    }
}

fn whole(value: MvtValueRef<'_>) -> Option<i128> {
    match value {
        MvtValueRef::Int(number) | MvtValueRef::SInt(number) => Some(number.into()),
        MvtValueRef::UInt(number) => Some(number.into()),
        _ => None,
    }
}
