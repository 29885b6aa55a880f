//! How bytes are packed in an archive, and unpacked: never to more than is allowed, whatever they claim.

use std::io::Read;

use libdeflater::Decompressor;

use super::Problem;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    /// As they are.
    None,
    /// RFC 1952.
    Gzip,
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
            Packing::Brotli => read_all(brotli::Decompressor::new(bytes, 4096), most),
            Packing::Zstd => {
                read_all(zstd::Decoder::new(bytes).map_err(|_| Problem::Unpackable)?, most)
            }
        }
    }
}

/// Gzip says at its end how long its content is. That is believed as far as so few bytes can be so many.
fn gunzip(bytes: &[u8], most: usize) -> Result<Vec<u8>, Problem> {
    let length = bytes.last_chunk().map(|length| u32::from_le_bytes(*length) as usize);
    let length = length.ok_or(Problem::Unpackable)?;
    if length > bytes.len().saturating_mul(MOST_BYTES_A_BYTE) {
        return Err(Problem::Unpackable);
    }
    if length > most {
        return Err(Problem::TooLarge { most });
    }
    let mut unpacked = vec![0; length];
    let written = Decompressor::new().gzip_decompress(bytes, &mut unpacked);
    match written {
        Ok(written) if written == length => Ok(unpacked),
        _ => Err(Problem::Unpackable),
    }
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

    const ALL: [Packing; 4] = [Packing::None, Packing::Gzip, Packing::Brotli, Packing::Zstd];

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
