//! What stands on a map beside the map: who is to be named, a scale bar. It is a little style of its own over
//! points and lines made for the picture, so that its texts are laid out and drawn like all others.

use std::sync::Arc;

use serde_json::{Value, json};

use super::materials::Materials;
use super::subject::Subject;
use crate::geo::world::HALF_WIDTH;
use crate::render;
use crate::render::cover::{Pyramid, tiles};
use crate::render::images::Images;
use crate::render::picture::{Picture, blend};
use crate::render::scene::Scene;
use crate::render::source::geojson::{GeoJson, Options};
use crate::render::source::{Source, Tile};
use crate::render::view::{Size, TILE_SIZE, View, latitude};
use crate::style::expression::color::Color;
use crate::style::layer::layers::Layers;
use crate::style::legend::ground;

/// Which of it is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Furniture {
    /// Who is to be named.
    pub attribution: bool,
    /// A scale bar.
    pub scale: bool,
}

/// How high the strip is that it stands in, at the picture's foot, in pixels of CSS: five lines.
const STRIP: f64 = 90.0;
/// The longest scale bar, in pixels of CSS, and as a part of the picture's width.
const LONGEST_BAR: f64 = 120.0;
const PART_OF_WIDTH: f64 = 0.3;
const TEXT_SIZE: f64 = 11.0;
/// Any zoom will do: the strip's pixels are places of it.
const ZOOM: f64 = 12.0;

impl Furniture {
    /// Draws it on a picture of a view.
    pub fn draw(
        self,
        subject: &Subject,
        view: &View,
        materials: &Materials,
        picture: &mut Picture,
    ) {
        let [width, height] = view.size().css();
        let strip = Size::of_print(width as u32, height.min(STRIP) as u32, view.ratio());
        let Ok(strip) = strip else { return };
        let paper = Paper::new(strip);
        let mut features = Vec::new();
        let attribution = subject.attribution();
        if self.attribution && !attribution.is_empty() {
            features.push(paper.attribution(attribution.text()));
        }
        if self.scale {
            features.extend(paper.scale_bar(view));
        }
        if features.is_empty() {
            return;
        }
        // Read anew: a tenth of a millisecond, and only maps have it, not tiles.
        let inks = Inks::on(ground(&subject.style, Some(view.zoom())));
        let Ok(layers) = Layers::read(&style(&inks)) else { return };
        let data = json!({ "type": "FeatureCollection", "features": features });
        let Ok(geojson) = GeoJson::read(&data, &layers.keys, Options::default()) else { return };
        let sources = [(Arc::from("paper"), paper.source(&geojson))].into();
        let images = plate(&inks);
        let scene = Scene::new(&layers, sources, &images, materials.glyphs());
        lay(&render::render(&scene, &paper.view), picture);
    }
}

/// The strip, as a part of a world of its own.
struct Paper {
    view: View,
}

impl Paper {
    fn new(size: Size) -> Paper {
        Paper { view: View::new([0.0, 0.0], ZOOM, 0.0, size) }
    }

    fn size(&self) -> [f64; 2] {
        self.view.size().css()
    }

    /// The place of a pixel of CSS, counted from the strip's foot.
    fn place(&self, x: f64, above: f64) -> Value {
        let [width, height] = self.size();
        let world = self.view.world_size();
        let (x, y) = ((x - width / 2.0) / world, (height / 2.0 - above) / world);
        json!([x * 360.0, latitude(0.5 + y)])
    }

    fn attribution(&self, text: &str) -> Value {
        let [width, _] = self.size();
        json!({
            "type": "Feature",
            "properties": {
                "kind": "attribution",
                "text": text,
                "ems": ((width - 20.0) / TEXT_SIZE).max(4.0),
            },
            "geometry": { "type": "Point", "coordinates": self.place(width - 6.0, 4.0) },
        })
    }

    fn scale_bar(&self, view: &View) -> [Value; 2] {
        let equator = 2.0 * HALF_WIDTH / view.world_size();
        let metres = equator * latitude(view.centre()[1]).to_radians().cos();
        let longest = LONGEST_BAR.min(self.size()[0] * PART_OF_WIDTH);
        let length = round_length(longest * metres);
        let (from, to) = (10.0, 10.0 + length / metres);
        let line = [(from, 13.0), (from, 8.0), (to, 8.0), (to, 13.0)];
        let line: Vec<_> = line.into_iter().map(|(x, above)| self.place(x, above)).collect();
        let middle = self.place(f64::midpoint(from, to), 15.0);
        [
            json!({
                "type": "Feature",
                "properties": { "kind": "bar" },
                "geometry": { "type": "LineString", "coordinates": line },
            }),
            json!({
                "type": "Feature",
                "properties": { "kind": "length", "text": told(length) },
                "geometry": { "type": "Point", "coordinates": middle },
            }),
        ]
    }

    fn source(&self, geojson: &GeoJson) -> Source {
        let pyramid = Pyramid {
            tile_size: TILE_SIZE,
            minzoom: 0,
            maxzoom: geojson.maxzoom(),
            is_raster: false,
            bounds: None,
        };
        let wanted = tiles(&self.view, &pyramid, 0.0).into_iter();
        Source::Vector(
            wanted
                .map(|wanted| Tile {
                    id: wanted.id,
                    wrap: wanted.wrap,
                    zoom: wanted.zoom,
                    content: Arc::new(geojson.tile(wanted.id)),
                })
                .collect(),
        )
    }
}

