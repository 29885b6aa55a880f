//! Images of tiles → pixels, within bounds of size and memory.

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits};

use super::Problem;

/// Pixels along a side at most.
pub(super) const MAX_SIDE: u32 = 4096;
/// Memory for decoding: such an image of four bytes a pixel, twice.
const MAX_MEMORY: u64 = 2 * 4 * (MAX_SIDE as u64) * (MAX_SIDE as u64);

fn reader(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, Problem> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    Ok(reader)
}

/// Width and height.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), Problem> {
    reader(bytes)?.into_dimensions().map_err(|_| Problem::NoImage)
}

/// Width, height and pixels.
pub(super) fn pixels(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Problem> {
    let image = reader(bytes)?.decode().map(DynamicImage::into_rgba8);
    let image = image.map_err(|_| Problem::NoImage)?;
    Ok((image.width(), image.height(), image.into_raw()))
}
