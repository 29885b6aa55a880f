//! Any text as a style, or, where it is a list, as an expression. It is refused in words, or drawn: each
//! property has a value for any feature at any zoom, and an expression says the same compiled for a
//! zoom as compiled for all.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value as Json, json};
use tuilerie::style::expression::types::Type;
use tuilerie::style::expression::value::{Object, Value};
use tuilerie::style::expression::{
    Allowed, Attribute, Context, Expression, Feature, GeometryType, Key, Keys, Surroundings,
};
use tuilerie::style::layer::layers::Layers;
use tuilerie_fuzz::seed;

/// A feature that has a value of some type for every name.
struct Any {
    names: Vec<Arc<str>>,
    turn: usize,
    list: Value<'static>,
    object: Value<'static>,
}

impl Any {
    fn new(keys: &Keys, turn: usize) -> Any {
        let list = Value::from_json(&json!([1, "deux", null, { "a": [] }]));
        let object = Value::from_json(&json!({ "a": { "b": 1 } }));
        Any { names: keys.names().to_vec(), turn, list, object }
    }
}

impl Feature for Any {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.property_named(&self.names[key.index()])
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        match (name.len() + self.turn) % 6 {
            0 => None,
            1 => Some(Attribute::Text("été")),
            2 => Some(Attribute::Number(12.5)),
            3 => Some(Attribute::Boolean(true)),
            4 => Some(Attribute::of(&self.list)),
            _ => Some(Attribute::of(&self.object)),
        }
    }

    fn properties(&self) -> Arc<Object> {
        Arc::new(Object::from([("a".into(), Value::Number(1.0))]))
    }

    fn id(&self) -> Option<Attribute<'_>> {
        Some(Attribute::Number(self.turn as f64))
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some([GeometryType::Point, GeometryType::LineString, GeometryType::Polygon][self.turn % 3])
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        Some(vec![vec![[0.0, 0.0], [4096.0, 10.0], [8192.0, 8192.0], [0.0, 0.0]], vec![]])
    }
}

fuzz_target!(init: seed("style", seeds()), |bytes: &[u8]| {
    let Ok(json) = serde_json::from_slice::<Json>(bytes) else { return };
    match json {
        Json::Array(_) => expression(&json),
        _ => style(&json),
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

fn style(json: &Json) {
    let layers = match Layers::read(json) {
        Ok(layers) => layers,
        Err(mistakes) => {
            for mistake in mistakes {
                assert!(!mistake.message.is_empty());
                assert!(mistake.pointer.is_empty() || mistake.pointer.starts_with('/'));
            }
            return;
        }
    };
    let surroundings = Surroundings { state: layers.state.clone(), ..Surroundings::default() };
    for layer in &layers.layers {
        for zoom in [0.0, 14.5] {
            let feature = Any::new(&layers.keys, layer.index);
            let context = Context::new(&feature, zoom, &surroundings);
            layer.filter.at(zoom, &layers.keys).passes(&context);
            layer.kind.at(zoom, &layers.keys);
            layer.kind.each_expression(&mut |_, expression| {
                let _ = expression.compile(&layers.keys, Some(zoom)).explained(&context);
            });
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let polygon = json!({ "type": "Polygon", "coordinates": [[[3, 43], [4, 43], [4, 44], [3, 43]]] });
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
    let style = json!({ "version": 8, "state": { "s": { "default": 1 } }, "layers": [
        { "id": "a", "type": "line", "source": "s", "source-layer": "l", "minzoom": 3,
          "filter": ["all", ["==", "class", "x"], ["none", ["in", "n", 1, 2], ["has", "$id"]]],
          "layout": { "line-cap": "round", "visibility": "none" },
          "paint": { "line-width": { "base": 1.4, "stops": [[10, 1], [18, 8]] },
                     "line-color": { "property": "c", "type": "categorical", "stops": [["x", "red"]] },
                     "line-dasharray": [1, 2], "line-opacity": ["global-state", "s"] } },
        { "id": "b", "ref": "a" },
        { "id": "c", "type": "symbol", "source": "s",
          "layout": { "text-field": "{name}", "text-font": ["A", "B"], "icon-padding": [1, 2],
                      "text-variable-anchor-offset": ["top", [0, 1]] } },
    ]});
    expressions.iter().chain([&style]).map(|json| json.to_string().into_bytes()).collect()
}
