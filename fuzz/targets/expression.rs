//! Any list as an expression. It is refused in words, or says the same compiled for a zoom as compiled for
//! all, of any feature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value as Json, json};
use tuilerie::style::expression::types::Type;
use tuilerie::style::expression::value::Value;
use tuilerie::style::expression::{Allowed, Context, Expression, Keys, Surroundings};
use tuilerie_fuzz::any::Any;
use tuilerie_fuzz::seed;

fuzz_target!(init: seed("expression", seeds()), |bytes: &[u8]| {
    if let Ok(json) = serde_json::from_slice::<Json>(bytes) {
        expression(&json);
    }
});

fn expression(json: &Json) {
    for ty in [None, Some(Type::Color), Some(Type::Number), Some(Type::Formatted)] {
        let expression = match Expression::parse(json, ty, false, Allowed::ALL) {
            Ok(expression) => expression,
            Err(errors) => {
                assert!(!errors.is_empty() && errors.iter().all(|error| !error.message.is_empty()));
                continue;
            }
        };
        let mut keys = Keys::default();
        expression.intern(&mut keys);
        let surroundings = Surroundings::default();
        for zoom in [0.0, 14.0, 14.5] {
            let (any, one) =
                (expression.compile(&keys, None), expression.compile(&keys, Some(zoom)));
            for turn in 0..6 {
                let feature = Any::new(&keys, turn);
                let mut context = Context::new(&feature, zoom, &surroundings);
                context.tile = Some((14, 8250, 5990));
                let said = |result: Result<Value<'_>, _>| format!("{result:?}");
                assert_eq!(said(any.value(&context)), said(one.value(&context)), "at {zoom}");
            }
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let polygon =
        json!({ "type": "Polygon", "coordinates": [[[3, 43], [4, 43], [4, 44], [3, 43]]] });
    let expressions = [
        json!(["case", ["all", ["has", "a"], ["!", ["in", ["get", "b"], "été"]]], "#fff", "red"]),
        json!(["match", ["get", "a"], ["x", "y"], 1, "z", ["*", 2, ["zoom"]], 3]),
        json!(["interpolate", ["exponential", 1.4], ["zoom"], 10, ["get", "a"], 18, 4]),
        json!(["interpolate-hcl", ["cubic-bezier", 0, 0.5, 1, 1], ["zoom"], 1, "red", 9, "#0008"]),
        json!(["step", ["to-number", ["get", "a"]], "a", 0, "b", 10.5, ["concat", "c", ["id"]]]),
        json!(["let", "v", ["coalesce", ["get", "a"], 1], ["+", ["number", ["var", "v"]], ["pi"]]]),
        json!(["format", ["get", "a"], { "font-scale": 2, "text-color": "blue" }, ["image", "i"]]),
        json!(["number-format", ["to-number", ["get", "a"]], { "locale": "fr", "currency": "EUR" }]),
        json!(["==", "a", ["to-string", ["get", "b"]], ["collator", { "locale": "de" }]]),
        json!(["slice", ["split", "a,b,c", ","], 1, ["index-of", "b", ["literal", ["a", "b"]]]]),
        json!(["any", ["within", polygon], ["<", ["distance", polygon], 100]]),
        json!(["at", 0, ["array", "number", 2, ["get", "a"]]]),
        json!(["to-rgba", ["to-color", ["get", "a"], ["rgba", 1, 2, 3, 0.5]]]),
    ];
    expressions.iter().map(|json| json.to_string().into_bytes()).collect()
}
