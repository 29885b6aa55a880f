//! Glyphs as distance fields, by font and character: read from ranges of 256 characters, as
//! [`style::font`](crate::style::font) makes them and as files of other makers hold them. A range is
//! read when a text asks for one of its characters first.
//!
//! Source: <https://github.com/mapbox/node-fontnik/blob/master/proto/glyphs.proto>

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::HashMap;

use crate::wire::protobuf::unzigzag;

/// Pixels around a glyph's box in its field.
pub const BORDER: u32 = 3;
/// Wider or higher boxes are no glyphs but faults of a file.
const LARGEST: u64 = 512;
/// Characters in a range.
const RANGE: u32 = 256;
/// More ranges than texts of one map are in (each some 100 kB): beyond that all are forgotten.
const MOST_RANGES: usize = 1_024;

/// A glyph, in pixels of 24 to the em.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glyph {
    /// The width of its box.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// From the pen to the box.
    pub left: f64,
    /// From the line to the box's top, upwards.
    pub top: f64,
    /// How far it moves the pen.
    pub advance: f64,
    /// The distance field of the box and [`BORDER`] around it, row by row; empty where there is
    /// nothing to draw.
    pub field: Box<[u8]>,
}

/// A range, by characters from its first on.
type Range = Arc<[Option<Arc<Glyph>>]>;

/// Ranges as far as they were asked for, by fonts and first character.
type Ranges = HashMap<(Arc<str>, u32), Option<Range>>;

/// What gives the bytes of a range: of fonts (their names joined by commas), from a character on.
pub type Read<'a> = Box<dyn Fn(&str, u32) -> Option<Vec<u8>> + Send + Sync + 'a>;

/// The glyphs of all fonts.
pub struct Glyphs<'a> {
    read: Read<'a>,
    ranges: RwLock<Ranges>,
}

impl fmt::Debug for Glyphs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Glyphs").finish_non_exhaustive()
    }
}

impl<'a> Glyphs<'a> {
    /// Glyphs of ranges that are read so.
    pub fn new(read: Read<'a>) -> Glyphs<'a> {
        Glyphs { read, ranges: RwLock::default() }
    }

    /// No glyphs: texts are not drawn.
    pub fn none() -> Glyphs<'static> {
        Glyphs::new(Box::new(|_, _| None))
    }

    /// Looks glyphs up, one after the other.
    pub fn look_up(&self) -> LookUp<'_> {
        LookUp { glyphs: self, last: RefCell::default() }
    }

    fn range(&self, fonts: &Arc<str>, first: u32) -> Option<Range> {
        let key = (fonts.clone(), first);
        let kept = self.ranges.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(range) = kept {
            return range;
        }
        let range = (self.read)(fonts, first).map(|bytes| range(&bytes, first));
        let mut ranges = self.ranges.write().unwrap_or_else(PoisonError::into_inner);
        if ranges.len() >= MOST_RANGES {
            ranges.clear();
        }
        ranges.insert(key, range.clone());
        range
    }
}

/// Looks glyphs up: most are of the range of the one before.
#[derive(Debug)]
pub struct LookUp<'a> {
    glyphs: &'a Glyphs<'a>,
    last: RefCell<Option<Last>>,
}

/// What was looked up last.
#[derive(Debug)]
struct Last {
    fonts: Arc<str>,
    first: u32,
    range: Option<Range>,
}

impl LookUp<'_> {
    /// The glyph of a character.
    pub fn get(&self, fonts: &Arc<str>, character: char) -> Option<Arc<Glyph>> {
        let code = u32::from(character);
        let (first, at) = (code / RANGE * RANGE, (code % RANGE) as usize);
        let mut last = self.last.borrow_mut();
        let is_last = |last: &Last| last.first == first && last.fonts == *fonts;
        if !last.as_ref().is_some_and(is_last) {
            let range = self.glyphs.range(fonts, first);
            *last = Some(Last { fonts: fonts.clone(), first, range });
        }
        last.as_ref()?.range.as_ref()?.get(at)?.clone()
    }
}

