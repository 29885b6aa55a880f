//! A JSON file cut into its features, one at a time, without parsing them: only strings and
//! brackets are followed. So a feature that is malformed costs itself and not the file, its place
//! is known, and no more than one is in memory.

use std::fmt;
use std::io::{self, BufRead};

use crate::source::file::MAX_FEATURE;

/// What may stand before each text of a sequence (RFC 8142).
pub(in crate::source::file) const RECORD_SEPARATOR: u8 = 0x1E;

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// The longest `crs` member that is understood, in bytes.
const MAX_CRS: usize = 64 << 10;

/// Cuts a file.
pub(super) struct Records<R> {
    input: R,
    position: u64,
    place: Place,
    saw_collection: bool,
    crs: Option<serde_json::Value>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Outside of all objects.
    Between,
    /// Among the elements of a `features` array.
    Features,
    /// Among the members of a collection, behind its features.
    Collection,
}

/// How far a value reaches: only strings and brackets are followed.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Extent {
    /// Where the value ends in what comes next of it: behind its closing bracket or quote, or before
    /// what follows a bare word. Nothing where it goes on.
    pub(super) fn end(&mut self, chunk: &[u8]) -> Option<usize> {
        let Extent { mut depth, mut in_string, mut escaped } = *self;
        for (at, byte) in chunk.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => {
                    in_string = !in_string;
                    if !in_string && depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ if in_string => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 1 => depth -= 1,
                b'}' | b']' if depth == 1 => return Some(at + 1),
                b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return Some(at),
                _ => {}
            }
        }
        *self = Extent { depth, in_string, escaped };
        None
    }
}

/// How an object at the file's top was read.
enum Members {
    /// Up to its end.
    All,
    /// Into its `features`.
    Features,
}

/// Why a file cannot be cut further, and where.
#[derive(Debug)]
pub(super) struct Broken {
    position: u64,
    reason: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}, {}", self.position, self.reason)
    }
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Records<R> {
        Records { input, position: 0, place: Place::Between, saw_collection: false, crs: None }
    }

    /// Whether there was a collection so far.
    pub(super) fn saw_collection(&self) -> bool {
        self.saw_collection
    }

    /// The `crs` member at the file's top, if there was one so far.
    pub(super) fn crs(&self) -> Option<&serde_json::Value> {
        self.crs.as_ref()
    }

    /// The text of the next feature, or of what stands in its place; `false` at the file's end.
    pub(super) fn next(&mut self, record: &mut Vec<u8>) -> Result<bool, Broken> {
        loop {
            let byte = self.peek_past_space()?;
            match (self.place, byte) {
                (Place::Between, None) => return Ok(false),
                (Place::Between, Some(b'{')) => {
                    record.clear();
                    self.take(record)?;
                    match self.members(record)? {
                        Members::All => return Ok(true),
                        Members::Features => {}
                    }
                }
                (Place::Between, Some(b)) if b == RECORD_SEPARATOR => self.skip(1),
                (Place::Between, Some(b)) if self.marks_byte_order(b) => self.skip(1),
                (Place::Between, _) | (Place::Features, Some(b'}')) => {
                    return Err(self.unexpected(byte));
                }
                (Place::Features, Some(b',')) => self.skip(1),
                (Place::Features, Some(b']')) => {
                    self.skip(1);
                    self.place = Place::Collection;
                }
                (Place::Features, Some(_)) => {
                    record.clear();
                    self.value(record)?;
                    return Ok(true);
                }
                (Place::Collection, Some(_)) => {
                    record.clear();
                    if let Members::All = self.members(record)? {
                        self.place = Place::Between;
                    }
                }
                (Place::Features | Place::Collection, None) => return Err(self.cut_short()),
            }
        }
    }

    /// Takes the members of an object at the file's top, up to its end or into its `features`.
    fn members(&mut self, record: &mut Vec<u8>) -> Result<Members, Broken> {
        loop {
            match self.peek_past_space()? {
                Some(b'}') => {
                    self.take(record)?;
                    return Ok(Members::All);
                }
                Some(b',') => {
                    self.take(record)?;
                    continue;
                }
                Some(b'"') => {}
                other => return Err(self.unexpected(other)),
            }
            let start = record.len();
            self.value(record)?;
            let name = record[start..].to_vec();
            match self.peek_past_space()? {
                Some(b':') => self.take(record)?,
                other => return Err(self.unexpected(other)),
            }
            if name == b"\"features\"" && self.peek_past_space()? == Some(b'[') {
                self.skip(1);
                self.place = Place::Features;
                self.saw_collection = true;
                return Ok(Members::Features);
            }
            let start = record.len();
            self.peek_past_space()?;
            self.value(record)?;
            let value = &record[start..];
            if name == b"\"crs\"" {
                // What cannot be read must not pass for a `crs` that is absent.
                let read = serde_json::from_slice(value).ok();
                let read = read.filter(|_| value.len() <= MAX_CRS);
                self.crs = Some(read.unwrap_or(serde_json::Value::Bool(false)));
            }
        }
    }

    /// Takes a whole value: up to its closing bracket or quote, or to what follows a number.
    fn value(&mut self, record: &mut Vec<u8>) -> Result<(), Broken> {
        let mut extent = Extent::default();
        loop {
            let chunk = self.input.fill_buf().map_err(|error| broken(self.position, &error))?;
            if chunk.is_empty() {
                return Err(self.cut_short());
            }
            let end = extent.end(chunk);
            let taken = end.unwrap_or(chunk.len());
            if record.len() + taken > MAX_FEATURE {
                let reason = format!("a feature is larger than {} MB", MAX_FEATURE >> 20);
                return Err(self.broken(&reason));
            }
            record.extend_from_slice(&chunk[..taken]);
            self.skip(taken);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// The next byte that is not white space, which is left out; nothing at the file's end.
    fn peek_past_space(&mut self) -> Result<Option<u8>, Broken> {
        loop {
            let chunk = self.input.fill_buf().map_err(|error| broken(self.position, &error))?;
            let space = chunk.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let (next, at_end) = (chunk.get(space).copied(), chunk.is_empty());
            self.skip(space);
            if next.is_some() || at_end {
                return Ok(next);
            }
        }
    }

    /// Takes the byte that was just looked at.
    fn take(&mut self, record: &mut Vec<u8>) -> Result<(), Broken> {
        let chunk = self.input.fill_buf().map_err(|error| broken(self.position, &error))?;
        record.extend(chunk.first());
        self.skip(1);
        Ok(())
    }

    fn skip(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.position += bytes as u64;
    }

    fn marks_byte_order(&self, byte: u8) -> bool {
        let at = usize::try_from(self.position).ok();
        at.and_then(|at| BYTE_ORDER_MARK.get(at)) == Some(&byte)
    }

    fn unexpected(&self, byte: Option<u8>) -> Broken {
        match byte {
            Some(byte) => self.broken(&format!(
                "{:?} stands where GeoJSON has none: write the file again",
                char::from(byte)
            )),
            None => self.cut_short(),
        }
    }

    fn cut_short(&self) -> Broken {
        self.broken("the file ends in the middle of an object: it was cut short, write it again")
    }

    fn broken(&self, reason: &str) -> Broken {
        Broken { position: self.position, reason: reason.to_owned() }
    }
}

fn broken(position: u64, error: &io::Error) -> Broken {
    Broken { position, reason: format!("it cannot be read: {error}") }
}
