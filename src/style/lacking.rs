//! What a style asks for that cannot be had: layers, properties of theirs, fonts, images. As far as
//! it can be told without a feature: a name that a style computes from one is not.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Archived, SOURCE, Style, spelled};
use super::expression::Asked;
use super::expression::value::Value;
use super::font::Fonts;
use super::layer::property::Property;
use super::layer::values::ImageName;
use super::layer::{Kind, Layer};

/// What can be had.
#[derive(Clone, Debug, Default)]
pub struct Available {
    /// Layers by their roles.
    pub layers: BTreeMap<String, Known>,
    /// Images by name.
    pub images: BTreeSet<String>,
    /// Archives by their ids, and whether each is of images.
    pub archives: BTreeMap<String, bool>,
}

/// A layer that there is.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// The names of its features' properties.
    pub properties: BTreeSet<String>,
}

/// What cannot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Lack {
    /// A layer of a role.
    #[error("no layer has the role \"{0}\"")]
    Role(String),
    /// An archive of images or of vector tiles.
    #[error("there is no archive \"{0}\" of {1}")]
    Archive(String, &'static str),
    /// A property of a layer's features.
    #[error("layer \"{layer}\" has no property \"{property}\"")]
    Property {
        /// Which layer.
        layer: String,
        /// Which property.
        property: String,
    },
    /// All fonts of a stack.
    #[error("there is no font \"{stack}\"; texts are drawn in {substitute} instead")]
    Fonts {
        /// Their names, joined by commas.
        stack: String,
        /// What stands for them.
        substitute: String,
    },
    /// An image.
    #[error("there is no image \"{0}\"")]
    Image(String),
}

/// All that a style lacks, each thing once.
pub fn lacking(style: &Style, available: &Available) -> BTreeSet<Lack> {
    let mut lacking = BTreeSet::new();
    for Archived { id, is_raster, .. } in style.archives() {
        if available.archives.get(id) != Some(is_raster) {
            let kind = if *is_raster { "images" } else { "vector tiles" };
            lacking.insert(Lack::Archive(id.clone(), kind));
        }
    }
    for layer in &style.layers().layers {
        if let (Some(SOURCE), Some(role)) = (layer.source.as_deref(), &layer.source_layer) {
            match available.layers.get(&**role) {
                None => {
                    lacking.insert(Lack::Role(role.to_string()));
                }
                Some(Known { id, properties: known }) => {
                    let is_absent =
                        |name: &String| spelled(name, known.iter().map(String::as_str)).is_none();
                    let absent = layer.properties().into_iter().filter(is_absent);
                    let lack = |property| Lack::Property { layer: id.clone(), property };
                    lacking.extend(absent.map(lack));
                }
            }
        }
        let (_, images) = stacks_and_images(layer);
        lacking.extend(images.difference(&available.images).cloned().map(Lack::Image));
    }
    lacking
}

/// The stacks that a style asks for of which there is no font.
pub fn lacking_fonts(style: &Style, fonts: &Fonts) -> BTreeSet<Lack> {
    let layers = style.layers().layers.iter();
    let stacks = layers.flat_map(|layer| stacks_and_images(layer).0);
    let absent = stacks.filter(|stack| !fonts.has(stack));
    let lack = |stack: String| {
        let substitute = fonts.substitute(&stack).unwrap_or("nothing").to_owned();
        Lack::Fonts { stack, substitute }
    };
    absent.map(lack).collect()
}

