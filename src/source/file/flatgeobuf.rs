//! FlatGeobuf: a header that says the columns and the CRS, an index that is skipped, features.
//!
//! The crate `flatgeobuf` gives the schema's types, their verification and the walk through a
//! geometry. Its reader is not used: it allocates what a length says, and slices properties and
//! ring ends unchecked, so that a damaged file would panic. Here every length is checked first.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flatgeobuf::packed_r_tree::PackedRTree;
use flatgeobuf::{
    ColumnType, Crs, Geometry, GeometryType, Header, size_prefixed_root_as_feature,
    size_prefixed_root_as_header,
};

use super::rows::{Rows, id_of};
use super::{Content, Found, MAX_FEATURE, epsg_code, file_name};
use crate::source::{
    About, Column, ColumnKind, Fault, LeftOut, Report, SourceError, Stopped, Value,
};

/// The largest header, as in the crate: 10 MB.
const MAX_HEADER: u64 = 10 << 20;

/// The size of an entry of the index: four ordinates and an offset.
const INDEX_ENTRY: u64 = 40;

/// A file behind its magic bytes, read forwards with every length checked against what is left.
struct Input {
    file: BufReader<File>,
    position: u64,
    size: u64,
}

impl Input {
    fn open(path: &Path) -> Result<Input, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let size = file.metadata().map_err(|error| error.to_string())?.len();
        let mut input =
            Input { file: BufReader::with_capacity(256 << 10, file), position: 0, size };
        let mut magic = Vec::new();
        input.take(8, &mut magic)?;
        // The fourth byte is the major version, the last the patch level, which changes nothing.
        match magic.as_slice() {
            [b'f', b'g', b'b', 3, b'f', b'g', b'b', _] => Ok(input),
            [b'f', b'g', b'b', version, ..] => {
                Err(format!("FlatGeobuf version {version}: convert it to version 3"))
            }
            _ => Err("no FlatGeobuf".to_owned()),
        }
    }

    /// Takes a size and the bytes that it counts, at most `limit`, both into `buffer`.
    fn take_sized(&mut self, limit: u64, buffer: &mut Vec<u8>) -> Result<(), String> {
        self.take(4, buffer)?;
        let size = u64::from(u32::from_le_bytes([buffer[0], buffer[1], buffer[2], buffer[3]]));
        if size > limit {
            let at = self.position;
            return Err(format!("at byte {at}, a length of {size} is too large: it is damaged"));
        }
        let mut content = std::mem::take(buffer);
        let taken = self.append(size, &mut content);
        *buffer = content;
        taken
    }

    /// Replaces what is in `buffer` by the next bytes.
    fn take(&mut self, bytes: u64, buffer: &mut Vec<u8>) -> Result<(), String> {
        buffer.clear();
        self.append(bytes, buffer)
    }

    fn append(&mut self, bytes: u64, buffer: &mut Vec<u8>) -> Result<(), String> {
        let at = self.position;
        if bytes > self.size - at {
            return Err(cut_short(at));
        }
        let file = Read::by_ref(&mut self.file);
        let taken = file.take(bytes).read_to_end(buffer);
        self.position += bytes;
        match taken {
            Ok(taken) if taken as u64 == bytes => Ok(()),
            Ok(_) => Err(cut_short(at)),
            Err(error) => Err(format!("at byte {at}, it cannot be read: {error}")),
        }
    }

    fn at_end(&self) -> bool {
        self.position >= self.size
    }

    /// Skips the index of a file with such a header.
    fn skip_index(&mut self, header: &Header<'_>) -> Result<(), String> {
        let (features, node_size) = (header.features_count(), header.index_node_size());
        if node_size == 0 || features == 0 {
            return Ok(());
        }
        let left = self.size - self.position;
        // Checked here because the crate asserts it.
        if node_size == 1 || features > left / INDEX_ENTRY {
            return Err(cut_short(self.position));
        }
        let size = PackedRTree::index_size(features as usize, node_size) as u64;
        if size > left {
            return Err(cut_short(self.position));
        }
        self.position += size;
        let seek = self.file.seek(SeekFrom::Start(self.position));
        seek.map(|_| ()).map_err(|error| error.to_string())
    }
}

fn cut_short(position: u64) -> String {
    format!("after byte {position} less follows than announced: it was cut short, write it again")
}

fn header_of(buffer: &[u8]) -> Result<Header<'_>, String> {
    size_prefixed_root_as_header(buffer)
        .map_err(|error| format!("its header is damaged ({error}): write the file again"))
}

