//! Texts that are made of properties: QGIS knows them as templates, `{nom} m²`, and no other way.

use serde_json::{Value as Json, json};

use super::filter::plain;

/// A template, and what must hold of a feature that has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Filters as QGIS knows them.
    pub conditions: Vec<Json>,
    /// The text, with properties in braces.
    pub text: String,
    /// How its letters are changed: `text-transform`.
    pub transform: Option<&'static str>,
    /// Whether numbers in it lose their format.
    pub is_plainer: bool,
}

/// A text field as templates, one for each case of it, where it can be.
pub fn templates(json: &Json) -> Option<Vec<Template>> {
    let list = match json {
        Json::String(text) => {
            return Some(vec![Template { text: text.clone(), ..Template::default() }]);
        }
        other => other.as_array()?,
    };
    let (operator, arguments) = list.split_first()?;
    match (operator.as_str()?, arguments) {
        // Such a name cannot stand between braces.
        ("get", [Json::String(name)]) if name.contains(['{', '}']) => None,
        ("get", [Json::String(name)]) => {
            Some(vec![Template { text: format!("{{{name}}}"), ..Template::default() }])
        }
        ("to-string", [inner]) | ("to-number", [inner, ..]) => templates(inner),
        ("number-format", [inner, _]) => {
            let plainer = |template| Template { is_plainer: true, ..template };
            Some(templates(inner)?.into_iter().map(plainer).collect())
        }
        ("upcase", [inner]) => transformed(inner, "uppercase"),
        ("downcase", [inner]) => transformed(inner, "lowercase"),
        ("concat", parts) => {
            let mut joined = vec![Template::default()];
            for part in parts {
                let next = part_of_text(part)?;
                joined = joined.iter().flat_map(|start| join(start, &next)).collect();
            }
            Some(joined)
        }
        ("case", branches) => {
            let mut cases = Vec::new();
            let (mut before, (branches, otherwise)) = (Vec::new(), branches.as_chunks::<2>());
            for [condition, text] in branches {
                let condition = plain(condition)?;
                cases.extend(given(&before, Some(&condition), part_of_text(text)?));
                before.push(json!(["none", condition]));
            }
            cases.extend(given(&before, None, part_of_text(otherwise.first()?)?));
            Some(cases)
        }
        _ => None,
    }
}

fn transformed(inner: &Json, transform: &'static str) -> Option<Vec<Template>> {
    let transform = |template| Template { transform: Some(transform), ..template };
    Some(templates(inner)?.into_iter().map(transform).collect())
}

/// A part of a text. Braces of its own would be taken for a property's, and letters are changed in
/// all of a text or nowhere.
fn part_of_text(json: &Json) -> Option<Vec<Template>> {
    let is_plain = json.as_str().is_none_or(|text| !text.contains('{'));
    let parts = is_plain.then(|| templates(json)).flatten()?;
    parts.iter().all(|part| part.transform.is_none()).then_some(parts)
}

fn join(start: &Template, next: &[Template]) -> Vec<Template> {
    let joined = |next: &Template| Template {
        conditions: [start.conditions.clone(), next.conditions.clone()].concat(),
        text: format!("{}{}", start.text, next.text),
        transform: None,
        is_plainer: start.is_plainer || next.is_plainer,
    };
    next.iter().map(joined).collect()
}

fn given(before: &[Json], condition: Option<&Json>, templates: Vec<Template>) -> Vec<Template> {
    let given = |template: Template| {
        let conditions = before.iter().chain(condition).cloned().chain(template.conditions);
        Template { conditions: conditions.collect(), ..template }
    };
    templates.into_iter().map(given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_properties_is_a_template() {
        let cases = [
            (json!(["get", "nom"]), Some("{nom}")),
            (json!(["concat", ["to-string", ["get", "n"]], " m²"]), Some("{n} m²")),
            (json!("{n}{rep}"), Some("{n}{rep}")),
            (json!(["upcase", ["get", "nom"]]), Some("{nom}")),
            (json!(["concat", "{", ["get", "n"]]), None),
            (json!(["concat", "a", ["upcase", ["get", "n"]]]), None),
            (json!(["slice", ["get", "nom"], 1]), None),
        ];
        for (written, expected) in cases {
            let templates = templates(&written);
            let text = templates.as_ref().map(|templates| templates[0].text.as_str());
            assert_eq!(text, expected, "{written}");
        }
    }

    #[test]
    fn each_case_of_a_text_is_a_template_of_its_own() {
        let number = json!(["to-string", ["get", "numero"]]);
        let rep = json!(["case", ["has", "rep"], ["concat", " ", ["get", "rep"]], ""]);
        let cases = templates(&json!(["concat", number, rep])).unwrap();
        let made: Vec<_> = cases
            .iter()
            .map(|case| (case.text.as_str(), Json::from(case.conditions.clone())))
            .collect();
        assert_eq!(
            made,
            [
                ("{numero} {rep}", json!([["has", "rep"]])),
                ("{numero}", json!([["none", ["has", "rep"]]])),
            ]
        );
    }
}
