//! A layer → layers, each of what is drawn alike.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::alike::{Alike, Asked, LAST_ZOOM, alike};
use super::properties::{self, Property};
use super::sampled::{self, Stops};
use super::template::{self, Template};
use super::{Occurring, Omission, TURNED_BY, filter};
use crate::style::expression::value::Object;
use crate::style::expression::{Expression, Keys, legacy};
use crate::style::layer::choice::Visibility;
use crate::style::layer::property::Property as Typed;
use crate::style::layer::specification::Group;
use crate::style::layer::{KINDS, Layer};

/// What features may be turned by.
const TURNED: [&str; 2] = ["icon-rotate", "text-rotate"];

/// A layer becomes no more than so many: each is a rule that QGIS asks every feature.
const MOST_GROUPS: usize = 40;

/// Splits layers.
pub struct Splitter<'s> {
    /// The numbers of properties in expressions.
    pub keys: &'s Keys,
    /// What occurs.
    pub occurring: &'s Occurring<'s>,
    /// What will not be shown.
    pub omitted: Vec<Omission>,
}

impl Splitter<'_> {
    /// The layers that stand for one.
    pub fn split(&mut self, layer: &Layer, written: &Map<String, Json>) -> Vec<Json> {
        if matches!(&layer.visibility, Typed::Constant(Visibility::None)) {
            return self.omit(layer, "it is hidden");
        }
        let kind = written.get("type").and_then(Json::as_str).unwrap_or_default();
        let Some(names) = properties::read_by_qgis(kind) else {
            return self.omit(layer, &format!("QGIS draws no {kind}"));
        };
        let (mut properties, lost) = properties::properties(layer, written, names, self.keys);
        for property in TURNED {
            if turned_by(written, property).is_some() {
                properties.remove(property);
                self.note(layer, Some(property.to_owned()), "only a layer definition turns it");
            }
        }
        for property in lost {
            self.note(layer, Some(property), "QGIS does not read it");
        }
        let filter = written.get("filter");
        let (mut known, mut plain, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        for condition in filter.map(filter::conditions).unwrap_or_default() {
            let expression = Expression::condition(condition, &mut { usize::MAX });
            match (filter::plain(condition), expression) {
                (Some(of_old), expression) => {
                    known.push(of_old);
                    // One of old would be taken for a comparison of two texts.
                    let is_expression = legacy::is_expression_filter(condition);
                    plain.extend(expression.ok().filter(|_| is_expression));
                }
                (None, Ok(expression)) => conditions.push(expression),
                // It was read before.
                (None, Err(_)) => return self.omit(layer, "its filter cannot be split"),
            }
        }
        let text = written.get("layout").and_then(|layout| layout.get("text-field"));
        let texts = text.and_then(template::templates);
        if texts.is_some() {
            properties.remove("text-field");
        }
        if texts.iter().flatten().any(|text| text.is_plainer) {
            self.note(layer, Some("text-field".into()), "QGIS writes its numbers plainly");
        }
        let mut asked = Asked { conditions, properties };
        let Some((columns, combinations)) = self.combinations(layer, &asked, &plain) else {
            return Vec::new();
        };
        let groups = self.groups(layer, &mut asked, &combinations);
        let texts: Vec<Option<Template>> = match texts {
            Some(texts) => texts.into_iter().map(Some).collect(),
            None => vec![None],
        };
        let is_one = groups.len() * texts.len() == 1;
        let mut layers = Vec::new();
        for group in &groups {
            let mut known = known.clone();
            if group.combinations.len() < combinations.len() {
                let listed: Vec<&Object> = group.combinations.iter().map(Arc::as_ref).collect();
                known.extend(filter::listing(&columns, &listed));
            }
            for text in &texts {
                let mut made = made(written, group, known.clone(), text.as_ref());
                if !is_one {
                    let name = name(layers.len() + 1, &columns, group);
                    made["id"] = json!(format!("{} {name}", layer.id));
                }
                layers.push(made);
            }
        }
        layers
    }

    /// What is drawn alike. Where that is too much, the property that is most of the reason is drawn
    /// as it mostly is.
    fn groups(
        &mut self,
        layer: &Layer,
        asked: &mut Asked,
        combinations: &[Arc<Object>],
    ) -> Vec<Alike> {
        loop {
            let groups = alike(layer, asked, combinations, self.keys);
            let mut values: BTreeMap<&'static str, Vec<&Stops>> = BTreeMap::new();
            for (name, stops) in groups.iter().flat_map(|group| &group.drawn) {
                let known = values.entry(name).or_default();
                if !known.contains(&stops) {
                    known.push(stops);
                }
            }
            let most = values.into_iter().max_by_key(|(_, values)| values.len());
            let Some((name, mut values)) = most.filter(|_| groups.len() > MOST_GROUPS) else {
                return groups;
            };
            if values.len() == 1 {
                return groups;
            }
            self.note(
                layer,
                Some(name.to_owned()),
                &format!("it is {} different ones", values.len()),
            );
            values.sort_by(|one, other| {
                one.last().partial_cmp(&other.last()).unwrap_or(Ordering::Equal)
            });
            let middle = values[values.len() / 2];
            match middle.last() {
                Some(_) => asked.properties.insert(name, Property::Same(middle.clone())),
                None => asked.properties.remove(name),
            };
        }
    }

    /// Says that a layer is not shown, and why.
    pub fn omit(&mut self, layer: &Layer, why: &str) -> Vec<Json> {
        self.note(layer, None, why);
        Vec::new()
    }

    /// Says that a property is not drawn as it is meant, and why.
    pub fn note(&mut self, layer: &Layer, property: Option<String>, why: &str) {
        self.omitted.push(Omission { layer: layer.id.to_string(), property, why: why.to_owned() });
    }
}

