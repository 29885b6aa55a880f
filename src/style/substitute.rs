//! Stacks of fonts of which there is none, in a style as it is sent: a font that there is stands at their end, the one
//! that the server draws with. A stack that is computed from a feature's properties is not seen here.

use serde_json::Value as Json;

use super::expression::is_expression;
use super::font::Fonts;

/// Completes the stacks of a style's document.
pub fn complete(style: &mut Json, fonts: &Fonts) {
    let mut complete = |stack: &mut Vec<Json>| {
        let names: Vec<&str> = stack.iter().filter_map(Json::as_str).collect();
        let names = names.join(",");
        if !fonts.has(&names) {
            stack.extend(fonts.substitute(&names).map(Json::from));
        }
    };
    let layers = style.get_mut("layers").and_then(Json::as_array_mut);
    for layer in layers.into_iter().flatten() {
        let Some(layout) = layer.get_mut("layout").and_then(Json::as_object_mut) else { continue };
        layout.get_mut("text-font").into_iter().for_each(|fonts| stacks(fonts, &mut complete));
        layout.get_mut("text-field").into_iter().for_each(|text| sections(text, &mut complete));
    }
}

/// The stacks that a `text-font` names.
fn stacks(written: &mut Json, each: &mut impl FnMut(&mut Vec<Json>)) {
    let is_expression = is_expression(written);
    match written {
        Json::Array(names)
            if !is_expression && !names.is_empty() && names.iter().all(Json::is_string) =>
        {
            each(names);
        }
        Json::Array(_) if !is_expression => {}
        Json::Array(parts) if parts.first().is_some_and(|operator| operator == "literal") => {
            if let Some(Json::Array(names)) = parts.get_mut(1) {
                each(names);
            }
        }
        Json::Array(parts) => parts.iter_mut().skip(1).for_each(|part| stacks(part, each)),
        // A function of old.
        Json::Object(function) => {
            let stops = function.get_mut("stops").and_then(Json::as_array_mut);
            let outcomes = stops.into_iter().flatten().filter_map(|stop| stop.get_mut(1));
            outcomes.for_each(|outcome| stacks(outcome, each));
            function.get_mut("default").into_iter().for_each(|default| stacks(default, each));
        }
        _ => {}
    }
}

/// The stacks of a formatted text's sections.
fn sections(text: &mut Json, each: &mut impl FnMut(&mut Vec<Json>)) {
    match text {
        Json::Array(parts) => parts.iter_mut().for_each(|part| sections(part, each)),
        Json::Object(section) => {
            section.get_mut("text-font").into_iter().for_each(|fonts| stacks(fonts, each));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::style::shipped::{OwnFiles, Shipped};

    #[test]
    fn a_stack_without_a_font_that_there_is_ends_with_one() {
        let shipped = Shipped::parse(OwnFiles::default());
        let cases = [
            (json!(["Marianne Bold"]), json!(["Marianne Bold", "Source Sans 3 SemiBold"])),
            (
                json!(["Marianne", "source-sans-3 regular"]),
                json!(["Marianne", "source-sans-3 regular"]),
            ),
            (json!(["Open Sans Regular"]), json!(["Open Sans Regular"])),
            (
                json!(["step", ["zoom"], ["literal", ["A"]], 9, ["literal", ["B Italic"]]]),
                json!([
                    "step",
                    ["zoom"],
                    ["literal", ["A", "Source Sans 3 Regular"]],
                    9,
                    ["literal", ["B Italic", "Source Sans 3 Italic"]]
                ]),
            ),
            (
                json!({ "stops": [[3, ["A"]]] }),
                json!({ "stops": [[3, ["A", "Source Sans 3 Regular"]]] }),
            ),
            (json!(["get", "font"]), json!(["get", "font"])),
        ];
        for (written, expected) in cases {
            let mut style = json!({ "layers": [
                { "layout": { "text-font": written,
                              "text-field": ["format", "a", { "text-font": written }] } },
            ]});
            complete(&mut style, &shipped.fonts);
            let layout = &style["layers"][0]["layout"];
            assert_eq!(layout["text-font"], expected);
            assert_eq!(layout["text-field"][2]["text-font"], expected);
        }
    }
}
