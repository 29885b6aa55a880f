//! A style over layers that write the names of attributes in another case: `code_cs`, as PostgreSQL folds it, where
//! the style says `CODE_CS`. The same document, with the names of the layers: so browsers and QGIS read them too.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Style, StyleError, StyleLayer};
use crate::style::expression::legacy;

/// What a style's names are to be read as.
type Names = BTreeMap<String, String>;

/// Filters of old with the name of an attribute behind the operator.
const COMPARISONS: [&str; 8] = ["==", "!=", "<", "<=", ">", ">=", "in", "!in"];

/// The name among some that is a name in any case; that itself before all, and none of two.
pub fn spelled<'n>(
    name: &str,
    mut names: impl Iterator<Item = &'n str> + Clone,
) -> Option<&'n str> {
    if let Some(same) = names.clone().find(|known| *known == name) {
        return Some(same);
    }
    let folded = name.to_lowercase();
    let mut alike = names.by_ref().filter(|known| known.to_lowercase() == folded);
    alike.next().filter(|_| alike.next().is_none())
}

impl Style {
    /// The style as layers spell it: `spelling` says of a role and a name of an attribute how that is written
    /// there. None where all is written as the style has it.
    ///
    /// # Errors
    /// Never for a style that was checked; its layers pass through the same door again.
    pub fn spelled(
        &self,
        spelling: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Result<Option<Style>, StyleError> {
        let layers = self.layers.iter().enumerate();
        let names: Vec<Names> =
            layers.map(|(index, layer)| self.names(index, layer, spelling)).collect();
        // Nearly always, and asked again after each edit.
        if names.iter().all(Names::is_empty) {
            return Ok(None);
        }
        let layers = self.layers.iter().zip(&names).map(|(layer, names)| {
            let mut written = layer.written.clone();
            rename_layer(&mut written, names);
            Value::Object(written)
        });
        let mut document = self.document.clone();
        document.insert("layers".into(), layers.collect());
        Style::check(&self.id, Value::Object(document)).map(Some)
    }

    fn names(
        &self,
        index: usize,
        layer: &StyleLayer,
        spelling: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Names {
        let typed = self.typed.layers.iter().find(|typed| typed.index == index);
        let (Some(role), Some(typed)) = (&layer.role, typed) else { return Names::new() };
        let other = |name: String| {
            let written = spelling(role, &name).filter(|written| *written != name)?;
            Some((name, written))
        };
        typed.properties().into_iter().filter_map(other).collect()
    }
}

fn rename_layer(layer: &mut Map<String, Value>, names: &Names) {
    if let Some(filter) = layer.get_mut("filter") {
        if legacy::is_expression_filter(filter) {
            rename(filter, names);
        } else {
            rename_of_old(filter, names);
        }
    }
    for group in ["layout", "paint"] {
        let members = layer.get_mut(group).and_then(Value::as_object_mut).into_iter().flatten();
        for (_, value) in members {
            match value {
                Value::String(text) => rename_tokens(text, names),
                value => rename(value, names),
            }
        }
    }
    let samples = layer.get_mut("metadata").and_then(|about| about.get_mut("tuilerie:legend"));
    for sample in samples.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(properties) = sample.get_mut("properties").and_then(Value::as_object_mut) {
            *properties = std::mem::take(properties)
                .into_iter()
                .map(|(name, value)| (names.get(&name).cloned().unwrap_or(name), value))
                .collect();
        }
    }
}

fn rename_text(value: Option<&mut Value>, names: &Names) {
    if let Some(Value::String(name)) = value
        && let Some(written) = names.get(name)
    {
        name.clone_from(written);
    }
}

/// In an expression, or a function of old.
fn rename(value: &mut Value, names: &Names) {
    match value {
        Value::Array(elements) => match elements.first().and_then(Value::as_str) {
            Some("literal") => {}
            // With a third, it is asked of an object.
            Some("get" | "has") if elements.len() == 2 => rename_text(elements.get_mut(1), names),
            _ => elements.iter_mut().for_each(|element| rename(element, names)),
        },
        Value::Object(members) => {
            rename_text(members.get_mut("property"), names);
            let stops = members.get_mut("stops").and_then(Value::as_array_mut);
            for output in stops.into_iter().flatten().filter_map(|stop| stop.get_mut(1)) {
                if let Value::String(text) = output {
                    rename_tokens(text, names);
                }
            }
            members.values_mut().for_each(|member| rename(member, names));
        }
        _ => {}
    }
}

fn rename_of_old(filter: &mut Value, names: &Names) {
    let Some(elements) = filter.as_array_mut() else { return };
    match elements.first().and_then(Value::as_str) {
        Some("has" | "!has") => rename_text(elements.get_mut(1), names),
        Some(operator) if COMPARISONS.contains(&operator) => {
            rename_text(elements.get_mut(1), names);
        }
        _ => elements.iter_mut().for_each(|element| rename_of_old(element, names)),
    }
}

fn rename_tokens(text: &mut String, names: &Names) {
    for (name, written) in names {
        let token = format!("{{{name}}}");
        if text.contains(&token) {
            *text = text.replace(&token, &format!("{{{written}}}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_in_another_case_is_found_unless_two_have_it() {
        let names = ["code_cs", "Nom", "NOM", "id"];
        let found = |name: &str| spelled(name, names.iter().copied());
        assert_eq!(found("CODE_CS"), Some("code_cs"));
        assert_eq!(found("NOM"), Some("NOM"), "as it is written");
        assert_eq!(found("nom"), None);
        assert_eq!(found("code"), None);
    }

    #[test]
    fn names_are_written_as_the_layer_has_them_wherever_attributes_are_read() {
        let layer = |id: &str, rest: Value| {
            let mut layer = json!({
                "id": id, "type": "symbol", "source": "tuilerie", "source-layer": "ocs",
            });
            layer.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            layer
        };
        let read = json!(["==", ["get", "CODE"], "CODE"]);
        let document = json!({ "version": 8, "layers": [
            layer("a", json!({
                "filter": ["all", ["==", "CODE", "CODE"], ["!has", "NOM"]],
                "layout": { "text-field": "{CODE} {autre}",
                            "text-size": { "property": "CODE", "stops": [[1, 10], [2, 20]] } },
                "metadata": { "tuilerie:legend": [
                    { "title": { "fr": "a", "en": "a" }, "properties": { "CODE": 1, "autre": 2 } },
                ] },
            })),
            layer("b", json!({
                "filter": read,
                "paint": { "text-color": ["case", ["in", ["get", "CODE"], ["literal", ["get", "CODE"]]], "red", "blue"] },
            })),
            layer("c", json!({ "filter": ["has", "autre"] })),
        ]});
        let style = Style::check("a", document).unwrap();
        let spelling = |role: &str, name: &str| {
            assert_eq!(role, "ocs");
            spelled(name, ["code", "nom", "autre"].into_iter()).map(str::to_owned)
        };
        let spelled = style.spelled(&spelling).unwrap().expect("other names").written();
        let layers = &spelled["layers"];
        assert_eq!(layers[0]["filter"], json!(["all", ["==", "code", "CODE"], ["!has", "nom"]]));
        assert_eq!(layers[0]["layout"]["text-field"], "{code} {autre}");
        assert_eq!(layers[0]["layout"]["text-size"]["property"], "code");
        let sample = &layers[0]["metadata"]["tuilerie:legend"][0]["properties"];
        assert_eq!(*sample, json!({ "code": 1, "autre": 2 }));
        assert_eq!(layers[1]["filter"], json!(["==", ["get", "code"], "CODE"]));
        let color =
            json!(["case", ["in", ["get", "code"], ["literal", ["get", "CODE"]]], "red", "blue"]);
        assert_eq!(layers[1]["paint"]["text-color"], color);
        let same = |_: &str, name: &str| Some(name.to_owned());
        assert!(style.spelled(&same).unwrap().is_none());
    }
}