/// Reads a range. What is no glyph is left out; what follows a fault is not read.
fn range(bytes: &[u8], first: u32) -> Range {
    let mut glyphs = vec![None; RANGE as usize];
    for (_, stack) in Fields(bytes).filter(|(field, _)| *field == 1) {
        for (_, message) in Fields(stack.bytes()).filter(|(field, _)| *field == 3) {
            if let Some((code, glyph)) = glyph(message.bytes())
                && let Some(place) = glyphs.get_mut(code.wrapping_sub(first) as usize)
            {
                *place = Some(Arc::new(glyph));
            }
        }
    }
    glyphs.into()
}

fn glyph(message: &[u8]) -> Option<(u32, Glyph)> {
    let (mut code, mut width, mut height) = (0, 0, 0);
    let mut glyph = Glyph::default();
    for (field, value) in Fields(message) {
        match field {
            1 => code = value.number(),
            2 => glyph.field = value.bytes().into(),
            3 => width = value.number(),
            4 => height = value.number(),
            5 => glyph.left = unzigzag(value.number()) as f64,
            6 => glyph.top = unzigzag(value.number()) as f64,
            7 => glyph.advance = value.number() as f64,
            _ => {}
        }
    }
    if width > LARGEST || height > LARGEST || !(glyph.left + glyph.top + glyph.advance).is_finite()
    {
        return None;
    }
    (glyph.width, glyph.height) = (width as u32, height as u32);
    let (columns, rows) = (glyph.width + 2 * BORDER, glyph.height + 2 * BORDER);
    if glyph.field.len() != (columns * rows) as usize {
        glyph.field = Box::default();
    }
    Some((u32::try_from(code).ok()?, glyph))
}

/// The value of a field.
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn number(self) -> u64 {
        match self {
            Value::Number(number) => number,
            Value::Bytes(_) => 0,
        }
    }

    fn bytes(self) -> &'a [u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Number(_) => &[],
        }
    }
}

/// The fields of a message, up to the first that is none.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Value<'a>);

    fn next(&mut self) -> Option<(u32, Value<'a>)> {
        let tag = self.varint()?;
        let length = match tag & 7 {
            0 => return Some(((tag >> 3) as u32, Value::Number(self.varint()?))),
            1 => 8,
            2 => usize::try_from(self.varint()?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(((tag >> 3) as u32, Value::Bytes(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::wire::protobuf::{put_bytes, put_number, zigzag};

    fn file(code: u64, width: u64, field: &[u8]) -> Vec<u8> {
        let mut glyph = Vec::new();
        put_number(1, code, &mut glyph);
        put_bytes(2, field, &mut glyph);
        put_number(3, width, &mut glyph);
        put_number(4, 2, &mut glyph);
        put_number(5, zigzag(-1), &mut glyph);
        put_number(6, zigzag(-9), &mut glyph);
        put_number(7, 13, &mut glyph);
        let (mut stack, mut file) = (Vec::new(), Vec::new());
        put_bytes(1, b"Noto", &mut stack);
        put_bytes(3, &glyph, &mut stack);
        put_bytes(1, &stack, &mut file);
        file
    }

    #[test]
    fn a_range_is_read_once_when_it_is_asked_for() {
        let reads = AtomicUsize::new(0);
        let read = |fonts: &str, first: u32| {
            reads.fetch_add(1, Ordering::Relaxed);
            (fonts == "Noto" && first == 0).then(|| file(65, 1, &[7; 56]))
        };
        let glyphs = Glyphs::new(Box::new(read));
        let glyphs = glyphs.look_up();
        let noto: Arc<str> = "Noto".into();
        let glyph = glyphs.get(&noto, 'A').unwrap();
        assert_eq!((glyph.width, glyph.left, glyph.top, glyph.advance), (1, -1.0, -9.0, 13.0));
        assert_eq!(glyph.field.len(), 56);
        assert!(glyphs.get(&noto, 'B').is_none());
        assert!(glyphs.get(&noto, '身').is_none() && glyphs.get(&noto, '身').is_none());
        assert_eq!(reads.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_faulty_file_has_no_glyphs_that_cannot_be_drawn() {
        assert!(range(&file(65, 600, &[]), 0)[65].is_none());
        assert!(range(&file(65, 1, &[7; 55]), 0)[65].as_ref().unwrap().field.is_empty());
        let whole = file(65, 1, &[7; 56]);
        for length in 0..whole.len() {
            range(&whole[..length], 0);
        }
    }
}