/// Reads the header. The layer is called `stem`.
pub(super) fn survey(path: &Path, stem: &str) -> Result<Found, String> {
    let file = file_name(path);
    let named = |reason: String| format!("{file}: {reason}");
    let mut buffer = Vec::new();
    let mut input = Input::open(path).map_err(named)?;
    input.take_sized(MAX_HEADER, &mut buffer).map_err(named)?;
    let header = header_of(&buffer).map_err(named)?;
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for column in header.columns().iter().flatten() {
        let name = column.name().to_owned();
        match kind(column.type_()) {
            Some(kind) => columns.push(Column { name, kind }),
            None => {
                left_out.push(LeftOut { name, reason: "binary values are not served".to_owned() })
            }
        }
    }
    Ok(Found {
        name: stem.to_owned(),
        table: None,
        about: About {
            title: header.title().map(str::to_owned),
            description: header.description().map(str::to_owned),
            ..About::default()
        },
        columns,
        left_out,
        crs: crs(header.crs()),
        key: None,
        content: Content::FlatGeobuf,
    })
}

fn kind(column: ColumnType) -> Option<ColumnKind> {
    match column {
        ColumnType::Bool => Some(ColumnKind::Boolean),
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => Some(ColumnKind::Text),
        ColumnType::Binary => None,
        ColumnType(code) if code <= ColumnType::Double.0 => Some(ColumnKind::Number),
        ColumnType(_) => None,
    }
}

/// The EPSG code of a header's CRS. Its organisation is EPSG when it says none.
fn crs(crs: Option<Crs<'_>>) -> Result<u32, String> {
    let crs = crs.ok_or("it says no CRS: set `srid`")?;
    let organisation = crs.org().unwrap_or("EPSG");
    let code = match u32::try_from(crs.code()) {
        Ok(code) if code > 0 && organisation.eq_ignore_ascii_case("EPSG") => Some(code),
        _ => epsg_code(&format!("{organisation}:{}", crs.code_string().unwrap_or_default())),
    };
    code.ok_or_else(|| {
        let name = crs.name().unwrap_or("without a name");
        format!("its CRS ({name}) says no EPSG code: set `srid`")
    })
}

/// Reads the features.
pub(super) fn read(
    path: &Path,
    columns: &[Column],
    key: Option<&str>,
    mut rows: Rows<'_>,
) -> Result<Report, SourceError> {
    let file = file_name(path);
    let layer = |reason: String| SourceError::Layer(format!("{file}: {reason}"));
    let mut input = Input::open(path).map_err(layer)?;
    let mut header = Vec::new();
    input.take_sized(MAX_HEADER, &mut header).map_err(layer)?;
    let header = header_of(&header).map_err(layer)?;
    input.skip_index(&header).map_err(layer)?;
    // 0 says that the number is unknown: then the file's end is the layer's.
    let announced = header.features_count();
    rows.expect(announced);
    let reading = Reading::new(&header, columns, key);
    let mut buffer = Vec::new();
    while rows.count() < announced || (announced == 0 && !input.at_end()) {
        input
            .take_sized(MAX_FEATURE as u64, &mut buffer)
            .map_err(|reason| layer(format!("in feature {}, {reason}", rows.count() + 1)))?;
        reading.row(&buffer, &mut rows)?;
    }
    Ok(rows.finish())
}

struct Reading {
    columns: Vec<FileColumn>,
    /// Which of them is the feature's id.
    key: Option<usize>,
    /// How many values go out.
    width: usize,
    geometries: GeometryType,
}

/// A column of the file: its values' type, its name, and where they go.
struct FileColumn {
    kind: ColumnType,
    name: String,
    target: Option<usize>,
}

impl Reading {
    fn new(header: &Header<'_>, columns: &[Column], key: Option<&str>) -> Reading {
        let mut reading = Reading {
            columns: Vec::new(),
            key: None,
            width: columns.len(),
            geometries: header.geometry_type(),
        };
        for (at, column) in header.columns().iter().flatten().enumerate() {
            let target = columns.iter().position(|wanted| wanted.name == column.name());
            let (kind, name) = (column.type_(), column.name().to_owned());
            reading.columns.push(FileColumn { kind, name, target });
            if key == Some(column.name()) {
                reading.key = Some(at);
            }
        }
        reading
    }