/// The largest length of 1, 2 or 5 and noughts up to some metres.
pub(super) fn round_length(most: f64) -> f64 {
    let power = 10f64.powf(most.log10().floor());
    [5.0, 2.0]
        .into_iter()
        .map(|times| times * power)
        .find(|length| *length <= most)
        .unwrap_or(power)
}

pub(super) fn told(metres: f64) -> String {
    match metres {
        1000.0.. => format!("{:.0} km", metres / 1000.0),
        1.0.. => format!("{metres:.0} m"),
        0.01.. => format!("{:.0} cm", metres * 100.0),
        _ => format!("{:.0} mm", metres * 1000.0),
    }
}

/// What it is drawn with: dark on a translucent white plate; by night light on a dark one, which does not glare.
struct Inks {
    text: &'static str,
    halo: &'static str,
    plate: [u8; 4],
}

const BY_DAY: Inks =
    Inks { text: "#333333", halo: "rgba(255, 255, 255, 0.9)", plate: [255, 255, 255, 190] };
const BY_NIGHT: Inks =
    Inks { text: "#c8c8c8", halo: "rgba(20, 20, 20, 0.9)", plate: [20, 20, 20, 190] };

impl Inks {
    /// For a map on such a ground.
    fn on(ground: Option<Color>) -> Inks {
        let light = |ground: Color| {
            let [red, green, blue, alpha] = ground.premultiplied();
            // Where it is seen through there is white.
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 1.0 - alpha
        };
        if ground.is_some_and(|ground| light(ground) < 0.5) { BY_NIGHT } else { BY_DAY }
    }
}

fn style(inks: &Inks) -> Value {
    let is = |kind: &str| json!(["==", ["get", "kind"], kind]);
    let text = json!({
        "text-field": ["get", "text"],
        "text-font": ["Source Sans 3 Regular"],
        "text-size": TEXT_SIZE,
        "text-padding": 0,
        "text-allow-overlap": true,
        "icon-allow-overlap": true,
    });
    let with = |more: Value| {
        let mut layout = text.clone();
        if let (Some(all), Value::Object(more)) = (layout.as_object_mut(), more) {
            all.extend(more);
        }
        layout
    };
    let on_right = json!({
        "text-anchor": "bottom-right", "text-justify": "right", "text-max-width": ["get", "ems"],
        "icon-image": "plate", "icon-text-fit": "both", "icon-text-fit-padding": [2, 5, 2, 5],
    });
    let bar = |color: &str, width: f64| json!({ "line-color": color, "line-width": width });
    json!({
        "version": 8,
        "sources": { "paper": { "type": "geojson" } },
        "layers": [
            { "id": "attribution", "type": "symbol", "source": "paper", "filter": is("attribution"),
              "layout": with(on_right), "paint": { "text-color": inks.text } },
            { "id": "bar-ground", "type": "line", "source": "paper", "filter": is("bar"),
              "paint": bar(inks.halo, 4.5) },
            { "id": "bar", "type": "line", "source": "paper", "filter": is("bar"),
              "paint": bar(inks.text, 1.5) },
            { "id": "length", "type": "symbol", "source": "paper", "filter": is("length"),
              "layout": with(json!({ "text-anchor": "bottom" })),
              "paint": { "text-color": inks.text, "text-halo-color": inks.halo,
                         "text-halo-width": 1.5 } },
        ],
    })
}

/// A plate, whose middle is stretched under a text: its edges stay sharp.
fn plate(inks: &Inks) -> Images {
    let mut images = Images::default();
    let index = json!({ "plate": {
        "x": 0, "y": 0, "width": 4, "height": 4, "pixelRatio": 1,
        "stretchX": [[1, 3]], "stretchY": [[1, 3]],
    } });
    if let Some(sheet) = Picture::from_straight(4, 4, &inks.plate.repeat(16)) {
        images.add_sheet("", &index, &sheet);
    }
    images
}

/// Lays the strip over a picture's foot.
fn lay(strip: &Picture, picture: &mut Picture) {
    let top = picture.height().saturating_sub(strip.height());
    for y in 0..strip.height() {
        let pixels = picture.row_mut(top + y).iter_mut().zip(strip.row(y));
        for (below, above) in pixels.filter(|(_, [.., alpha])| *alpha > 0) {
            blend(below, above.map(|part| f32::from(part) / 255.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_bar_is_of_a_length_that_people_count_in() {
        let lengths =
            [0.34, 1.0, 49.9, 50.0, 999.0, 2500.0, 1e6].map(|most| told(round_length(most)));
        assert_eq!(lengths, ["20 cm", "1 m", "20 m", "50 m", "500 m", "2 km", "1000 km"]);
    }

    #[test]
    fn by_night_it_is_light_on_dark() {
        let on = |ground: Option<&str>| Inks::on(ground.and_then(Color::parse)).text;
        assert_eq!(on(Some("#16191c")), BY_NIGHT.text);
        assert_eq!(
            [on(Some("#f1f4c7")), on(Some("rgba(0, 0, 0, 0.1)")), on(None)],
            [BY_DAY.text; 3]
        );
    }

    #[test]
    fn its_style_is_one() {
        for inks in [BY_DAY, BY_NIGHT] {
            assert_eq!(Layers::read(&style(&inks)).unwrap().layers.len(), 4);
        }
    }
}
