//! SVG images → a sheet with all of them, and its index, as styles use them by name.
//!
//! An image in a folder that holds a `couleurs.json` comes once for each colour there, in which its
//! `currentColor` is drawn: `avaloir-eau` is `avaloir.svg` in the colour called `eau`. (Rejected: one
//! image as a distance field, coloured by the style. It has one colour, and these symbols have
//! black outlines and signs in them.)
//!
//! Nothing outside is read: images and links in an SVG resolve to nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use resvg::tiny_skia::{Pixmap, PixmapPaint, Transform};
use resvg::usvg::{Group, ImageHrefResolver, Node, Options, Tree};
use serde_json::{Map, Value, json};

/// The largest side of an image, in pixels at scale 1.
const LARGEST: f32 = 128.0;
/// How far what is drawn in an image may reach, in pixels at scale 1: what draws it counts in fixed point,
/// and loses edges that are farther away.
const REACH: f32 = 4096.0;
/// The width of a sheet in pixels at scale 1; it is as high as it must be.
const SHEET: u32 = 512;
/// Transparent pixels around each image at scale 1: neighbours do not bleed into one another when
/// the map filters the sheet.
const GAP: u32 = 1;
/// How the files of a folder are told to come in several colours.
const COLOURS: &str = "couleurs.json";

/// The images of a sprite, and their sheets as far as they were asked for.
#[derive(Debug, Default)]
pub struct Sprite {
    images: BTreeMap<String, Tree>,
    single: OnceLock<Option<Sheet>>,
    double: OnceLock<Option<Sheet>>,
}

/// Pixels of a sheet to one of the screen's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As they are.
    Single = 1,
    /// For screens of twice the resolution.
    Double = 2,
}

/// A sheet and its index.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// A PNG.
    pub image: Vec<u8>,
    /// Name → place, as the style specification has it.
    pub index: Value,
}

impl Sprite {
    /// Adds the images of some files (path, text), each in the place of one of the same name; says
    /// which are none, and why. Before any sheet is drawn.
    pub fn add(&mut self, files: &[(&str, &str)]) -> Vec<String> {
        let mut refused = Vec::new();
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".svg")) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let name = path[folder.len()..].trim_matches('/').trim_end_matches(".svg");
            let colours = format!("{folder}/{COLOURS}");
            let colours = files.iter().find(|(path, _)| *path == colours);
            let colours = colours.map(|(_, text)| serde_json::from_str(text).unwrap_or_default());
            let variants = match colours {
                Some(colours) => in_colours(name, text, &colours),
                None => vec![(name.to_owned(), (*text).to_owned())],
            };
            for (name, text) in variants {
                match read(&text) {
                    Ok(tree) => _ = self.images.insert(name, tree),
                    Err(reason) => refused.push(format!("{path}: {reason}")),
                }
            }
        }
        refused
    }

    /// The names of its images.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.images.keys().map(String::as_str)
    }

    /// One of its images as a PNG of so many pixels to one of the screen's, and its width in those.
    pub fn image(&self, name: &str, scale: u32) -> Option<(Vec<u8>, f64)> {
        let tree = self.images.get(name)?;
        Some((draw(tree, scale)?.encode_png().ok()?, f64::from(tree.size().width())))
    }

    /// Width and height of one of its images, in pixels at scale 1.
    pub fn size(&self, name: &str) -> Option<[f64; 2]> {
        let size = self.images.get(name)?.size();
        Some([size.width(), size.height()].map(f64::from))
    }

    /// The sheet at a scale, drawn when it is asked for first. None when no PNG can be made of it,
    /// which takes images of an impossible number.
    pub fn sheet(&self, scale: Scale) -> Option<&Sheet> {
        let kept = match scale {
            Scale::Single => &self.single,
            Scale::Double => &self.double,
        };
        kept.get_or_init(|| self.draw(scale as u32)).as_ref()
    }

    fn draw(&self, scale: u32) -> Option<Sheet> {
        let images: Vec<_> = self
            .images
            .iter()
            .filter_map(|(name, tree)| Some((name, draw(tree, scale)?)))
            .collect();
        let sides = images.iter().map(|(_, image)| (image.width(), image.height()));
        let (places, height) = pack(sides, SHEET * scale, GAP * scale);
        let mut sheet = Pixmap::new(SHEET * scale, height)?;
        let mut index = Map::new();
        for ((name, image), (x, y)) in images.iter().zip(places) {
            let at = (i32::try_from(x).ok()?, i32::try_from(y).ok()?);
            let paint = PixmapPaint::default();
            sheet.draw_pixmap(at.0, at.1, image.as_ref(), &paint, Transform::identity(), None);
            let place = json!({
                "x": x, "y": y, "width": image.width(), "height": image.height(),
                "pixelRatio": scale,
            });
            index.insert((*name).clone(), place);
        }
        Some(Sheet { image: sheet.encode_png().ok()?, index: Value::Object(index) })
    }
}

