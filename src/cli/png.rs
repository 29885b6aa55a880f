//! A PNG file that is written row by row, so that a map of any size takes no more memory than a strip of it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use png::{
    BitDepth, ColorType, Compression, EncodingError, Filter, PixelDimensions, StreamWriter, Unit,
};

use super::paper::Sheet;
use crate::map::sheet::ground::INCH;
use crate::render::picture::Picture;

/// A file that is being written.
pub struct PngFile {
    rows: StreamWriter<'static, BufWriter<File>>,
    width: usize,
    /// Rows that it still takes.
    left: u32,
}

impl PngFile {
    /// Makes a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path, sheet: &Sheet) -> Result<PngFile, EncodingError> {
        let [width, height] = sheet.pixels;
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Fast);
        encoder.set_filter(Filter::Up);
        encoder.set_pixel_dims(sheet.dpi.map(|dpi| {
            let to_metre = (f64::from(dpi) / INCH).round() as u32;
            PixelDimensions { xppu: to_metre, yppu: to_metre, unit: Unit::Meter }
        }));
        let rows = encoder.write_header()?.into_stream_writer()?;
        Ok(PngFile { rows, width: width as usize, left: height })
    }

    /// Writes the next rows; what is beyond the file's size is left out.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, picture: Picture) -> Result<(), EncodingError> {
        let row_bytes = 4 * picture.width() as usize;
        let straight = picture.into_straight();
        let rows = straight.chunks_exact(row_bytes.max(1)).take(self.left as usize);
        for row in rows {
            self.rows.write_all(row.get(..4 * self.width).unwrap_or(row))?;
            self.left -= 1;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written, or rows are missing.
    pub fn finish(self) -> Result<(), EncodingError> {
        self.rows.finish()
    }
}
