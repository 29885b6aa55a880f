//! qgis: a style as QGIS 3.22 to 3.40 converts it right.
//!
//! QGIS's converter knows few expressions: a filter that it does not know becomes empty and draws
//! everything, a colour that it does not know is left as it happens to be. Instead of translating
//! expression by expression, a layer is split by what really occurs: for each combination of values
//! that its expressions ask for, our own engine says how it is drawn; combinations drawn alike become
//! one layer, with a filter that lists them and properties that depend on the zoom alone. So whatever
//! the engine evaluates, QGIS draws, as long as few values occur; each layer is a rule with a name
//! in QGIS. (Rejected: rewriting operators one by one. The prefixes of nested land cover codes, `let`,
//! `coalesce`, `slice` have no counterpart there.)
//!
//! - `layer`: a layer → layers of plain properties
//! - `occurring`: by which values a layer's features are told apart
//! - `alike`: which features are drawn alike
//! - `properties`: which properties QGIS draws, and each as it depends on what
//! - `sampled`: a property over the zoom → stops
//! - `filter`: what of a filter QGIS knows as it stands, and lists of values as a filter
//! - `template`: texts that are made of properties
//! - [`definition`]: all that as a layer definition
//!
//! Source: `qgsmapboxglstyleconverter.cpp` of QGIS 3.22, and trying (`make test-qgis`).

mod alike;
pub mod definition;
mod filter;
mod layer;
mod occurring;
mod properties;
mod sampled;
mod template;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::document::SOURCE;
use super::expression::value::Object;
use super::layer::Layer;
use super::layer::layers::Layers;
use layer::Splitter;

/// What occurs together in the features of the layer of a role: the values of some properties; `None`
/// where they are too many.
pub type Occurring<'o> = dyn Fn(&str, &[Arc<str>]) -> Option<Vec<Arc<Object>>> + 'o;

/// What QGIS will not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Omission {
    /// The layer of the style.
    pub layer: String,
    /// A property, where only that is not drawn as it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// Why.
    pub why: String,
}

/// Where omissions stand in a style's metadata.
pub const OMITTED: &str = "tuilerie:omitted";

/// Where, in a layer's metadata, the column stands that its features are turned by: QGIS's converter
/// knows no such thing, its layer definitions do.
const TURNED_BY: &str = "tuilerie:turned-by";

/// A style's document for QGIS.
pub fn document(
    mut document: Map<String, Json>,
    layers: &Layers,
    occurring: &Occurring<'_>,
) -> Json {
    let mut splitter = Splitter { keys: &layers.keys, occurring, omitted: Vec::new() };
    let written = document.remove("layers");
    let written = written.as_ref().and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let split = |layer: &Layer| match written.get(layer.index) {
        Some(Json::Object(_)) if layer.source.as_deref().is_some_and(|name| name != SOURCE) => {
            splitter.omit(layer, "it draws an archive: add that to QGIS by its own address")
        }
        Some(Json::Object(written)) => splitter.split(layer, written),
        _ => Vec::new(),
    };
    let mut layers: Vec<Json> = layers.layers.iter().flat_map(split).collect();
    tell_apart(&mut layers);
    let mut document = Json::Object(document);
    document["layers"] = Json::Array(layers);
    document["metadata"][OMITTED] = json!(splitter.omitted);
    document
}

