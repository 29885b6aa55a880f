//! Column types: which are served, how they cross the wire, and what the bytes of a value say.

use crate::source::{ColumnKind, Fault, MAX_TEXT, Value};

/// A type as the catalogue has it; of a domain, its base type.
#[derive(Clone, Debug)]
pub(super) struct TypeFacts {
    pub(super) schema: String,
    pub(super) name: String,
    /// `pg_type.typtype`: 'b' base, 'c' composite, 'e' enum, 'r' range, 'm' multirange…
    pub(super) kind: char,
    /// `pg_type.typcategory`: 'A' array…
    pub(super) category: char,
}

/// How the values of a column cross the wire, in PostgreSQL's binary format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Bool,
    /// 2, 4 or 8 bytes: the length of the value says which.
    Int,
    Float,
    Double,
    /// `numeric`, as text: cast to `float8` it would end the COPY where a value is too large.
    Decimal,
    /// As PostgreSQL writes it.
    Text,
}

impl Encoding {
    /// The encoding of a type, or why its values are not served.
    pub(super) fn of(facts: &TypeFacts) -> Result<Encoding, String> {
        let built_in = facts.schema == "pg_catalog";
        match facts.name.as_str() {
            "bool" if built_in => Ok(Encoding::Bool),
            "int2" | "int4" | "int8" | "oid" if built_in => Ok(Encoding::Int),
            "float4" if built_in => Ok(Encoding::Float),
            "float8" if built_in => Ok(Encoding::Double),
            "numeric" if built_in => Ok(Encoding::Decimal),
            "bytea" | "tsvector" | "tsquery" if built_in => {
                Err(format!("{} is not served", facts.name))
            }
            "geometry" | "geography" => Err("it is another geometry".to_owned()),
            "raster" | "box2d" | "box3d" => Err(format!("{} is not served", facts.name)),
            _ if facts.category == 'A' => Err("arrays are not served".to_owned()),
            _ => match facts.kind {
                'b' | 'e' | 'r' | 'm' => Ok(Encoding::Text),
                'c' => Err(format!("the composite type {} is not served", facts.name)),
                _ => Err(format!("the type {} is not served", facts.name)),
            },
        }
    }

    /// What TileJSON says of such a column.
    pub(super) fn kind(self) -> ColumnKind {
        match self {
            Encoding::Bool => ColumnKind::Boolean,
            Encoding::Int | Encoding::Float | Encoding::Double | Encoding::Decimal => {
                ColumnKind::Number
            }
            Encoding::Text => ColumnKind::Text,
        }
    }

    /// The expression that selects a column (already quoted) in this encoding.
    pub(super) fn expression(self, column: &str, facts: &TypeFacts) -> String {
        match self {
            Encoding::Int if facts.name == "oid" => format!("{column}::pg_catalog.int8"),
            Encoding::Decimal | Encoding::Text => format!("{column}::pg_catalog.text"),
            _ => column.to_owned(),
        }
    }

    /// The value that some bytes hold, or the fault for which it is absent.
    pub(super) fn decode(self, bytes: &[u8]) -> Result<Value<'_>, Fault> {
        match self {
            Encoding::Bool => match bytes {
                [byte] => Ok(Value::Bool(*byte != 0)),
                _ => Err(Fault::OddValue),
            },
            Encoding::Int => integer(bytes).map(Value::Int).ok_or(Fault::OddValue),
            Encoding::Float => array(bytes)
                .map(f32::from_be_bytes)
                .filter(|number| number.is_finite())
                .map(Value::Float)
                .ok_or(Fault::OddValue),
            Encoding::Double => finite(array(bytes).map(f64::from_be_bytes)),
            Encoding::Decimal => finite(text(bytes)?.parse().ok()),
            Encoding::Text if bytes.len() > MAX_TEXT => Err(Fault::LongText),
            Encoding::Text => text(bytes).map(Value::Text),
        }
    }
}

/// A big-endian integer of any of PostgreSQL's widths.
pub(super) fn integer(bytes: &[u8]) -> Option<i64> {
    match bytes.len() {
        2 => array(bytes).map(i16::from_be_bytes).map(i64::from),
        4 => array(bytes).map(i32::from_be_bytes).map(i64::from),
        _ => array(bytes).map(i64::from_be_bytes),
    }
}

fn finite(number: Option<f64>) -> Result<Value<'static>, Fault> {
    number.filter(|number| number.is_finite()).map(Value::Double).ok_or(Fault::OddValue)
}

/// Text in UTF-8. A database in SQL_ASCII may hold bytes that are none.
fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::OddValue)
}

fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_all_widths_are_one_kind() {
        let decode = |bytes: &[u8]| Encoding::Int.decode(bytes).map(|value| format!("{value:?}"));
        assert_eq!(decode(&(-2_i16).to_be_bytes()), Ok("Int(-2)".to_owned()));
        assert_eq!(decode(&70_000_i32.to_be_bytes()), Ok("Int(70000)".to_owned()));
        assert_eq!(decode(&i64::MIN.to_be_bytes()), Ok(format!("Int({})", i64::MIN)));
        assert_eq!(decode(&[1, 2, 3]), Err(Fault::OddValue));
    }

    #[test]
    fn numbers_that_are_none_are_absent_and_counted() {
        for odd in ["NaN", "Infinity", "-Infinity", "1e400", ""] {
            assert_eq!(Encoding::Decimal.decode(odd.as_bytes()), Err(Fault::OddValue), "{odd}");
        }
        assert_eq!(Encoding::Decimal.decode(b"-12.50"), Ok(Value::Double(-12.5)));
        assert_eq!(Encoding::Double.decode(&f64::NAN.to_be_bytes()), Err(Fault::OddValue));
        assert_eq!(Encoding::Float.decode(&f32::INFINITY.to_be_bytes()), Err(Fault::OddValue));
    }

    #[test]
    fn a_text_longer_than_the_limit_is_absent_and_counted() {
        let longest = vec![b'x'; MAX_TEXT];
        assert!(matches!(Encoding::Text.decode(&longest), Ok(Value::Text(_))));
        let longer = vec![b'x'; MAX_TEXT + 1];
        assert_eq!(Encoding::Text.decode(&longer), Err(Fault::LongText));
        assert_eq!(Encoding::Text.decode(b"caf\xe9"), Err(Fault::OddValue));
    }
}
