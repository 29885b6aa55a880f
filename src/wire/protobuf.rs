//! Writing protobuf's wire format, as far as vector tiles use it: the dictionary keeps values in
//! it, the tile engine writes tiles in it. Sixty lines instead of a crate, because this is the hot
//! path: the `mvt` crate takes fifteen times as long for the same tile.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>

/// How a field's value is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireType {
    /// A variable-length number.
    Varint = 0,
    /// Eight bytes.
    Fixed64 = 1,
    /// A length and so many bytes.
    Bytes = 2,
    /// Four bytes.
    Fixed32 = 5,
}

/// Appends a field's tag.
#[inline]
pub fn put_tag(field: u32, wire: WireType, out: &mut Vec<u8>) {
    put_varint(u64::from(field << 3 | wire as u32), out);
}

/// Appends a number field.
#[inline]
pub fn put_number(field: u32, number: u64, out: &mut Vec<u8>) {
    put_tag(field, WireType::Varint, out);
    put_varint(number, out);
}

/// Appends a field of bytes: text, a packed list, a message.
#[inline]
pub fn put_bytes(field: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_tag(field, WireType::Bytes, out);
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Appends a variable-length number: seven bits a byte, the lowest first.
#[inline]
pub fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`put_varint`] appends.
#[inline]
pub fn varint_length(number: u64) -> usize {
    (70 - (number | 1).leading_zeros() as usize) / 7
}

/// Folds a signed number so that small ones stay short.
#[inline]
pub fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// The number that was folded.
#[inline]
pub fn unzigzag(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_are_as_long_as_said() {
        for bits in 0..64 {
            for number in [1u64 << bits, (1 << bits) - 1, u64::MAX >> bits] {
                let mut out = Vec::new();
                put_varint(number, &mut out);
                assert_eq!(out.len(), varint_length(number), "{number}");
            }
        }
    }

    #[test]
    fn zigzag_is_as_specified() {
        assert_eq!(
            [0, -1, 1, -2, i64::MAX, i64::MIN].map(zigzag),
            [0, 1, 2, 3, u64::MAX - 1, u64::MAX]
        );
        assert!([0, -1, 1, i64::MAX, i64::MIN].iter().all(|n| unzigzag(zigzag(*n)) == *n));
    }
}