fn in_colours(name: &str, text: &str, colours: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let variant = |(suffix, colour): (&String, &String)| {
        (format!("{name}-{suffix}"), text.replace("currentColor", colour))
    };
    colours.iter().map(variant).collect()
}

fn read(text: &str) -> Result<Tree, String> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(text, &options).map_err(|error| error.to_string())?;
    let size = tree.size();
    if size.width() > LARGEST || size.height() > LARGEST {
        return Err(format!("larger than {LARGEST} pixels"));
    }
    if !is_within_reach(tree.root()) {
        return Err(format!("draws farther than {REACH} pixels away, strokes included"));
    }
    Ok(tree)
}

/// Whether all that a group draws, and what clips, masks and fills it, is near. The reader of SVG bounds how
/// deep groups are in one another.
fn is_within_reach(group: &Group) -> bool {
    let bounds = group.abs_stroke_bounding_box();
    let mut sides = [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()].into_iter();
    sides.all(|side| side.abs() <= REACH)
        && group.children().iter().all(|node| {
            let mut is_near = true;
            if let Node::Group(group) = node {
                is_near = is_within_reach(group);
            }
            node.subroots(|root| is_near &= is_within_reach(root));
            is_near
        })
}

fn draw(tree: &Tree, scale: u32) -> Option<Pixmap> {
    let size = tree.size().to_int_size();
    let mut image = Pixmap::new(size.width() * scale, size.height() * scale)?;
    let transform = Transform::from_scale(scale as f32, scale as f32);
    resvg::render(tree, transform, &mut image.as_mut());
    Some(image)
}

