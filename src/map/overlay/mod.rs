//! overlay: what a request lays over a map: GeoJSON, drawn as simplestyle says; its points are markers. A
//! little style of its own, drawn by the renderer like all others.
//!
//! - [`check`]: GeoJSON that can be drawn, or what is wrong, with JSON pointers
//! - `simplestyle`: how a feature is drawn
//! - `pin`: what a marker looks like
//! - [`markers`]: markers as an address has them

pub mod check;
pub mod markers;
mod pin;
mod simplestyle;

use std::sync::Arc;

use serde_json::{Value, json};

use super::materials::Materials;
use crate::render::cover::{Pyramid, tiles};
use crate::render::picture::Picture;
use crate::render::render_over_while;
use crate::render::scene::Scene;
use crate::render::source::geojson::{GeoJson, Options};
use crate::render::source::{Source, Tile};
use crate::render::view::{TILE_SIZE, View};
use crate::style::layer::layers::Layers;
use crate::style::layer::mistake::{Mistake, Mistakes};

/// Features that are laid over a map.
#[derive(Debug)]
pub struct Overlay {
    layers: Layers,
    features: GeoJson,
}

/// How far beyond a map features are taken, in pixels of CSS: a marker's height, and a line's half width.
const MARGIN: f64 = 60.0;
/// Beyond this zoom a pixel is a millimetre or two.
const MAXZOOM: u8 = 22;
const SOURCE: &str = "overlay";

impl Overlay {
    /// Reads GeoJSON: a collection, a feature or a geometry.
    ///
    /// # Errors
    /// All that is wrong with it, up to a hundred things.
    pub fn read(json: &Value) -> Result<Overlay, Vec<Mistake>> {
        let mut mistakes = Mistakes::default();
        let features = check::features(json, &mut mistakes);
        let features = mistakes.or(features)?;
        let layers = Layers::read(&style())?;
        let options = Options { maxzoom: MAXZOOM, ..Options::default() };
        let collection = json!({ "type": "FeatureCollection", "features": features });
        let unread = |error| vec![Mistake { pointer: String::new(), message: format!("{error}") }];
        let features = GeoJson::read(&collection, &layers.keys, options).map_err(unread)?;
        Ok(Overlay { layers, features })
    }

    /// Draws it over a picture, as long as that is wanted; whether it was.
    pub(super) fn draw(
        &self,
        view: &View,
        materials: &Materials,
        is_wanted: &dyn Fn() -> bool,
        picture: &mut Picture,
    ) -> bool {
        let sources = [(Arc::from(SOURCE), self.source(view))].into();
        let images = pin::images();
        let scene = Scene::new(&self.layers, sources, &images, materials.glyphs());
        render_over_while(&scene, view, is_wanted, picture).is_some()
    }

    fn source(&self, view: &View) -> Source {
        let pyramid = Pyramid {
            tile_size: TILE_SIZE,
            minzoom: 0,
            maxzoom: self.features.maxzoom(),
            is_raster: false,
            bounds: None,
        };
        let wanted = tiles(view, &pyramid, MARGIN).into_iter();
        let tile = |wanted: crate::render::cover::Wanted| Tile {
            id: wanted.id,
            wrap: wanted.wrap,
            zoom: wanted.zoom,
            content: Arc::new(self.features.tile(wanted.id)),
        };
        Source::Vector(wanted.map(tile).collect())
    }
}

