//! A feature as bytes, while a layer is read: what is hashed, sorted, and made into a page. Not as it
//! stands in a page: that is [`super::page`].
//!
//! | bytes | what |
//! |---|---|
//! | 1, 1, 8 | the kind of shape; whether there is an id; the id |
//! | 16 | the box |
//! | 4, 4 | how many parts, how many vertices |
//! | 4 each | where each part ends |
//! | 8 each | vertices |
//! | … | values, a column each: length (varint), the bytes of [`super::dictionary`] |

use super::dictionary::{self, Dictionary};
use super::page::{NULL_CODE, Page};
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::world::{WorldBox, WorldPoint};
use crate::source::Value;
use crate::wire::protobuf::put_varint;

const HEAD: usize = 34;

/// Appends a feature with so many columns; what a row has too many is left out.
pub fn write(
    id: Option<u64>,
    shape: &Shape,
    values: &[Value<'_>],
    columns: usize,
    scratch: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    write_shape(id, shape, out);
    let absent = std::iter::repeat(Value::Null);
    for value in values.iter().copied().chain(absent).take(columns) {
        scratch.clear();
        dictionary::encode(value, scratch);
        write_value(scratch, out);
    }
}

/// Appends a feature that a segment holds, as it was when it was written there.
pub fn write_again(page: &Page<'_>, place: usize, dictionary: Dictionary<'_>, out: &mut Vec<u8>) {
    let mut shape = Shape::new(page.kind(place));
    page.read_shape(place, &mut shape);
    write_shape(page.order(place).id(), &shape, out);
    for column in 0..page.columns() {
        let code = page.code(column, place);
        let value = if code == NULL_CODE { None } else { dictionary.get(code) };
        write_value(value.unwrap_or_default(), out);
    }
}

fn write_value(value: &[u8], out: &mut Vec<u8>) {
    put_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

fn write_shape(id: Option<u64>, shape: &Shape, out: &mut Vec<u8>) {
    let WorldBox { min, max } = shape.bounds();
    out.extend_from_slice(&[shape.kind() as u8, u8::from(id.is_some())]);
    out.extend_from_slice(&id.unwrap_or_default().to_le_bytes());
    let mut put = |number: u32| out.extend_from_slice(&number.to_le_bytes());
    [min.x, min.y, max.x, max.y].into_iter().for_each(&mut put);
    put(shape.parts().count() as u32);
    put(shape.points().len() as u32);
    let mut end = 0;
    for part in shape.parts() {
        end += part.len() as u32;
        put(end);
    }
    for point in shape.points() {
        put(point.x);
        put(point.y);
    }
}

/// A feature, read in place. Its bytes are our own: where they are cut short, so is what is read.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    head: &'a [u8; HEAD],
    ends: &'a [[u8; 4]],
    points: &'a [[u8; 8]],
    values: &'a [u8],
}

impl<'a> Record<'a> {
    /// The feature in these bytes.
    pub fn read(bytes: &'a [u8]) -> Option<Record<'a>> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let (ends, rest) = rest.split_at_checked(4 * number(head, 26) as usize)?;
        let (points, values) = rest.split_at_checked(8 * number(head, 30) as usize)?;
        Some(Record { head, ends: ends.as_chunks().0, points: points.as_chunks().0, values })
    }

    /// What its shape is made of.
    pub fn kind(&self) -> ShapeKind {
        match self.head[0] {
            0 => ShapeKind::Point,
            1 => ShapeKind::Line,
            _ => ShapeKind::Polygon,
        }
    }

    /// The box around it.
    pub fn bounds(&self) -> WorldBox {
        let corner = |at| WorldPoint { x: number(self.head, at), y: number(self.head, at + 4) };
        WorldBox { min: corner(10), max: corner(18) }
    }

    /// How many vertices it has.
    pub fn vertices(&self) -> usize {
        self.points.len()
    }

    /// Puts its shape into `shape`.
    pub fn read_shape(&self, shape: &mut Shape) {
        shape.reset(self.kind());
        let mut start = 0;
        for end in self.ends {
            let end = u32::from_le_bytes(*end) as usize;
            let part = self.points.get(start..end).unwrap_or_default();
            shape.push_part(part.iter().map(|point| {
                let [x, y] = [0, 4].map(|at| number(point, at));
                WorldPoint { x, y }
            }));
            start = end;
        }
    }

    /// The encoded value of each column, in their order; empty where there is none.
    pub fn values(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.values;
        std::iter::from_fn(move || {
            let mut length = 0;
            for shift in (0..64).step_by(7) {
                let (&byte, others) = rest.split_first()?;
                rest = others;
                length |= usize::from(byte & 0x7F) << shift;
                if byte < 0x80 {
                    break;
                }
            }
            let (value, others) = rest.split_at_checked(length)?;
            rest = others;
            Some(value)
        })
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::shape::RingRole;

    #[test]
    fn what_is_written_is_read_again() {
        let mut shape = Shape::new(ShapeKind::Polygon);
        let square = |low: u32, high: u32| {
            [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| WorldPoint { x, y })
        };
        shape.push_ring(&square(0, 100), RingRole::Exterior);
        shape.push_ring(&square(20, 40), RingRole::Interior);
        let long = "x".repeat(1000);
        let values = [Value::Null, Value::Text(&long), Value::Int(-3)];
        let mut bytes = Vec::new();
        write(Some(7), &shape, &values, 4, &mut Vec::new(), &mut bytes);

        let record = Record::read(&bytes).unwrap();
        let mut read = Shape::new(ShapeKind::Point);
        record.read_shape(&mut read);
        assert_eq!((&read, record.bounds(), record.vertices()), (&shape, shape.bounds(), 8));
        let lengths: Vec<_> = record.values().map(<[u8]>::len).collect();
        assert_eq!(lengths, [0, 1003, 2, 0]);
        assert!((0..HEAD + 8).all(|length| Record::read(&bytes[..length]).is_none()));
    }
}