/// Places for boxes on shelves, from left to right and from top to bottom, and the height of all.
/// Our images are of a few sizes: a cleverer packing would gain nothing.
fn pack(sides: impl Iterator<Item = (u32, u32)>, width: u32, gap: u32) -> (Vec<(u32, u32)>, u32) {
    let (mut x, mut y, mut shelf) = (gap, gap, 0);
    let mut places = Vec::new();
    for (w, h) in sides {
        if x + w + gap > width {
            (x, y, shelf) = (gap, y + shelf + gap, 0);
        }
        places.push((x, y));
        x += w + gap;
        shelf = shelf.max(h);
    }
    (places, y + shelf + gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(side: u32, content: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{side}\" height=\"{side}\">\
             {content}</svg>"
        )
    }

    #[test]
    fn images_lie_apart_on_the_sheet() {
        let sides: Vec<_> = (1..60u32).map(|i| (i % 40 + 1, i * 7 % 30 + 1)).collect();
        let (places, height) = pack(sides.iter().copied(), 100, 2);
        let boxes: Vec<_> = places.iter().zip(&sides).collect();
        for (i, ((x, y), (w, h))) in boxes.iter().enumerate() {
            assert!(x + w < 100 && y + h < height);
            for ((x2, y2), (w2, h2)) in &boxes[i + 1..] {
                let apart = x + w < *x2 || x2 + w2 < *x || y + h < *y2 || y2 + h2 < *y;
                assert!(apart);
            }
        }
    }

    #[test]
    fn a_folder_with_colours_gives_each_image_in_each_of_them() {
        let image = svg(4, "<rect width=\"4\" height=\"4\" fill=\"currentColor\"/>");
        let colours = r##"{"eau": "#0000ff", "gaz": "#ffff2a"}"##;
        let files = [("a.svg", image.as_str()), ("r/b.svg", &image), ("r/couleurs.json", colours)];
        let mut sprite = Sprite::default();
        assert_eq!(sprite.add(&files), [""; 0]);
        assert_eq!(sprite.names().collect::<Vec<_>>(), ["a", "b-eau", "b-gaz"]);
        let sheet = sprite.sheet(Scale::Double).unwrap();
        let place = &sheet.index["b-eau"];
        assert_eq!((&place["width"], &place["pixelRatio"]), (&json!(8), &json!(2)));
        let image = Pixmap::decode_png(&sheet.image).unwrap();
        let at = |key: &str| place[key].as_u64().unwrap() as u32 + 3;
        let pixel = image.pixel(at("x"), at("y")).unwrap();
        assert_eq!((pixel.red(), pixel.blue(), pixel.alpha()), (0, 255, 255));
    }

    /// The opaque pixels of an image.
    fn ink(tree: &Tree) -> usize {
        draw(tree, 1).unwrap().pixels().iter().filter(|pixel| pixel.alpha() > 0).count()
    }

    #[test]
    fn r4_an_image_reads_nothing_outside() {
        let outside = concat!(env!("CARGO_MANIFEST_DIR"), "/styles/sprites/gare.svg");
        let link = svg(4, &format!("<image xlink:href={outside:?} width=\"4\" height=\"4\"/>"));
        let believing = Tree::from_str(&link, &Options::default()).unwrap();
        assert_ne!(ink(&believing), 0, "the file is there to be read");
        assert_eq!(ink(&read(&link).unwrap()), 0);
        let address = link.replace(&format!("{outside:?}"), "\"http://127.0.0.1:1/a.png\"");
        assert_eq!(ink(&read(&address).unwrap()), 0);
    }

    #[test]
    fn r4_an_image_has_bounds() {
        let huge = svg(100_000, "");
        let nested = svg(4, &format!("{}{}", "<g>".repeat(20_000), "</g>".repeat(20_000)));
        let ten_of_each = |each: &dyn Fn(u8, u8) -> String| -> String {
            (b'b'..=b'k').map(|name| each(name, name - 1)).collect()
        };
        let uses = ten_of_each(&|name, inner| {
            let inner = format!("<use xlink:href=\"#{}\"/>", inner as char).repeat(10);
            format!("<g id=\"{}\">{inner}</g>", name as char)
        });
        let uses = svg(4, &format!("<g id=\"a\"><path d=\"M0 0h4v4z\"/></g>{uses}"));
        let entities = ten_of_each(&|name, inner| {
            let inner = format!("&{};", inner as char).repeat(10);
            format!("<!ENTITY {} \"{inner}\">", name as char)
        });
        let entities = format!("<!DOCTYPE svg [<!ENTITY a \"<g/>\">{entities}]>{}", svg(4, "&k;"));
        let stroke = "<circle r=\"5\" stroke=\"red\" stroke-width=\"1e9\"/>";
        let wide = svg(4, stroke);
        let masked = svg(
            4,
            &format!("<mask id=\"m\">{stroke}</mask><path d=\"M0 0h4v4z\" mask=\"url(#m)\"/>"),
        );
        let files = [
            ("huge", huge),
            ("nested", nested),
            ("uses", uses),
            ("entities", entities),
            ("wide", wide),
            ("masked", masked),
        ];
        for (name, text) in files {
            assert!(read(&text).is_err(), "{name}");
        }
    }
}