/// Areas, then lines and borders, then markers.
fn style() -> Value {
    let color = |name: &str| json!(["to-color", ["get", name]]);
    let is = |kinds: &[&str]| json!(["match", ["geometry-type"], kinds, true, false]);
    json!({
        "version": 8,
        "sources": { SOURCE: { "type": "geojson" } },
        "layers": [
            { "id": "areas", "type": "fill", "source": SOURCE, "filter": is(&["Polygon"]),
              "paint": { "fill-color": color("fill"), "fill-opacity": ["get", "fill-opacity"] } },
            { "id": "lines", "type": "line", "source": SOURCE,
              "filter": is(&["LineString", "Polygon"]),
              "layout": { "line-cap": "round", "line-join": "round" },
              "paint": { "line-color": color("stroke"), "line-width": ["get", "stroke-width"],
                         "line-opacity": ["get", "stroke-opacity"] } },
            { "id": "markers", "type": "symbol", "source": SOURCE, "filter": is(&["Point"]),
              "layout": {
                  "icon-image": pin::NAME, "icon-anchor": "bottom", "icon-size": ["get", "size"],
                  "icon-allow-overlap": true, "icon-ignore-placement": true,
                  "text-field": ["get", "symbol"], "text-font": ["Source Sans 3 SemiBold"],
                  "text-size": ["*", pin::TEXT_SIZE, ["get", "size"]],
                  "text-offset": [0, -pin::MIDDLE / pin::TEXT_SIZE],
                  "text-allow-overlap": true, "text-ignore-placement": true,
                  "symbol-z-order": "viewport-y" },
              "paint": { "icon-color": color("marker-color"), "icon-halo-color": "#ffffff",
                         "icon-halo-width": ["*", pin::HALO, ["get", "size"]], "text-color": color("ink") } },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_style_is_one() {
        assert_eq!(Layers::read(&style()).unwrap().layers.len(), 3);
    }

    #[test]
    fn all_that_is_wrong_is_said_with_its_place() {
        let point = |properties: Value, coordinates: Value| {
            json!({ "type": "Feature", "properties": properties,
                    "geometry": { "type": "Point", "coordinates": coordinates } })
        };
        let wrong = json!({ "type": "FeatureCollection", "features": [
            point(json!({ "marker-color": "bleuâtre", "marker-size": "huge" }), json!([2, 43])),
            point(json!({ "marker-symbol": "bus" }), json!([2, "43"])),
            { "type": "Feature", "properties": { "stroke-width": -1, "fill-opacity": 2 },
              "geometry": { "type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]] } },
            { "type": "Feature", "geometry": { "type": "Circle" } },
            { "type": "Point", "coordinates": [0, 0] },
        ]});
        let mistakes = Overlay::read(&wrong).unwrap_err();
        let places: Vec<_> = mistakes.iter().map(|mistake| &*mistake.pointer).collect();
        assert_eq!(
            places,
            [
                "/features/0/properties/marker-color",
                "/features/0/properties/marker-size",
                "/features/1/geometry/coordinates/1",
                "/features/1/properties/marker-symbol",
                "/features/2/geometry/coordinates/0",
                "/features/2/properties/stroke-width",
                "/features/2/properties/fill-opacity",
                "/features/3/geometry/type",
                "/features/4/type",
            ]
        );
        for (text, place) in [
            ("[]", ""),
            ("{}", "/type"),
            (r#"{"type":"Feature"}"#, "/geometry"),
            (r#"{"type":"Point","coordinates":[181,0]}"#, "/coordinates/0"),
            (r#"{"type":"Point","coordinates":[0]}"#, "/coordinates"),
            (r#"{"type":"LineString","coordinates":[[0,0]]}"#, "/coordinates"),
            (r#"{"type":"FeatureCollection"}"#, "/features"),
        ] {
            let mistakes = Overlay::read(&serde_json::from_str(text).unwrap()).unwrap_err();
            assert_eq!(mistakes[0].pointer, place, "{text}");
        }
    }

    #[test]
    fn a_geometry_alone_and_one_without_properties_are_drawn() {
        for text in [
            r#"{"type":"Point","coordinates":[2,43]}"#,
            r#"{"type":"Feature","geometry":null}"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[2,43]]}]}"#,
            r#"{"type":"Feature","properties":null,"geometry":{"type":"MultiPolygon",
                "coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}}"#,
            r#"{"type":"FeatureCollection","features":[]}"#,
        ] {
            assert!(Overlay::read(&serde_json::from_str(text).unwrap()).is_ok(), "{text}");
        }
    }
}