/// The stacks of fonts, their names joined by commas, and the images that a layer names.
fn stacks_and_images(layer: &Layer) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut stacks, mut images) = (BTreeSet::new(), BTreeSet::new());
    let mut add = |property: &Property<Option<ImageName>>| {
        let names = property.outcomes().into_iter().flatten();
        images.extend(names.map(|ImageName(name)| name.to_string()));
    };
    match &layer.kind {
        Kind::Background(background) => add(&background.pattern),
        Kind::Fill(fill) => add(&fill.pattern),
        Kind::FillExtrusion(fill) => add(&fill.pattern),
        Kind::Line(line) => add(&line.pattern),
        Kind::Symbol(symbol) => {
            add(&symbol.icon_image);
            let has_text = match &symbol.text_field {
                Property::Constant(text) => !text.text().is_empty(),
                Property::Expression(..) => true,
            };
            if has_text {
                let outcomes = symbol.text_font.outcomes().into_iter();
                stacks.extend(outcomes.map(|names| names.join(",")));
            }
        }
        _ => {}
    }
    let asked = |value: &Value<'_>, found: &mut BTreeSet<String>| match value {
        Value::String(text) if !text.is_empty() => {
            found.insert(text.to_string());
        }
        Value::Array(names) => {
            let names = names.iter().filter_map(|name| match name {
                Value::String(name) => Some(&**name),
                _ => None,
            });
            found.insert(names.collect::<Vec<_>>().join(","));
        }
        _ => {}
    };
    layer.kind.each_expression(&mut |_, expression| {
        expression.each_asked(&mut |what| match what {
            Asked::Image(name) => asked(name, &mut images),
            Asked::Fonts(names) => asked(names, &mut stacks),
        });
    });
    (stacks, images)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::style::shipped::{OwnFiles, Shipped};

    #[test]
    fn what_a_style_asks_for_and_cannot_have_is_named() {
        let text = |text: &str| json!({ "fr": text, "en": text });
        let document = json!({
            "version": 8,
            "metadata": {
                "tuilerie:title": text("a"), "tuilerie:description": text("a"),
                "tuilerie:rank": 1, "tuilerie:groups": [],
            },
            "layers": [
                { "id": "1", "type": "fill", "source": "tuilerie", "source-layer": "sol",
                  "filter": ["==", "usage", "bois"],
                  "paint": { "fill-color": ["match", ["get", "code"], 1, "red", "blue"],
                             "fill-pattern": ["case", ["has", "age"], "vieux", "jeune"] } },
                { "id": "2", "type": "symbol", "source": "tuilerie", "source-layer": "arbre",
                  "layout": { "icon-image": ["concat", "arbre-", ["get", "espece"]],
                              "text-field": ["format", ["get", "nom"], { "text-font": ["literal", ["Gras"]] },
                                             ["image", "feuille"], {}],
                              "text-font": ["Maigre"] } },
            ],
        });
        let style = Style::check("a", document).unwrap();
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let available = Available {
            layers: BTreeMap::from([(
                "sol".to_owned(),
                Known { id: "sol_2021".to_owned(), properties: set(&["usage", "age"]) },
            )]),
            images: set(&["jeune"]),
            archives: BTreeMap::new(),
        };
        let found = lacking(&style, &available);
        let said: Vec<String> = found.iter().map(Lack::to_string).collect();
        assert_eq!(
            said,
            [
                "no layer has the role \"arbre\"",
                "layer \"sol_2021\" has no property \"code\"",
                "there is no image \"feuille\"",
                "there is no image \"vieux\"",
            ]
        );
    }

    #[test]
    fn a_stack_lacks_fonts_where_there_is_none_of_it() {
        let symbol = |id: &str, font: Json| {
            json!({ "id": id, "type": "symbol", "source": "tuilerie", "source-layer": "sol",
                    "layout": { "text-field": "a", "text-font": font } })
        };
        let document = json!({ "version": 8, "layers": [
            symbol("1", json!(["Marianne Bold", "Marianne"])),
            symbol("2", json!(["Marianne", "sourcesans3-regular"])),
            symbol("3", json!(["Open Sans Regular", "Arial Unicode MS Regular"])),
        ]});
        let style = Style::check("a", document).unwrap();
        let shipped = Shipped::parse(OwnFiles::default());
        let said: Vec<_> =
            lacking_fonts(&style, &shipped.fonts).iter().map(Lack::to_string).collect();
        let expected = "there is no font \"Marianne Bold,Marianne\"; texts are drawn in Source Sans 3 SemiBold instead";
        assert_eq!(said, [expected]);
    }
}