    fn row(&self, buffer: &[u8], rows: &mut Rows<'_>) -> Result<(), Stopped> {
        let Ok(feature) = size_prefixed_root_as_feature(buffer) else {
            return rows.row(Err(Fault::Unreadable), None, &[]);
        };
        let mut values = vec![Value::Null; self.width];
        let mut id = None;
        let mut properties = feature.properties().map_or(&[][..], |bytes| bytes.bytes());
        while !properties.is_empty() {
            let Some((column, value)) = self.property(&mut properties, rows) else {
                // The length of a value is unknown: what follows cannot be read either.
                rows.odd_value("…", Fault::OddValue);
                break;
            };
            if self.key == Some(column) {
                id = id_of(value);
            }
            if let Some(at) = self.columns[column].target {
                values[at] = value;
            }
        }
        let geometry = match feature.geometry() {
            None => Err(Fault::NoGeometry),
            Some(geometry) if is_empty(&geometry) => Err(Fault::NoGeometry),
            Some(geometry) if !is_sound(&geometry, self.kind_of(&geometry)) => {
                Err(Fault::Unreadable)
            }
            Some(geometry) => {
                rows.shapes.read(|reader| geometry.process(reader, self.kind_of(&geometry)))
            }
        };
        rows.row(geometry, id, &values)
    }

    fn kind_of(&self, geometry: &Geometry<'_>) -> GeometryType {
        match self.geometries {
            GeometryType::Unknown => geometry.type_(),
            kind => kind,
        }
    }

    /// Takes a property: the number of its column, two bytes, and its value, as the column's type
    /// says. Nothing where the bytes do not hold it.
    fn property<'v>(
        &self,
        bytes: &mut &'v [u8],
        rows: &mut Rows<'_>,
    ) -> Option<(usize, Value<'v>)> {
        let column = usize::from(u16::from_le_bytes(take(bytes)?));
        let FileColumn { kind, name, .. } = self.columns.get(column)?;
        let value = match *kind {
            ColumnType::Byte => Value::Int(i8::from_le_bytes(take(bytes)?).into()),
            ColumnType::UByte => Value::Int(u8::from_le_bytes(take(bytes)?).into()),
            ColumnType::Bool => Value::Bool(take::<1>(bytes)? != [0]),
            ColumnType::Short => Value::Int(i16::from_le_bytes(take(bytes)?).into()),
            ColumnType::UShort => Value::Int(u16::from_le_bytes(take(bytes)?).into()),
            ColumnType::Int => Value::Int(i32::from_le_bytes(take(bytes)?).into()),
            ColumnType::UInt => Value::Int(u32::from_le_bytes(take(bytes)?).into()),
            ColumnType::Long => Value::Int(i64::from_le_bytes(take(bytes)?)),
            ColumnType::ULong => {
                let number = u64::from_le_bytes(take(bytes)?);
                i64::try_from(number).map_or(Value::UInt(number), Value::Int)
            }
            ColumnType::Float => match f32::from_le_bytes(take(bytes)?) {
                number if number.is_finite() => Value::Float(number),
                _ => rows.no_value(name, Fault::NotFinite),
            },
            ColumnType::Double => rows.number(name, f64::from_le_bytes(take(bytes)?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                rows.bytes(name, take_sized(bytes)?)
            }
            ColumnType::Binary => {
                take_sized(bytes)?;
                Value::Null
            }
            ColumnType(_) => return None,
        };
        Some((column, value))
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

fn take_sized<'v>(bytes: &mut &'v [u8]) -> Option<&'v [u8]> {
    let size = u32::from_le_bytes(take(bytes)?);
    let (taken, rest) = bytes.split_at_checked(usize::try_from(size).ok()?)?;
    *bytes = rest;
    Some(taken)
}

/// Whether a geometry can be walked: its ordinates are pairs, a point has one, each has a height
/// or none has, likewise measures, and the ends of its parts lie where its positions are. The crate counts on all that. The recursion is bounded:
/// the verification allows a nesting of 64.
fn is_sound(geometry: &Geometry<'_>, kind: GeometryType) -> bool {
    let ordinates = geometry.xy().map_or(0, |xy| xy.len());
    let mut last = 0;
    let ordered = geometry.ends().iter().flatten().all(|end| {
        let grows = end >= last;
        last = end;
        grows
    });
    let of_each = |others: Option<usize>| others.is_none_or(|others| others * 2 == ordinates);
    let has_position = kind != GeometryType::Point || ordinates > 0;
    ordinates.is_multiple_of(2)
        && has_position
        && of_each(geometry.z().map(|z| z.len()))
        && of_each(geometry.m().map(|m| m.len()))
        && ordered
        && u64::from(last) * 2 <= ordinates as u64
        && geometry.parts().iter().flatten().all(|part| is_sound(&part, part.type_()))
}

fn is_empty(geometry: &Geometry<'_>) -> bool {
    geometry.xy().is_none_or(|xy| xy.is_empty()) && geometry.parts().is_none_or(|p| p.is_empty())
}
