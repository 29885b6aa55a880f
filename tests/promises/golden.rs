//! Promise: pictures stay what somebody looked at and accepted. Each scene of `tests/golden` is one matter of
//! drawing (`NAME.json`, as `support/canvas.rs` says) with its picture (`NAME.png`). `make golden` draws them anew: look at
//! each one that changes.
//!
//! The renderer has no threads, no clock and no chance in it, so one build draws the same bytes always. Between
//! machines only the last bits of sines and powers may differ, with the C library: a channel may be
//! [`TOLERANCE`] off, which nobody sees.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use image::{ExtendedColorType, ImageFormat, RgbaImage};
use serde_json::Value as Json;

use crate::support::canvas::draw;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
/// Where what went wrong is written.
const WRONG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/golden");
const TOLERANCE: u8 = 2;

/// The names of the files of a kind.
fn names(extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|known| known == extension));
    files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn file(name: &str, extension: &str) -> PathBuf {
    Path::new(FOLDER).join(name).with_extension(extension)
}

fn drawn(name: &str) -> RgbaImage {
    let scene: Json = serde_json::from_str(&fs::read_to_string(file(name, "json")).unwrap())
        .unwrap_or_else(|error| panic!("{name}.json: {error}"));
    let picture = draw(&scene);
    let (width, height) = (picture.width(), picture.height());
    RgbaImage::from_raw(width, height, picture.into_straight()).unwrap()
}

fn save(image: &RgbaImage, path: &Path) {
    let (width, height) = image.dimensions();
    let (bytes, colour) = (image.as_raw(), ExtendedColorType::Rgba8);
    image::save_buffer_with_format(path, bytes, width, height, colour, ImageFormat::Png).unwrap();
}

/// What is seen of the difference of two pictures: black where there is none, the brighter the larger it is;
/// and what there is to say of it.
fn difference(accepted: &RgbaImage, actual: &RgbaImage) -> Option<(RgbaImage, String)> {
    if accepted.dimensions() != actual.dimensions() {
        let (is, was) = (actual.dimensions(), accepted.dimensions());
        return Some((actual.clone(), format!("{is:?} pixels instead of {was:?}")));
    }
    let mut seen = RgbaImage::new(actual.width(), actual.height());
    let (mut count, mut largest, mut first) = (0, 0, None);
    for (x, y, pixel) in seen.enumerate_pixels_mut() {
        let (a, b) = (accepted.get_pixel(x, y).0, actual.get_pixel(x, y).0);
        let far = a.into_iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap();
        let shade = if far > TOLERANCE { far.max(64) } else { 0 };
        *pixel = image::Rgba([shade, shade, shade, 255]);
        if far > TOLERANCE {
            count += 1;
            largest = largest.max(far);
            first.get_or_insert((x, y));
        }
    }
    let (x, y) = first?;
    Some((seen, format!("{count} pixels differ, by up to {largest}; the first at {x}, {y}")))
}

#[test]
fn pictures_are_as_they_were_accepted() {
    let is_written = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
    let mut wrong = Vec::new();
    let scenes = names("json");
    for name in &scenes {
        let actual = drawn(name);
        let accepted = image::open(file(name, "png")).map(image::DynamicImage::into_rgba8);
        let found = match &accepted {
            Ok(accepted) => difference(accepted, &actual),
            Err(error) => Some((actual.clone(), error.to_string())),
        };
        let Some((seen, told)) = found else { continue };
        if is_written {
            save(&actual, &file(name, "png"));
            println!("{name}: {told}");
            continue;
        }
        fs::create_dir_all(WRONG).unwrap();
        let path = |end: &str| Path::new(WRONG).join(format!("{name}.{end}.png"));
        save(&actual, &path("actual"));
        save(&seen, &path("difference"));
        wrong.push(format!("{name}: {told}: {}", path("difference").display()));
    }
    assert!(wrong.is_empty(), "{}\nif that is meant: make golden", wrong.join("\n"));
    assert!(scenes.len() > 20 && names("png") == scenes, "a scene each picture");
}
