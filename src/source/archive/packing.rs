//! How bytes are packed in an archive, and unpacked: never to more than is allowed, whatever they claim.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use libdeflater::{Decompressor, crc32};

use super::{MAX_TILE, Problem};

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    /// As they are.
    None,
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which HTTP calls `deflate`.
    Zlib,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// No byte of deflate stands for more.
const MOST_BYTES_A_BYTE: usize = 1032;

impl Packing {
    /// What bytes say of themselves; brotli says nothing.
    pub(super) fn of(bytes: &[u8]) -> Packing {
        match bytes {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x78, 0x5e | 0x9c | 0xda, ..] => Packing::Zlib,
            // A layer of MLT may begin so as well.
            [0x78, 0x01, ..] if Packing::Zlib.unpack(bytes, MAX_TILE).is_ok() => Packing::Zlib,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            _ => Packing::None,
        }
    }

    /// Unpacks bytes.
    ///
    /// # Errors
    /// Where they are not packed so, or would be more than `most`.
    pub(super) fn unpack(self, bytes: &[u8], most: usize) -> Result<Vec<u8>, Problem> {
        match self {
            Packing::None if bytes.len() <= most => Ok(bytes.to_vec()),
            Packing::None => Err(Problem::TooLarge { most }),
            Packing::Gzip => gunzip(bytes, most),
            Packing::Zlib => read_all(ZlibDecoder::new(bytes), most),
            Packing::Brotli => read_all(brotli::Decompressor::new(bytes, 4096), most),
            Packing::Zstd => {
                read_all(zstd::Decoder::new(bytes).map_err(|_| Problem::Unpackable)?, most)
            }
        }
    }
}

/// Gzip says at its end how long its content is, and its checksum. The length is believed as far as so few
/// bytes can be so many. Where either is wrong it may be that of the last of several members.
fn gunzip(bytes: &[u8], most: usize) -> Result<Vec<u8>, Problem> {
    let (rest, length) = bytes.split_last_chunk::<4>().ok_or(Problem::Unpackable)?;
    let checksum = rest.last_chunk::<4>().ok_or(Problem::Unpackable)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length <= most.min(bytes.len().saturating_mul(MOST_BYTES_A_BYTE)) {
        let mut unpacked = vec![0; length];
        let written = Decompressor::new().gzip_decompress(bytes, &mut unpacked);
        let is_whole = || crc32(&unpacked) == u32::from_le_bytes(*checksum);
        if matches!(written, Ok(written) if written == length) && is_whole() {
            return Ok(unpacked);
        }
    }
    read_all(MultiGzDecoder::new(bytes), most)
}

fn read_all(packed: impl Read, most: usize) -> Result<Vec<u8>, Problem> {
    let mut unpacked = Vec::new();
    packed.take(most as u64 + 1).read_to_end(&mut unpacked).map_err(|_| Problem::Unpackable)?;
    match unpacked.len() <= most {
        true => Ok(unpacked),
        false => Err(Problem::TooLarge { most }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use libdeflater::{CompressionLvl, Compressor};

    use super::*;

    fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        match packing {
            Packing::None => bytes.to_vec(),
            Packing::Gzip => {
                let mut gzip = Compressor::new(CompressionLvl::best());
                let mut out = vec![0; gzip.gzip_compress_bound(bytes.len())];
                let length = gzip.gzip_compress(bytes, &mut out).unwrap();
                out[..length].to_vec()
            }
            Packing::Zlib => {
                let mut zlib = Compressor::new(CompressionLvl::best());
                let mut out = vec![0; zlib.zlib_compress_bound(bytes.len())];
                let length = zlib.zlib_compress(bytes, &mut out).unwrap();
                out[..length].to_vec()
            }
            Packing::Brotli => {
                let mut out = Vec::new();
                let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 9, 22);
                writer.write_all(bytes).unwrap();
                drop(writer);
                out
            }
            Packing::Zstd => zstd::bulk::compress(bytes, 19).unwrap(),
        }
    }

    const ALL: [Packing; 5] =
        [Packing::None, Packing::Gzip, Packing::Zlib, Packing::Brotli, Packing::Zstd];

    #[test]
    fn gzip_of_several_members_is_unpacked_as_a_whole() {
        let parts =
            ["une ", "tuile ", "de la carte"].map(|part| packed(Packing::Gzip, part.as_bytes()));
        let unpacked = Packing::Gzip.unpack(&parts.concat(), 1000).unwrap();
        assert_eq!(unpacked, b"une tuile de la carte");
        let bomb = [&parts[0][..], &packed(Packing::Gzip, &vec![0; 10 << 20]), &parts[1]].concat();
        assert!(matches!(Packing::Gzip.unpack(&bomb, 1 << 20), Err(Problem::TooLarge { .. })));
        let same =
            [&packed(Packing::Gzip, b"12345")[..], &packed(Packing::Gzip, b"54321")].concat();
        assert_eq!(
            Packing::Gzip.unpack(&same, 1000).unwrap(),
            b"1234554321",
            "as long as each other"
        );
    }

    #[test]
    fn bytes_say_how_they_are_packed_and_maplibre_tiles_are_not() {
        for packing in [Packing::None, Packing::Gzip, Packing::Zlib, Packing::Zstd] {
            assert_eq!(Packing::of(&packed(packing, b"une tuile")), packing);
        }
        let zlib = [0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff, b'a', b'b', 0x01, 0x26, 0x00, 0xc4];
        assert_eq!(Packing::of(&zlib), Packing::Zlib);
        assert_eq!(Packing::of(&[&[0x78, 0x01][..], &[0; 0x77]].concat()), Packing::None);
    }

    #[test]
    fn what_was_packed_comes_out_again_and_a_bomb_does_not() {
        let bomb = vec![0; 10 << 20];
        for packing in ALL {
            let small = packed(packing, b"une tuile");
            assert_eq!(packing.unpack(&small, 1000).unwrap(), b"une tuile", "{packing:?}");
            let refused = packing.unpack(&packed(packing, &bomb), 1 << 20);
            assert!(matches!(refused, Err(Problem::TooLarge { .. })), "{packing:?} {refused:?}");
        }
    }

    #[test]
    fn damaged_bytes_end_in_an_error_or_in_no_more_than_allowed() {
        let text = "une tuile de la carte ".repeat(40);
        for packing in ALL {
            let sound = packed(packing, text.as_bytes());
            for at in 0..sound.len() {
                let _ = packing.unpack(&sound[..at], 4096);
                for byte in [0, 0x7f, 0xff, sound[at] ^ 1] {
                    let mut damaged = sound.clone();
                    damaged[at] = byte;
                    if let Ok(unpacked) = packing.unpack(&damaged, 4096) {
                        assert!(unpacked.len() <= 4096);
                    }
                }
            }
        }
    }
}
