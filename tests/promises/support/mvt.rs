//! Reads vector tiles, for tests: written from the specification alone, sharing nothing with the
//! engine. Panics on anything that a tile must not hold.

use std::collections::BTreeMap;

/// One layer of a tile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    pub name: String,
    pub extent: u64,
    pub version: u64,
    pub features: Vec<Feature>,
}

/// One feature: its geometry as parts, rings closed again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feature {
    pub id: Option<u64>,
    pub kind: u64,
    pub parts: Vec<Vec<(i64, i64)>>,
    pub properties: BTreeMap<String, Value>,
}

/// An attribute value; numbers of all wire types are equal where their values are.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
}

impl Feature {
    /// As text, for PostGIS and for golden files.
    pub fn wkt(&self) -> String {
        let path = |part: &[(i64, i64)]| {
            let points: Vec<_> = part.iter().map(|(x, y)| format!("{x} {y}")).collect();
            format!("({})", points.join(","))
        };
        let paths = |parts: &[Vec<(i64, i64)>]| {
            parts.iter().map(|part| path(part)).collect::<Vec<_>>().join(",")
        };
        match self.kind {
            1 => format!("MULTIPOINT({})", paths(&self.parts)),
            2 => format!("MULTILINESTRING({})", paths(&self.parts)),
            3 => {
                let polygons: Vec<_> =
                    self.polygons().iter().map(|rings| format!("({})", paths(rings))).collect();
                format!("MULTIPOLYGON({})", polygons.join(","))
            }
            other => panic!("geometry type {other}"),
        }
    }

    /// The rings by polygon, as their winding says: an exterior, then its interiors.
    pub fn polygons(&self) -> Vec<Vec<Vec<(i64, i64)>>> {
        let mut polygons: Vec<Vec<Vec<(i64, i64)>>> = Vec::new();
        for ring in &self.parts {
            let area = doubled_area(ring);
            assert_ne!(area, 0, "a ring without area");
            if area > 0 {
                polygons.push(vec![ring.clone()]);
            } else {
                polygons.last_mut().expect("an interior ring comes first").push(ring.clone());
            }
        }
        polygons
    }
}

/// Twice the area by the surveyor's formula.
pub fn doubled_area(ring: &[(i64, i64)]) -> i64 {
    ring.windows(2).map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1).sum()
}

/// Reads a tile.
pub fn decode(tile: &[u8]) -> Vec<Layer> {
    fields(tile)
        .into_iter()
        .map(|(field, value)| {
            assert_eq!(field, 3, "an unknown field in a tile");
            layer(value.bytes())
        })
        .collect()
}

fn layer(bytes: &[u8]) -> Layer {
    let mut layer = Layer { extent: 4096, version: 1, ..Layer::default() };
    let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
    for (field, value) in fields(bytes) {
        match field {
            1 => layer.name = text(value.bytes()),
            2 => features.push(value.bytes()),
            3 => keys.push(text(value.bytes())),
            4 => values.push(attribute(value.bytes())),
            5 => layer.extent = value.number(),
            15 => layer.version = value.number(),
            _ => panic!("field {field} in a layer"),
        }
    }
    layer.features = features.into_iter().map(|bytes| feature(bytes, &keys, &values)).collect();
    layer
}

fn feature(bytes: &[u8], keys: &[String], values: &[Value]) -> Feature {
    let mut feature = Feature::default();
    let mut commands = Vec::new();
    for (field, value) in fields(bytes) {
        match field {
            1 => feature.id = Some(value.number()),
            2 => {
                for tag in varints(value.bytes()).chunks(2) {
                    let key = keys[tag[0] as usize].clone();
                    let before = feature.properties.insert(key, values[tag[1] as usize].clone());
                    assert!(before.is_none(), "a key twice in one feature");
                }
            }
            3 => feature.kind = value.number(),
            4 => commands = varints(value.bytes()),
            _ => panic!("field {field} in a feature"),
        }
    }
    feature.parts = geometry(&commands);
    assert!(!feature.parts.is_empty(), "a feature without geometry");
    feature
}

fn geometry(commands: &[u64]) -> Vec<Vec<(i64, i64)>> {
    let mut parts: Vec<Vec<(i64, i64)>> = Vec::new();
    let (mut x, mut y) = (0, 0);
    let mut rest = commands.iter().copied();
    while let Some(command) = rest.next() {
        let mut step = || {
            let mut delta = || {
                let folded = rest.next().expect("a parameter");
                (folded >> 1) as i64 ^ -((folded & 1) as i64)
            };
            (x, y) = (x + delta(), y + delta());
            (x, y)
        };
        match (command & 7, command >> 3) {
            (1, count) => (0..count).for_each(|_| parts.push(vec![step()])),
            (2, count) => {
                let part = parts.last_mut().expect("a MoveTo before LineTo");
                (0..count).for_each(|_| part.push(step()));
            }
            (7, 1) => {
                let part = parts.last_mut().expect("a ring to close");
                assert!(part.len() >= 3, "a ring of {} vertices", part.len());
                part.push(part[0]);
            }
            (command, count) => panic!("command {command} × {count}"),
        }
    }
    parts
}

fn attribute(bytes: &[u8]) -> Value {
    let fields = fields(bytes);
    assert_eq!(fields.len(), 1, "a value has one field");
    match &fields[0] {
        (1, value) => Value::Text(text(value.bytes())),
        (2, Wire::Fixed32(bits)) => Value::Number(f64::from(f32::from_bits(*bits))),
        (3, Wire::Fixed64(bits)) => Value::Number(f64::from_bits(*bits)),
        (4, value) => Value::Number(value.number() as i64 as f64),
        (5, value) => Value::Number(value.number() as f64),
        (6, value) => {
            let folded = value.number();
            Value::Number(((folded >> 1) as i64 ^ -((folded & 1) as i64)) as f64)
        }
        (7, value) => Value::Bool(value.number() != 0),
        (field, _) => panic!("field {field} in a value"),
    }
}

/// A field's value as protobuf lays it out.
pub enum Wire<'a> {
    Varint(u64),
    Fixed32(u32),
    Fixed64(u64),
    Bytes(&'a [u8]),
}

impl<'a> Wire<'a> {
    pub fn number(&self) -> u64 {
        match self {
            Wire::Varint(number) => *number,
            _ => panic!("not a number"),
        }
    }

    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Wire::Bytes(bytes) => bytes,
            _ => panic!("not bytes"),
        }
    }
}

/// The fields of a protobuf message by their numbers.
pub fn fields(mut bytes: &[u8]) -> Vec<(u64, Wire<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let value = match tag & 7 {
            0 => Wire::Varint(varint(&mut bytes)),
            1 => Wire::Fixed64(u64::from_le_bytes(take(&mut bytes, 8).try_into().unwrap())),
            2 => {
                let length = varint(&mut bytes) as usize;
                Wire::Bytes(take(&mut bytes, length))
            }
            5 => Wire::Fixed32(u32::from_le_bytes(take(&mut bytes, 4).try_into().unwrap())),
            other => panic!("wire type {other}"),
        };
        fields.push((tag >> 3, value));
    }
    fields
}

fn varints(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        numbers.push(varint(&mut bytes));
    }
    numbers
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
    }
    panic!("a varint of more than ten bytes")
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (head, rest) = bytes.split_at(length);
    *bytes = rest;
    head
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text in UTF-8")
}
