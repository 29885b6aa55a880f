//! What a finished tile is made of: features, vertices and bytes, by layer and by attribute. Reads the
//! tile's own bytes, so that it says what is there and not what was meant.

use std::collections::BTreeMap;

/// A layer of a tile.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Explained {
    /// Its name.
    pub id: String,
    /// How many features it holds.
    pub features: u64,
    /// How many vertices they have.
    pub vertices: u64,
    /// All its bytes.
    pub bytes: usize,
    /// Those of geometry.
    pub geometry_bytes: usize,
    /// Those of ids.
    pub id_bytes: usize,
    /// Those of each attribute: its name, its values (each with the first attribute that uses it),
    /// and the references to them.
    pub attribute_bytes: BTreeMap<String, usize>,
}

/// Reads a tile; layers that cannot be read are absent.
pub fn explain(tile: &[u8]) -> Vec<Explained> {
    fields(tile).filter(|(number, _)| *number == 3).map(|(_, layer)| explain_layer(layer)).collect()
}

fn explain_layer(layer: Field<'_>) -> Explained {
    let mut explained = Explained { bytes: layer.bytes.len(), ..Explained::default() };
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for (number, field) in fields(layer.bytes) {
        match number {
            1 => explained.id = text(field.bytes),
            3 => keys.push((text(field.bytes), field.size)),
            4 => values.push(Some(field.size)),
            _ => {}
        }
    }
    let mut attributes: Vec<usize> = keys.iter().map(|(_, size)| *size).collect();
    for (_, feature) in fields(layer.bytes).filter(|(number, _)| *number == 2) {
        explained.features += 1;
        for (number, field) in fields(feature.bytes) {
            match number {
                1 => explained.id_bytes += field.size,
                2 => count_tags(field.bytes, &mut attributes, &mut values),
                4 => {
                    explained.geometry_bytes += field.size;
                    explained.vertices += vertices(field.bytes);
                }
                _ => {}
            }
        }
    }
    explained.attribute_bytes = keys.into_iter().map(|(name, _)| name).zip(attributes).collect();
    explained
}

/// Adds the bytes of a feature's tags, and of values that nobody used before, to their attributes.
fn count_tags(mut tags: &[u8], attributes: &mut [usize], values: &mut [Option<usize>]) {
    loop {
        let before = tags.len();
        let (Some(key), Some(value)) = (take_varint(&mut tags), take_varint(&mut tags)) else {
            return;
        };
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let value = values.get_mut(place(value)).and_then(Option::take).unwrap_or(0);
        if let Some(bytes) = attributes.get_mut(place(key)) {
            *bytes += before - tags.len() + value;
        }
    }
}

/// How many positions a geometry has (MVT 2.1, section 4.3).
fn vertices(mut geometry: &[u8]) -> u64 {
    let mut vertices = 0;
    while let Some(command) = take_varint(&mut geometry) {
        let (command, count) = (command & 7, command >> 3);
        if command != 7 {
            vertices += count;
            let skipped =
                (0..count.saturating_mul(2)).all(|_| take_varint(&mut geometry).is_some());
            if !skipped {
                break;
            }
        }
    }
    vertices
}

#[derive(Clone, Copy)]
struct Field<'a> {
    /// Its content; empty for numbers.
    bytes: &'a [u8],
    /// What it takes in the message, tag and length included.
    size: usize,
}

/// The fields of a protobuf message, up to the first that cannot be read.
fn fields(message: &[u8]) -> impl Iterator<Item = (u64, Field<'_>)> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let before = rest.len();
        let tag = take_varint(&mut rest)?;
        let length = match tag & 7 {
            0 => take_varint(&mut rest).map(|_| 0)?,
            1 => 8,
            2 => usize::try_from(take_varint(&mut rest)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (bytes, left) = rest.split_at_checked(length)?;
        rest = left;
        Some((tag >> 3, Field { bytes, size: before - rest.len() }))
    })
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first < 0x80 {
            return Some(number);
        }
    }
    None
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