/// Gives each layer an id of its own: those of layers that were split hold values, which may read as any id.
fn tell_apart(layers: &mut [Json]) {
    let mut known = BTreeSet::new();
    for layer in layers {
        let mut id = layer["id"].as_str().unwrap_or_default().to_owned();
        while !known.insert(id.clone()) {
            id.push('′');
        }
        layer["id"] = json!(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::expression::value::Value;

    fn split(layer: &Json, occurring: &[Json]) -> (Vec<Json>, Vec<Json>) {
        let document = json!({ "version": 8, "metadata": {}, "layers": [layer] });
        let layers = Layers::read(&document).unwrap();
        let occurring = |_: &str, columns: &[Arc<str>]| {
            let of = |feature: &Json| -> Arc<Object> {
                let member = |name: &Arc<str>| (name.clone(), Value::from_json(&feature[&**name]));
                Arc::new(columns.iter().map(member).collect())
            };
            let mut found: Vec<Arc<Object>> = Vec::new();
            for object in occurring.iter().map(of) {
                if !found.contains(&object) {
                    found.push(object);
                }
            }
            (found.len() <= 100).then_some(found)
        };
        let Json::Object(document) = document else { unreachable!() };
        let made = super::document(document, &layers, &occurring);
        let list = |json: &Json| json.as_array().unwrap().clone();
        (list(&made["layers"]), list(&made["metadata"][OMITTED]))
    }

    fn layer(kind: &str, rest: Json) -> Json {
        let mut layer = json!({ "id": "l", "type": kind, "source": SOURCE, "source-layer": "x" });
        layer.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        layer
    }

    #[test]
    fn what_is_drawn_alike_is_a_layer_with_a_filter_of_what_occurs() {
        let prefix = json!(["slice", ["get", "cs"], 0, 3]);
        let written = layer(
            "fill",
            json!({
                "filter": ["!=", prefix, "CS3"],
                "paint": { "fill-color": ["match", prefix, "CS1", "#ff0000", "#00ff00"] },
            }),
        );
        let occurring = ["CS1.1", "CS1.2", "CS2", "CS3", "CS3.1"].map(|cs| json!({ "cs": cs }));
        let (layers, omitted) = split(&written, &occurring);
        let made: Vec<_> =
            layers.iter().map(|layer| (&layer["filter"], &layer["paint"]["fill-color"])).collect();
        let expected = [
            (&json!(["in", "cs", "CS1.1", "CS1.2"]), &json!("rgba(255,0,0,1)")),
            (&json!(["==", "cs", "CS2"]), &json!("rgba(0,255,0,1)")),
        ];
        assert_eq!((made.as_slice(), omitted.as_slice()), (&expected[..], &[][..]));
        assert_eq!(layers[0]["id"], "l 1 CS1.1 CS1.2");
    }

    #[test]
    fn a_zoom_in_a_filter_parts_a_layer_and_curves_become_stops() {
        let written = layer(
            "line",
            json!({
                "minzoom": 10,
                "filter": ["any", ["==", ["get", "rank"], 1], [">=", ["zoom"], 14]],
                "paint": {
                    "line-width": ["interpolate", ["exponential", 2], ["zoom"], 10, ["get", "rank"], 14, 8],
                    "line-opacity": ["step", ["zoom"], 0.5, 12, 1],
                },
            }),
        );
        let (layers, _) = split(&written, &[json!({ "rank": 1 }), json!({ "rank": 2 })]);
        let zooms: Vec<_> =
            layers.iter().map(|layer| (layer["minzoom"].as_f64(), &layer["filter"])).collect();
        let expected =
            [(Some(10.0), &json!(["==", "rank", 1])), (Some(14.0), &json!(["==", "rank", 2]))];
        assert_eq!(zooms, expected);
        assert_eq!(
            layers[0]["paint"]["line-width"],
            json!({ "base": 2.0, "stops": [[0, 1], [10.0, 1], [14.0, 8]] })
        );
        assert_eq!(layers[1]["paint"]["line-opacity"]["stops"][1], json!([11.999, 0.5]));
    }

    #[test]
    fn what_cannot_be_shown_is_said_and_never_drawn_too_much() {
        let many: Vec<Json> = (0..200).map(|n| json!({ "n": n })).collect();
        let filter = json!({ "filter": ["==", ["%", ["get", "n"], 2], 0] });
        let (layers, omitted) = split(&layer("circle", filter), &many);
        assert!(layers.is_empty(), "all of them would be drawn");
        assert_eq!(omitted.len(), 1);

        let size = json!({ "paint": { "circle-radius": ["get", "n"] } });
        let (layers, omitted) = split(&layer("circle", size.clone()), &many);
        assert_eq!((layers.len(), &omitted[0]["property"]), (1, &json!("circle-radius")));
        let (layers, omitted) = split(&layer("circle", size), &many[..60]);
        assert_eq!((layers.len(), omitted.len()), (1, 1), "rules without end");
        assert_eq!(layers[0]["paint"]["circle-radius"], 30, "as it mostly is");

        // What other features have is no reason: only few pass the filter.
        let few = json!({ "filter": ["==", ["get", "kind"], "a"], "paint": { "circle-radius": ["get", "n"] } });
        let kinds = ["a", "a", "b", "b"].into_iter().zip(1..);
        let features: Vec<Json> = kinds.map(|(kind, n)| json!({ "kind": kind, "n": n })).collect();
        let (layers, _) = split(&layer("circle", few), &features);
        let radii: Vec<_> = layers.iter().map(|layer| &layer["paint"]["circle-radius"]).collect();
        assert_eq!(radii, [&json!(1), &json!(2)]);

        let hidden = json!({ "layout": { "visibility": "none" } });
        let (layers, omitted) = split(&layer("line", hidden), &[]);
        assert_eq!((layers.len(), omitted.len()), (0, 1), "QGIS would draw it");
        let (layers, omitted) = split(&layer("line", json!({ "paint": { "line-blur": 3 } })), &[]);
        assert_eq!((layers.len(), &omitted[0]["property"]), (1, &json!("line-blur")));
    }

    #[test]
    fn texts_are_templates_case_by_case() {
        let field = json!([
            "case",
            ["has", "rep"],
            ["concat", ["get", "numero"], " ", ["get", "rep"]],
            ["get", "numero"]
        ]);
        let written = layer("symbol", json!({ "layout": { "text-field": field } }));
        let (layers, omitted) = split(&written, &[]);
        let texts: Vec<_> =
            layers.iter().map(|l| (&l["layout"]["text-field"], &l["filter"])).collect();
        let expected = [
            (&json!("{numero} {rep}"), &json!(["has", "rep"])),
            (&json!("{numero}"), &json!(["none", ["has", "rep"]])),
        ];
        assert_eq!((texts.as_slice(), omitted.len()), (&expected[..], 0));
    }
}
