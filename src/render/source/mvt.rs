//! Reads Mapbox Vector Tiles. Bytes that are none are an error, and a tile of any content costs no
//! more than its length.
//!
//! Source: <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>

use std::sync::Arc;

use super::features::{Features, Geometry, TileFeature, VectorTile};
use crate::render::view::EXTENT;
use crate::style::expression::value::{Object, Text, Value};
use crate::style::expression::{Attribute, Feature, GeometryType, Key, Keys};
use crate::wire::protobuf::unzigzag;

/// Bytes that are no tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no vector tile")]
pub struct NoTile;

/// Reads a tile, for a style that reads some properties.
///
/// # Errors
/// Where the bytes are none.
pub fn read(bytes: &[u8], keys: &Keys) -> Result<VectorTile, NoTile> {
    let mut tile = VectorTile::default();
    for field in Fields(bytes) {
        if let (3, Wire::Bytes(layer)) = field? {
            let layer = Layer::read(layer, keys)?;
            tile.add(&layer.name.clone(), Box::new(layer));
        }
    }
    Ok(tile)
}

/// A layer: its geometry as it came.
struct Layer {
    name: Arc<str>,
    names: Vec<Arc<str>>,
    values: Vec<Value<'static>>,
    /// The number here of each property that the style reads.
    columns: Vec<Option<u32>>,
    scale: f64,
    features: Vec<Encoded>,
}

struct Encoded {
    id: Option<f64>,
    kind: GeometryType,
    /// Numbers of names and values, by turns.
    tags: Box<[u32]>,
    geometry: Box<[u8]>,
}

impl Layer {
    fn read(bytes: &[u8], keys: &Keys) -> Result<Layer, NoTile> {
        let mut layer = Layer {
            name: Arc::default(),
            names: Vec::new(),
            values: Vec::new(),
            columns: Vec::new(),
            scale: EXTENT / 4096.0,
            features: Vec::new(),
        };
        for field in Fields(bytes) {
            match field? {
                (1, Wire::Bytes(name)) => layer.name = text(name)?,
                (2, Wire::Bytes(feature)) => layer.features.push(Encoded::read(feature)?),
                (3, Wire::Bytes(name)) => layer.names.push(text(name)?),
                (4, Wire::Bytes(bytes)) => layer.values.push(value(bytes)?),
                (5, Wire::Number(extent)) if extent > 0 => layer.scale = EXTENT / extent as f64,
                _ => {}
            }
        }
        let column = |name: &Arc<str>| {
            let at = layer.names.iter().position(|known| known == name)?;
            u32::try_from(at).ok()
        };
        layer.columns = keys.names().iter().map(column).collect();
        Ok(layer)
    }
}

impl Features for Layer {
    fn each(&self, visit: &mut dyn FnMut(&dyn TileFeature)) {
        self.features.iter().for_each(|encoded| visit(&Read { layer: self, encoded }));
    }
}

impl Encoded {
    fn read(bytes: &[u8]) -> Result<Encoded, NoTile> {
        let mut feature = Encoded {
            id: None,
            kind: GeometryType::Unknown,
            tags: Box::default(),
            geometry: Box::default(),
        };
        for field in Fields(bytes) {
            match field? {
                (1, Wire::Number(id)) => feature.id = Some(id as f64),
                (2, Wire::Bytes(tags)) => {
                    let mut left = tags;
                    let mut numbers = Vec::new();
                    while !left.is_empty() {
                        numbers.push(varint(&mut left)? as u32);
                    }
                    feature.tags = numbers.into();
                }
                (3, Wire::Number(kind)) => {
                    feature.kind = match kind {
                        1 => GeometryType::Point,
                        2 => GeometryType::LineString,
                        3 => GeometryType::Polygon,
                        _ => GeometryType::Unknown,
                    }
                }
                (4, Wire::Bytes(geometry)) => feature.geometry = geometry.into(),
                _ => {}
            }
        }
        Ok(feature)
    }
}

/// A feature of a layer.
struct Read<'l> {
    layer: &'l Layer,
    encoded: &'l Encoded,
}

impl<'l> Read<'l> {
    fn value_of(&self, column: u32) -> Option<&'l Value<'static>> {
        let (pairs, _) = self.encoded.tags.as_chunks::<2>();
        let [_, value] = pairs.iter().find(|[name, _]| *name == column)?;
        self.layer.values.get(*value as usize)
    }
}

