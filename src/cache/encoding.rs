//! How answers are compressed.
//!
//! Levels by measurement on tiles: compression is half of what a tile costs. libdeflate at level 1
//! is three times as fast as zlib-rs and smaller than its level 1; its levels 4 to 6 take half as long
//! again and more for one to three per cent. Brotli is made only for clients that take nothing else.

use std::io::Write;

use libdeflater::{CompressionLvl, Compressor};

/// A content coding of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// RFC 7932.
    Brotli,
    /// RFC 1950: what archives hold so, sent as it lies. Nothing is compressed so here.
    Deflate,
}

impl Encoding {
    /// Its name in `Content-Encoding`; none for [`Encoding::Identity`].
    pub fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Identity => None,
            Encoding::Gzip => Some("gzip"),
            Encoding::Zstd => Some("zstd"),
            Encoding::Brotli => Some("br"),
            Encoding::Deflate => Some("deflate"),
        }
    }
}

/// The level of libdeflate.
const GZIP_LEVEL: i32 = 1;

const ZSTD_LEVEL: i32 = 1;
/// Above 5 brotli's cost multiplies; below 4 it is no smaller than gzip.
const BROTLI_QUALITY: i32 = 4;
const BROTLI_WINDOW: i32 = 19;

/// Fewer bytes go into one packet with the headers before them (1,460 bytes on Ethernet), compressed or not: to
/// compress them gains no time and costs both sides some. (CDNs begin there too.)
const SMALLEST: usize = 1000;

/// Compresses; keeps its memory between answers.
pub struct Compressors {
    gzip: Compressor,
    /// Room for what [`Compressors::gzip`] writes, as large as it ever was.
    room: Vec<u8>,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Default for Compressors {
    fn default() -> Compressors {
        Compressors {
            gzip: Compressor::new(CompressionLvl::new(GZIP_LEVEL).unwrap_or_default()),
            room: Vec::new(),
            zstd: zstd::bulk::Compressor::new(ZSTD_LEVEL).ok(),
        }
    }
}

impl Compressors {
    /// The bytes in the wanted encoding, or as they are where that gains nothing; and which of the
    /// two it is.
    pub fn compress(&mut self, bytes: Vec<u8>, wanted: Encoding) -> (Vec<u8>, Encoding) {
        if bytes.len() < SMALLEST {
            return (bytes, Encoding::Identity);
        }
        let compressed = match wanted {
            Encoding::Identity | Encoding::Deflate => None,
            Encoding::Gzip => self.gzip(&bytes),
            Encoding::Zstd => self.zstd.as_mut().and_then(|zstd| zstd.compress(&bytes).ok()),
            Encoding::Brotli => brotli(&bytes),
        };
        match compressed {
            Some(compressed) if compressed.len() < bytes.len() => (compressed, wanted),
            Some(_) | None => (bytes, Encoding::Identity),
        }
    }

    fn gzip(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let bound = self.gzip.gzip_compress_bound(bytes.len());
        if self.room.len() < bound {
            self.room.resize(bound, 0);
        }
        let length = self.gzip.gzip_compress(bytes, &mut self.room).ok()?;
        Some(self.room[..length].to_vec())
    }
}

fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut writer = brotli::CompressorWriter::with_params(&mut out, 0, &parameters);
    writer.write_all(bytes).ok()?;
    drop(writer);
    Some(out)
}