/// The column that a layer's texts or images are turned by, as surveyed: degrees.
fn turned_by(written: &Map<String, Json>, property: &str) -> Option<String> {
    let list = written.get("layout")?.get(property)?.as_array()?;
    match list.as_slice() {
        [get, Json::String(column)] if get == "get" => Some(column.clone()),
        [to_number, Json::Array(of), ..] if to_number == "to-number" => match of.as_slice() {
            [get, Json::String(column)] if get == "get" => Some(column.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn made(
    written: &Map<String, Json>,
    group: &Alike,
    mut conditions: Vec<Json>,
    text: Option<&Template>,
) -> Json {
    let mut made = Map::new();
    for name in ["id", "type", "source", "source-layer"] {
        made.extend(written.get(name).map(|json| (name.to_owned(), json.clone())));
    }
    let zoom = |name: &str| written.get(name).and_then(Json::as_f64);
    let (mut first, mut end) = (zoom("minzoom"), zoom("maxzoom"));
    if let Some((from, last)) = group.zooms {
        first = Some(f64::from(from));
        end = (last < LAST_ZOOM).then(|| f64::from(last + 1));
    }
    for (name, zoom) in [("minzoom", first), ("maxzoom", end)] {
        made.extend(zoom.map(|zoom| (name.to_owned(), json!(zoom))));
    }
    conditions.extend(text.iter().flat_map(|text| text.conditions.clone()));
    match <[Json; 1]>::try_from(conditions) {
        Ok([only]) => _ = made.insert("filter".into(), only),
        Err(none) if none.is_empty() => {}
        Err(several) => {
            made.insert("filter".into(), [vec![json!("all")], several].concat().into());
        }
    }
    let (mut layout, mut paint) = (Map::new(), Map::new());
    let rows = || KINDS.iter().flat_map(|(_, rows)| rows.iter());
    let is_layout = |name| rows().any(|row| row.name == name && row.group == Group::Layout);
    for (name, stops) in &group.drawn {
        let group = if is_layout(*name) { &mut layout } else { &mut paint };
        if !stops.is_empty() {
            group.insert((*name).to_owned(), stops.to_json());
        }
    }
    if let Some(text) = text {
        layout.insert("text-field".into(), json!(text.text));
        layout.extend(text.transform.map(|transform| ("text-transform".into(), json!(transform))));
    }
    made.insert("layout".into(), Json::Object(layout));
    made.insert("paint".into(), Json::Object(paint));
    let group = written.get("metadata").and_then(|all| all.get("tuilerie:group")).cloned();
    let turned = TURNED.into_iter().find_map(|property| turned_by(written, property));
    let metadata = [("tuilerie:group", group), (TURNED_BY, turned.map(Json::String))];
    let metadata = metadata.into_iter().filter_map(|(name, json)| Some((name.to_owned(), json?)));
    made.insert("metadata".into(), metadata.collect());
    Json::Object(made)
}

/// What tells a layer from the others that it was one with: its values, where they are few.
fn name(number: usize, columns: &[Arc<str>], group: &Alike) -> String {
    let values = match (columns, group.combinations.as_slice()) {
        ([column], few @ ([_] | [_, _])) => few
            .iter()
            .filter_map(|combination| combination.get(column))
            .map(|value| match sampled::json(value) {
                Json::String(text) => text,
                other => other.to_string(),
            })
            .collect::<Vec<_>>()
            .join(" "),
        _ => String::new(),
    };
    format!("{number} {values}").trim_end().to_owned()
}