impl Feature for Read<'_> {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        let column = self.layer.columns.get(key.index()).copied()??;
        self.value_of(column).map(Attribute::of)
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        let column = self.layer.names.iter().position(|known| **known == *name)?;
        self.value_of(u32::try_from(column).ok()?).map(Attribute::of)
    }

    fn properties(&self) -> Arc<Object> {
        let (pairs, _) = self.encoded.tags.as_chunks::<2>();
        let property = |[name, value]: &[u32; 2]| {
            let name = self.layer.names.get(*name as usize)?;
            Some((name.clone(), self.layer.values.get(*value as usize)?.clone()))
        };
        Arc::new(pairs.iter().filter_map(property).collect())
    }

    fn id(&self) -> Option<Attribute<'_>> {
        self.encoded.id.map(Attribute::Number)
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some(self.encoded.kind)
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        let mut geometry = Geometry::default();
        self.read_geometry(&mut geometry);
        Some(geometry.to_parts())
    }
}

impl TileFeature for Read<'_> {
    fn read_geometry(&self, into: &mut Geometry) {
        into.clear();
        // What is cut off ends there.
        let _ = decode(&self.encoded.geometry, self.layer.scale, self.encoded.kind, into);
    }
}

fn decode(
    mut bytes: &[u8],
    scale: f64,
    kind: GeometryType,
    into: &mut Geometry,
) -> Result<(), NoTile> {
    let (mut x, mut y) = (0i64, 0i64);
    while !bytes.is_empty() {
        let command = varint(&mut bytes)?;
        let operation = command & 7;
        if operation == 7 {
            into.finish_ring();
            continue;
        }
        for _ in 0..command >> 3 {
            x = x.wrapping_add(unzigzag(varint(&mut bytes)?));
            y = y.wrapping_add(unzigzag(varint(&mut bytes)?));
            if operation == 1 {
                into.finish_part();
            }
            // On the grid of the renderer, as MapLibre rounds.
            into.push([x, y].map(|ordinate| (ordinate as f64 * scale + 0.5).floor()));
        }
    }
    if kind == GeometryType::Polygon {
        into.finish_ring();
    } else {
        into.finish_part();
    }
    Ok(())
}

fn text(bytes: &[u8]) -> Result<Arc<str>, NoTile> {
    std::str::from_utf8(bytes).map(Arc::from).map_err(|_| NoTile)
}

fn value(bytes: &[u8]) -> Result<Value<'static>, NoTile> {
    let mut value = Value::Null;
    for field in Fields(bytes) {
        value = match field? {
            (1, Wire::Bytes(bytes)) => Value::String(Text::Shared(text(bytes)?)),
            (2, Wire::Fixed32(bits)) => Value::Number(f64::from(f32::from_bits(bits))),
            (3, Wire::Fixed64(bits)) => Value::Number(f64::from_bits(bits)),
            (4, Wire::Number(number)) => Value::Number(number as i64 as f64),
            (5, Wire::Number(number)) => Value::Number(number as f64),
            (6, Wire::Number(number)) => Value::Number(unzigzag(number) as f64),
            (7, Wire::Number(number)) => Value::Boolean(number != 0),
            _ => value,
        };
    }
    Ok(value)
}

/// A field's value.
enum Wire<'b> {
    Number(u64),
    Fixed32(u32),
    Fixed64(u64),
    Bytes(&'b [u8]),
}

/// The fields of a message.
struct Fields<'b>(&'b [u8]);

impl<'b> Iterator for Fields<'b> {
    type Item = Result<(u64, Wire<'b>), NoTile>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'b> Fields<'b> {
    fn field(&mut self) -> Result<(u64, Wire<'b>), NoTile> {
        let tag = varint(&mut self.0)?;
        let wire = match tag & 7 {
            0 => Wire::Number(varint(&mut self.0)?),
            1 => {
                let (bytes, rest) = self.0.split_first_chunk().ok_or(NoTile)?;
                self.0 = rest;
                Wire::Fixed64(u64::from_le_bytes(*bytes))
            }
            2 => {
                let length = usize::try_from(varint(&mut self.0)?).map_err(|_| NoTile)?;
                let (bytes, rest) = self.0.split_at_checked(length).ok_or(NoTile)?;
                self.0 = rest;
                Wire::Bytes(bytes)
            }
            5 => {
                let (bytes, rest) = self.0.split_first_chunk().ok_or(NoTile)?;
                self.0 = rest;
                Wire::Fixed32(u32::from_le_bytes(*bytes))
            }
            _ => return Err(NoTile),
        };
        Ok((tag >> 3, wire))
    }
}

fn varint(bytes: &mut &[u8]) -> Result<u64, NoTile> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(NoTile)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(NoTile)
}
