//! Archives of tiles, made here: PMTiles by the specification's words alone, MBTiles by SQL.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, Rgba, RgbaImage};
use libdeflater::{CompressionLvl, Compressor};

/// A tile's address and its bytes.
pub type Tile = ((u8, u32, u32), Vec<u8>);

/// What a PMTiles file says of itself.
pub struct PmTiles {
    pub tile_type: u8,
    pub zooms: (u8, u8),
    pub bounds: [f64; 4],
    pub metadata: String,
    /// Entries of a leaf directory; with none all are in the root.
    pub leaf: Option<usize>,
}

impl Default for PmTiles {
    fn default() -> PmTiles {
        let metadata = r#"{"name":"Orthophoto","attribution":"<a href=\"x\">&copy; IGN</a>"}"#;
        let (zooms, bounds) = ((0, 2), [-180.0, -85.0, 180.0, 85.0]);
        PmTiles { tile_type: 2, zooms, bounds, metadata: metadata.to_owned(), leaf: None }
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Compressor::new(CompressionLvl::best());
    let mut out = vec![0; gzip.gzip_compress_bound(bytes.len())];
    let length = gzip.gzip_compress(bytes, &mut out).unwrap();
    out[..length].to_vec()
}

/// A PNG of one colour.
pub fn png(side: u32, colour: [u8; 3]) -> Vec<u8> {
    encoded(side, colour, ImageFormat::Png)
}

/// An image of one colour.
pub fn encoded(side: u32, [r, g, b]: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let image = RgbaImage::from_pixel(side, side, Rgba([r, g, b, 255]));
    let mut bytes = Cursor::new(Vec::new());
    let image = image::DynamicImage::from(image).into_rgb8();
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The number of a tile, cell by cell of the curve.
fn number((z, x, y): (u8, u32, u32)) -> u64 {
    let (mut x, mut y) = (u64::from(x), u64::from(y));
    let mut number = (0..z).map(|z| 1u64 << (2 * z)).sum::<u64>();
    let mut side = (1u64 << z) / 2;
    while side > 0 {
        let (right, lower) = (u64::from(x & side > 0), u64::from(y & side > 0));
        number += side * side * ((3 * right) ^ lower);
        if lower == 0 {
            if right == 1 {
                (x, y) = ((side - 1).wrapping_sub(x), (side - 1).wrapping_sub(y));
            }
            (x, y) = (y, x);
        }
        (x, y) = (x & (side.max(1) - 1), y & (side.max(1) - 1));
        side /= 2;
    }
    number
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Of entries (first tile, run, offset, length).
pub fn directory(entries: &[(u64, u64, u64, u64)]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(entries.len() as u64, &mut out);
    let mut last = 0;
    for (first, ..) in entries {
        varint(first - last, &mut out);
        last = *first;
    }
    entries.iter().for_each(|(_, run, ..)| varint(*run, &mut out));
    entries.iter().for_each(|(.., length)| varint(*length, &mut out));
    let mut after = None;
    for (_, _, offset, length) in entries {
        varint(if after == Some(*offset) { 0 } else { offset + 1 }, &mut out);
        after = Some(offset + length);
    }
    gzip(&out)
}

/// A PMTiles file. Vector tiles come gzipped.
pub fn pmtiles(tiles: &[Tile], about: &PmTiles) -> Vec<u8> {
    let mut numbered: Vec<_> = tiles.iter().map(|(at, bytes)| (number(*at), bytes)).collect();
    numbered.sort_unstable();
    let (mut data, mut entries) = (Vec::new(), Vec::new());
    for (number, bytes) in numbered {
        entries.push((number, 1, data.len() as u64, bytes.len() as u64));
        data.extend_from_slice(bytes);
    }
    let (mut leaves, mut root) = (Vec::new(), entries.clone());
    if let Some(size) = about.leaf {
        root.clear();
        for chunk in entries.chunks(size) {
            let leaf = directory(chunk);
            root.push((chunk[0].0, 0, leaves.len() as u64, leaf.len() as u64));
            leaves.extend(leaf);
        }
    }
    assemble(about, &directory(&root), &leaves, &data)
}

/// A PMTiles file of sections.
pub fn assemble(about: &PmTiles, root: &[u8], leaves: &[u8], data: &[u8]) -> Vec<u8> {
    let metadata = gzip(about.metadata.as_bytes());
    let mut file = b"PMTiles\x03".to_vec();
    let mut offset = 127;
    for section in [root.len(), metadata.len(), leaves.len(), data.len()] {
        file.extend(u64::to_le_bytes(offset));
        file.extend(u64::to_le_bytes(section as u64));
        offset += section as u64;
    }
    file.extend([0; 24]);
    let packed = if about.tile_type == 1 { 2 } else { 1 };
    file.extend([1, 2, packed, about.tile_type, about.zooms.0, about.zooms.1]);
    let degrees = |degrees: f64| ((degrees * 1e7) as i32).to_le_bytes();
    about.bounds.iter().for_each(|side| file.extend(degrees(*side)));
    file.push(about.zooms.0);
    file.extend([0; 8]);
    for section in [root, &metadata, leaves, data] {
        file.extend_from_slice(section);
    }
    file
}

/// Writes an MBTiles file.
pub fn write_mbtiles(path: &Path, tiles: &[Tile], metadata: &[(&str, &str)]) {
    let file = rusqlite::Connection::open(path).unwrap();
    file.execute_batch(
        "CREATE TABLE metadata (name text, value text);
         CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer,
             tile_data blob);
         CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);",
    )
    .unwrap();
    for pair in metadata {
        file.execute("INSERT INTO metadata VALUES (?1, ?2)", *pair).unwrap();
    }
    for ((z, x, y), bytes) in tiles {
        let row = (1u32 << z) - 1 - y;
        file.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (z, x, row, bytes)).unwrap();
    }
}
