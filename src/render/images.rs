//! The images of a sprite, cut out of its sheet: what icons, patterns and images in texts are drawn
//! with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::picture::Picture;

/// The images of a map by name.
#[derive(Clone, Debug, Default)]
pub struct Images {
    images: BTreeMap<String, Arc<Image>>,
}

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its name.
    pub name: Arc<str>,
    /// Its pixels.
    pub picture: Picture,
    /// Pixels of it to one of CSS.
    pub ratio: f64,
    /// Whether its opacity is a distance from a shape's edge, to be drawn in any colour.
    pub is_sdf: bool,
    /// From where to where it may be stretched across, in its own pixels.
    pub stretch_x: Option<Vec<[f64; 2]>>,
    /// And down.
    pub stretch_y: Option<Vec<[f64; 2]>>,
    /// Left, top, right, bottom of where its text is put, in its own pixels.
    pub content: Option<[f64; 4]>,
    /// How its width is fitted to a text: `stretchOrShrink`, `stretchOnly` or `proportional`.
    pub text_fit_width: Option<Arc<str>>,
    /// And its height.
    pub text_fit_height: Option<Arc<str>>,
}

impl Image {
    /// Width and height in pixels of CSS.
    pub fn size(&self) -> [f64; 2] {
        [self.picture.width(), self.picture.height()].map(|side| f64::from(side) / self.ratio)
    }
}

impl Images {
    /// Adds the images of a sheet, named as its index has them, behind a prefix. What the index says
    /// of places outside the sheet is left out.
    pub fn add_sheet(&mut self, prefix: &str, index: &Json, sheet: &Picture) {
        let members = index.as_object().into_iter().flatten();
        let images = members.filter_map(|(name, place)| {
            let name = format!("{prefix}{name}");
            Some((name.clone(), Arc::new(cut(name.into(), place, sheet)?)))
        });
        self.images.extend(images);
    }

    /// An image by name.
    pub fn get(&self, name: &str) -> Option<&Arc<Image>> {
        self.images.get(name)
    }

    /// All names.
    pub fn names(&self) -> BTreeSet<String> {
        self.images.keys().cloned().collect()
    }
}

fn cut(name: Arc<str>, place: &Json, sheet: &Picture) -> Option<Image> {
    let whole = |name: &str| place.get(name)?.as_u64()?.try_into().ok();
    let (x, y, width, height): (u32, u32, u32, u32) =
        (whole("x")?, whole("y")?, whole("width")?, whole("height")?);
    let columns = x as usize..(x as usize).checked_add(width as usize)?;
    let mut pixels = Vec::new();
    for row in y..y.checked_add(height)? {
        pixels.extend_from_slice(sheet.row(row).get(columns.clone())?);
    }
    let text = |name: &str| place.get(name)?.as_str().map(Arc::from);
    Some(Image {
        name,
        picture: Picture::from_pixels(width, height, pixels)?,
        ratio: place.get("pixelRatio").and_then(Json::as_f64).filter(|r| *r > 0.0).unwrap_or(1.0),
        is_sdf: place.get("sdf").and_then(Json::as_bool).unwrap_or(false),
        stretch_x: place.get("stretchX").and_then(pairs),
        stretch_y: place.get("stretchY").and_then(pairs),
        content: place.get("content").and_then(numbers),
        text_fit_width: text("textFitWidth"),
        text_fit_height: text("textFitHeight"),
    })
}

fn numbers<const N: usize>(json: &Json) -> Option<[f64; N]> {
    let numbers: Option<Vec<f64>> = json.as_array()?.iter().map(Json::as_f64).collect();
    numbers?.try_into().ok()
}

fn pairs(json: &Json) -> Option<Vec<[f64; 2]>> {
    json.as_array()?.iter().map(numbers).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_is_cut_out_of_the_sheet_unless_it_lies_outside() {
        let pixels = (0..12).map(|n| [n, 0, 0, 255]).collect();
        let sheet = Picture::from_pixels(4, 3, pixels).unwrap();
        let index = json!({
            "in": { "x": 1, "y": 1, "width": 2, "height": 2, "pixelRatio": 2, "stretchX": [[0, 1]] },
            "out": { "x": 3, "y": 1, "width": 2, "height": 2 },
        });
        let mut images = Images::default();
        images.add_sheet("plan:", &index, &sheet);
        let image = images.get("plan:in").unwrap();
        assert_eq!(image.picture.pixels().iter().map(|p| p[0]).collect::<Vec<_>>(), [5, 6, 9, 10]);
        assert_eq!(
            (image.size(), image.stretch_x.as_deref()),
            ([1.0; 2], Some([[0.0, 1.0]].as_slice()))
        );
        assert!(images.get("plan:out").is_none());
    }
}
