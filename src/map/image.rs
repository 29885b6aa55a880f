//! Pixels → PNG, WebP or JPEG.
//!
//! The encoder decides how long a small map takes, so all are told to be fast: what is sent once is not
//! worth ten times the time for a fifth of the bytes.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::render::picture::Picture;

/// A format of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Without loss.
    Png,
    /// Without loss as well: maps have edges and few colours.
    Webp,
    /// With loss, on white ground.
    Jpeg,
}

/// An image that its format cannot hold, such as a WebP of more than 16,383 pixels along a side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no image can be written of it: {0}")]
pub struct Unwritable(String);

impl Unwritable {
    /// For a reason.
    pub fn of(reason: &dyn std::fmt::Display) -> Unwritable {
        Unwritable(reason.to_string())
    }
}

/// Hardly anything is seen of the loss in lines and texts.
const JPEG_QUALITY: u8 = 85;

impl Format {
    /// The format that files of an extension have.
    pub fn of_extension(extension: &str) -> Option<Format> {
        match extension {
            "png" => Some(Format::Png),
            "webp" => Some(Format::Webp),
            "jpg" | "jpeg" => Some(Format::Jpeg),
            _ => None,
        }
    }

    /// As HTTP calls it.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Png => "image/png",
            Format::Webp => "image/webp",
            Format::Jpeg => "image/jpeg",
        }
    }
}

/// Writes a picture.
///
/// # Errors
/// Where the format cannot hold it.
pub fn encode(picture: Picture, format: Format) -> Result<Vec<u8>, Unwritable> {
    let (width, height) = (picture.width(), picture.height());
    let is_opaque = picture.pixels().iter().all(|[.., alpha]| *alpha == 255);
    let (bytes, color) = match (format, is_opaque) {
        (Format::Jpeg, false) => (on_white(&picture), ExtendedColorType::Rgb8),
        // A quarter less to be compressed.
        (_, true) => (opaque(&picture), ExtendedColorType::Rgb8),
        (_, false) => (picture.into_straight(), ExtendedColorType::Rgba8),
    };
    let mut image = Vec::new();
    let written = match format {
        Format::Png => {
            let (compression, filter) = (CompressionType::Fast, FilterType::Up);
            PngEncoder::new_with_quality(&mut image, compression, filter)
                .write_image(&bytes, width, height, color)
        }
        Format::Webp => {
            WebPEncoder::new_lossless(&mut image).write_image(&bytes, width, height, color)
        }
        Format::Jpeg => JpegEncoder::new_with_quality(&mut image, JPEG_QUALITY)
            .write_image(&bytes, width, height, color),
    };
    written.map_err(|error| Unwritable::of(&error))?;
    Ok(image)
}

/// The pixels of a picture on white as PDF keeps them: the compressed rows of a PNG. Printed maps are looked at
/// for longer than they take to write: not the fastest way.
///
/// # Errors
/// When a PNG cannot hold it, which takes a defect.
pub fn deflated(picture: &Picture) -> Result<Vec<u8>, Unwritable> {
    let sides = [picture.width(), picture.height()];
    deflated_rows(&on_white(picture), sides, ExtendedColorType::Rgb8)
}

/// The same of rows of bytes.
///
/// # Errors
/// As [`deflated`], and where there are not as many bytes as that takes.
pub fn deflated_rows(
    bytes: &[u8],
    [width, height]: [u32; 2],
    color: ExtendedColorType,
) -> Result<Vec<u8>, Unwritable> {
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Up)
        .write_image(bytes, width, height, color)
        .map_err(|error| Unwritable::of(&error))?;
    Ok(data(&png))
}

/// The image data of a PNG: of the chunks of that name (length, name, content, checksum) what is in them.
fn data(png: &[u8]) -> Vec<u8> {
    const SIGNATURE: usize = 8;
    let mut rest = png.get(SIGNATURE..).unwrap_or_default();
    let mut data = Vec::with_capacity(png.len());
    while let Some((length, after)) = rest.split_first_chunk::<4>()
        && let Some((name, after)) = after.split_first_chunk::<4>()
    {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((content, after)) = after.split_at_checked(length) else { break };
        if name == b"IDAT" {
            data.extend_from_slice(content);
        }
        rest = after.get(4..).unwrap_or_default();
    }
    data
}

fn opaque(picture: &Picture) -> Vec<u8> {
    picture.pixels().iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect()
}

/// Pixels are multiplied by their opacity, so that white shows through as it is.
fn on_white(picture: &Picture) -> Vec<u8> {
    let white = |[red, green, blue, alpha]: &[u8; 4]| {
        [red, green, blue].map(|part| part.saturating_add(255 - alpha))
    };
    picture.pixels().iter().flat_map(white).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_what_was_drawn_and_a_jpeg_lies_on_white() {
        let straight: Vec<u8> = [[255, 0, 0, 255], [0, 0, 255, 128]].repeat(128).concat();
        let picture = Picture::from_straight(16, 16, &straight).unwrap();
        for format in [Format::Png, Format::Webp] {
            let image = encode(picture.clone(), format).unwrap();
            let read = image::load_from_memory(&image).unwrap().into_rgba8();
            assert_eq!(read.as_raw(), &straight, "{format:?}");
        }
        let transparent = Picture::from_straight(16, 16, &[0; 1024]).unwrap();
        let image = encode(transparent, Format::Jpeg).unwrap();
        let read = image::load_from_memory(&image).unwrap().into_rgb8();
        assert!(read.as_raw().iter().all(|part| *part > 250));
        let opaque = Picture::from_straight(16, 16, &[255; 1024]).unwrap();
        let image = encode(opaque, Format::Png).unwrap();
        assert_eq!(image::load_from_memory(&image).unwrap().color(), image::ColorType::Rgb8);
    }
}
