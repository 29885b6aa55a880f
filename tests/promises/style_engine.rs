//! What the style engine promises: the properties of the style specification, all mistakes at once
//! with their places, what styles were written in before expressions, hostile styles refused; and the
//! values of another evaluator, `maplibre-expr`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tuilerie::style::expression::color::Color;
use tuilerie::style::expression::value::{Object, Value};
use tuilerie::style::expression::{
    Allowed, Attribute, Compiled, Context, Dependence, Expression, Feature, GeometryType, Key,
    Keys, Surroundings, is_expression,
};
use tuilerie::style::layer::layers::Layers;
use tuilerie::style::layer::mistake::Mistake;
use tuilerie::style::layer::property::Folded;
use tuilerie::style::layer::specification::{Depends, Group, Specification, ValueKind};
use tuilerie::style::layer::{FilterAtZoom, KINDS, Kind, VISIBILITY};

/// The style specification, as the viewer's `npm ci` brings it.
fn specification() -> Json {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/viewer/node_modules/@maplibre/maplibre-gl-style-spec/dist/latest.json"
    );
    let text = std::fs::read_to_string(path);
    serde_json::from_str(&text.expect("`npm ci` in viewer/ brings the specification")).unwrap()
}

/// A feature with properties.
struct Made {
    keys: Keys,
    properties: Arc<Object>,
    kind: GeometryType,
}

impl Made {
    fn new(keys: &Keys, properties: &Json) -> Made {
        let properties = match Value::from_json(properties) {
            Value::Object(properties) => properties,
            other => panic!("{other:?}"),
        };
        Made { keys: keys.clone(), properties, kind: GeometryType::Polygon }
    }
}

impl Feature for Made {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.property_named(&self.keys.names()[key.index()])
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        self.properties.get(name).map(Attribute::of)
    }

    fn properties(&self) -> Arc<Object> {
        self.properties.clone()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        Some(Attribute::Number(7.0))
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some(self.kind)
    }
}

fn layers(layers: &Json) -> Layers {
    match Layers::read(&json!({ "version": 8, "layers": layers })) {
        Ok(layers) => layers,
        Err(mistakes) => panic!("{mistakes:?}"),
    }
}

fn mistakes(layers: &Json) -> Vec<Mistake> {
    Layers::read(&json!({ "version": 8, "layers": layers })).err().unwrap_or_default()
}

/// One layer, of a kind, with what else it is told.
fn one(kind: &str, members: Json) -> Json {
    let mut layer = json!({ "id": "a", "type": kind, "source": "s" });
    if let (Json::Object(layer), Json::Object(members)) = (&mut layer, members) {
        layer.extend(members);
    }
    json!([layer])
}

fn line(members: Json) -> Layers {
    layers(&one("line", members))
}

fn width(layers: &Layers, zoom: f64) -> Folded<f64> {
    match &layers.layers[0].kind {
        Kind::Line(line) => line.width.at(zoom, &layers.keys),
        _ => panic!("no line"),
    }
}

fn passes(filter: &Json, properties: &Json, kind: GeometryType) -> bool {
    let layers = line(json!({ "filter": filter }));
    let feature = Made { kind, ..Made::new(&layers.keys, properties) };
    let surroundings = Surroundings::default();
    let context = Context::new(&feature, 14.0, &surroundings);
    layers.layers[0].filter.at(14.0, &layers.keys).passes(&context)
}

#[test]
fn every_property_of_the_specification_is_in_the_table_as_it_is_there() {
    let specification = specification();
    for (kind, table) in KINDS {
        let mut rows: BTreeMap<(bool, &str), Specification> = BTreeMap::new();
        for row in table.iter().chain([&VISIBILITY]) {
            assert!(rows.insert((row.group == Group::Paint, row.name), *row).is_none());
        }
        for group in ["layout", "paint"] {
            let Some(properties) = specification[format!("{group}_{kind}")].as_object() else {
                assert_eq!((group, kind), ("layout", ""), "every kind has both");
                continue;
            };
            for (name, written) in properties {
                let row = rows.remove(&(group == "paint", name.as_str()));
                let row = row.unwrap_or_else(|| panic!("{kind} lacks {name}"));
                assert_eq!(as_written(&row), as_it_matters(written), "{name}");
            }
        }
        assert!(rows.is_empty(), "{kind} has what the specification has not: {rows:?}");
    }
    let kinds: BTreeSet<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    let written = specification["layer"]["type"]["values"].as_object().unwrap();
    assert_eq!(kinds, written.keys().map(String::as_str).collect());
}

/// A row as the specification would write it.
fn as_written(row: &Specification) -> Json {
    let (ty, value, length, texts) = match row.kind {
        ValueKind::Number => ("number", None, None, None),
        ValueKind::Boolean => ("boolean", None, None, None),
        ValueKind::Color => ("color", None, None, None),
        ValueKind::Choice(texts) => ("enum", None, None, Some(texts)),
        ValueKind::Choices(texts) => ("array", Some("enum"), None, Some(texts)),
        ValueKind::Numbers(length) => ("array", Some("number"), length, None),
        ValueKind::Texts => ("array", Some("string"), None, None),
        ValueKind::Padding => ("padding", None, None, None),
        ValueKind::NumberArray => ("numberArray", None, None, None),
        ValueKind::ColorArray => ("colorArray", None, None, None),
        ValueKind::Formatted => ("formatted", None, None, None),
        ValueKind::Image => ("resolvedImage", None, None, None),
        ValueKind::Anchors => ("variableAnchorOffsetCollection", None, None, None),
    };
    let texts: Option<BTreeSet<&str>> = texts.map(|texts| texts.iter().copied().collect());
    json!({
        "type": ty,
        "value": value,
        "length": length,
        "values": texts,
        "default": serde_json::from_str::<Json>(row.default).unwrap(),
        "depends": format!("{:?}", row.depends),
        "interpolated": row.interpolated,
        "tokens": row.tokens,
        "minimum": row.range.0,
        "maximum": row.range.1,
    })
}

/// What the specification says of a property, without what is for people.
fn as_it_matters(written: &Json) -> Json {
    let parameters: Vec<&str> = written["expression"]["parameters"]
        .as_array()
        .map_or_else(Vec::new, |list| list.iter().filter_map(Json::as_str).collect());
    let depends = if written.get("expression").is_none() {
        Depends::Never
    } else if parameters.contains(&"feature") {
        Depends::Feature
    } else if parameters.contains(&"zoom") {
        Depends::Zoom
    } else if parameters == ["global-state"] {
        Depends::State
    } else {
        Depends::Progress
    };
    let texts: Option<BTreeSet<&String>> =
        written["values"].as_object().map(|values| values.keys().collect());
    let number = |name: &str| written[name].as_f64();
    json!({
        "type": written["type"],
        "value": written.get("value"),
        "length": written["length"].as_u64(),
        "values": texts,
        "default": written.get("default"),
        "depends": format!("{depends:?}"),
        "interpolated": written["expression"]["interpolated"] == true,
        "tokens": written["tokens"] == true,
        "minimum": number("minimum"),
        "maximum": number("maximum"),
    })
}

#[test]
fn every_operator_of_the_specification_is_known() {
    let specification = specification();
    for operator in specification["expression_name"]["values"].as_object().unwrap().keys() {
        assert!(is_expression(&json!([operator])), "{operator}");
    }
}

#[test]
fn all_mistakes_come_at_once_each_with_its_place() {
    let found = mistakes(&json!([
        { "id": "a", "type": "line", "source": "s",
          "filter": ["all", ["==", "class"]],
          "paint": { "line-width": ["*", "2", 1], "line-color": "#12345", "line-witdh": 1 } },
        { "id": "a", "type": "fill",
          "layout": { "visibility": "maybe" },
          "paint": { "fill-opacity": 2, "fill-translate": [0, "x"] } },
        { "id": "b", "type": "ligne" },
        { "id": "c", "type": "symbol", "source": "s", "minzoom": -1,
          "layout": { "text-size": ["interpolate", ["linear"], ["get", "a"], 0, 1, 0, 2],
                      "text-field": ["concat", ["get", 1]] } },
    ]));
    let places: BTreeSet<&str> = found.iter().map(|mistake| mistake.pointer.as_str()).collect();
    let expected = [
        "/layers/0/filter/1",
        "/layers/0/paint/line-width/1",
        "/layers/0/paint/line-color",
        "/layers/0/paint/line-witdh",
        "/layers/1",
        "/layers/1/id",
        "/layers/1/layout/visibility",
        "/layers/1/paint/fill-opacity",
        "/layers/1/paint/fill-translate/1",
        "/layers/2/type",
        "/layers/3/minzoom",
        "/layers/3/layout/text-field/1/1",
        "/layers/3/layout/text-size/5",
    ];
    assert_eq!(places, BTreeSet::from(expected), "{found:#?}");
    let width = found.iter().find(|mistake| mistake.pointer.contains("line-width")).unwrap();
    assert_eq!(width.message, "Expected number but found string instead.");
}

#[test]
fn a_property_depends_on_no_more_than_the_specification_allows() {
    for (kind, property, value, message) in [
        ("line", "line-translate", json!(["get", "a"]), "data expressions not supported"),
        (
            "line",
            "line-width",
            json!(["+", ["zoom"], 1]),
            "\"zoom\" expression may only be used as input to a top-level \"step\" or \
             \"interpolate\" expression.",
        ),
        (
            "line",
            "line-dasharray",
            json!([
                "interpolate",
                ["linear"],
                ["zoom"],
                0,
                ["literal", [1, 2]],
                1,
                ["literal", [1, 2]]
            ]),
            "Type array<number> is not interpolatable.",
        ),
        ("line", "line-gradient", json!(["get", "colour"]), "data expressions not supported"),
        ("fill", "fill-layer-blend", json!(["get", "a"]), "expected one of"),
    ] {
        let found = mistakes(&one(kind, json!({ "paint": { property: value } })));
        assert!(found[0].message.starts_with(message), "{property}: {found:?}");
        assert_eq!(found[0].pointer, format!("/layers/0/paint/{property}"));
    }
}

#[test]
fn what_depends_on_the_zoom_alone_is_a_value_at_a_zoom() {
    let layers = line(json!({ "paint": {
        "line-width": ["interpolate", ["exponential", 2], ["zoom"], 10, 1, 12, 7],
    }}));
    for (zoom, expected) in [(8.0, 1.0), (10.0, 1.0), (11.0, 3.0), (12.0, 7.0), (20.0, 7.0)] {
        assert_eq!(width(&layers, zoom).constant(), Some(&expected));
    }
}

#[test]
fn what_depends_on_both_asks_the_feature_only_for_what_counts_at_a_zoom() {
    let layers = line(json!({ "paint": {
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 12, ["get", "lanes"]],
    }}));
    let Kind::Line(kind) = &layers.layers[0].kind else { panic!() };
    assert_eq!(kind.width.dependence(), Dependence::Composite);
    assert_eq!(width(&layers, 9.0).constant(), Some(&1.0));
    let feature = Made::new(&layers.keys, &json!({ "lanes": 4 }));
    let surroundings = Surroundings::default();
    for (zoom, expected) in [(11.0, 2.5), (12.0, 4.0), (16.0, 4.0)] {
        let folded = width(&layers, zoom);
        assert!(folded.constant().is_none());
        assert_eq!(folded.evaluate(&Context::new(&feature, zoom, &surroundings)), expected);
    }
}

#[test]
fn where_an_expression_has_no_result_the_default_stands() {
    let layers = line(json!({ "paint": {
        "line-width": ["number", ["get", "w"]],
        "line-color": ["to-color", ["get", "c"]],
    }}));
    let surroundings = Surroundings::default();
    let Kind::Line(kind) = &layers.layers[0].kind else { panic!() };
    let line = kind.at(14.0, &layers.keys);
    for (properties, width, color) in [
        (json!({}), 1.0, Color::BLACK),
        (json!({ "w": "3", "c": "no colour" }), 1.0, Color::BLACK),
        (json!({ "w": null, "c": [0, 0, 300] }), 1.0, Color::BLACK),
        (json!({ "w": 3, "c": "#fff" }), 3.0, Color::new(1.0, 1.0, 1.0, 1.0)),
    ] {
        let feature = Made::new(&layers.keys, &properties);
        let context = Context::new(&feature, 14.0, &surroundings);
        assert_eq!(line.width.evaluate(&context), width, "{properties}");
        assert_eq!(line.color.evaluate(&context), color, "{properties}");
    }
    let not_a_number = self::line(json!({ "paint": { "line-width": ["/", 0, ["get", "w"]] } }));
    let feature = Made::new(&not_a_number.keys, &json!({ "w": 0 }));
    let context = Context::new(&feature, 14.0, &surroundings);
    assert_eq!(self::width(&not_a_number, 14.0).evaluate(&context), 1.0);
}

#[test]
fn filters_of_old_draw_what_they_always_drew() {
    use GeometryType::{LineString, Polygon};
    let road = json!({ "class": "road", "level": 2, "none": null });
    for (filter, expected) in [
        (json!(["==", "class", "road"]), true),
        (json!(["==", "level", "2"]), false),
        (json!(["!=", "absent", 1]), true),
        (json!(["==", "absent", null]), false),
        (json!(["==", "none", null]), true),
        (json!([">=", "level", 2]), true),
        (json!([">", "class", 1]), false),
        (json!(["any", ["all", [">", "absent", 0]], ["==", "level", 2]]), true),
        (json!(["none", ["==", "class", "rail"], ["has", "absent"]]), true),
        (json!(["in", "class", "rail", "road"]), true),
        (json!(["!in", "level", 1, 2, "x"]), false),
        (json!(["in", "class"]), false),
        (json!(["!has", "none"]), false),
        (json!(["==", "$type", "Polygon"]), true),
        (json!(["in", "$type", "Point", "LineString"]), false),
        (json!(["==", "$id", 7]), true),
        (json!(["has", "$id"]), true),
        (json!(["all"]), true),
        (json!(["any"]), false),
    ] {
        assert_eq!(passes(&filter, &road, Polygon), expected, "{filter}");
    }
    assert!(!passes(&json!(["==", "$type", "Polygon"]), &road, LineString));
    let many: Vec<Json> = (0..500).map(|n| json!(format!("c{n}"))).collect();
    let mut filter = vec![json!("in"), json!("class")];
    filter.extend(many);
    assert!(passes(&Json::Array(filter.clone()), &json!({ "class": "c499" }), Polygon));
    assert!(!passes(&Json::Array(filter), &json!({ "class": "c500" }), Polygon));
}

#[test]
fn a_filter_that_asks_no_feature_is_known_at_a_zoom_and_one_that_asks_where_says_so() {
    let layers = line(json!({ "filter": [">", ["zoom"], 12] }));
    let at = |zoom| layers.layers[0].filter.at(zoom, &layers.keys);
    assert!(matches!(at(13.0), FilterAtZoom::Same(true)));
    assert!(matches!(at(12.0), FilterAtZoom::Same(false)));
    let square = json!({ "type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]] });
    let layers = line(json!({ "filter": ["all", ["has", "a"], ["within", square]] }));
    let filter = layers.layers[0].filter.at(14.0, &layers.keys);
    assert!(matches!(filter, FilterAtZoom::Data { needs_geometry: true, .. }));
}

#[test]
fn functions_and_tokens_of_old_are_expressions() {
    let layers =
        line(json!({ "paint": { "line-width": { "base": 2, "stops": [[10, 1], [12, 7]] } } }));
    assert_eq!(width(&layers, 11.0).constant(), Some(&3.0));
    let layers = line(json!({ "paint": { "line-width": {
        "type": "categorical", "property": "class", "stops": [["a", 2], ["b", 3]], "default": 9,
    }}}));
    let surroundings = Surroundings::default();
    for (class, expected) in [(json!("a"), 2.0), (json!("b"), 3.0), (json!(1), 9.0)] {
        let feature = Made::new(&layers.keys, &json!({ "class": class }));
        let context = Context::new(&feature, 14.0, &surroundings);
        assert_eq!(width(&layers, 14.0).evaluate(&context), expected);
    }
    let layers = self::layers(&one(
        "symbol",
        json!({ "layout": {
            "text-field": "{name} ({ref})", "icon-image": { "stops": [[10, "a-{kind}"], [14, "b"]] },
        }}),
    ));
    let Kind::Symbol(symbol) = &layers.layers[0].kind else { panic!() };
    let symbol = symbol.at(12.0, &layers.keys);
    let feature = Made::new(&layers.keys, &json!({ "name": "Rue", "kind": "x" }));
    let context = Context::new(&feature, 12.0, &surroundings);
    assert_eq!(symbol.text_field.evaluate(&context).text(), "Rue ()");
    assert_eq!(symbol.icon_image.evaluate(&context).unwrap().0, "a-x".into());
}

#[test]
fn a_layer_by_reference_is_drawn_as_the_one_it_names() {
    let layers = layers(&json!([
        { "id": "a", "type": "line", "source": "s", "source-layer": "l", "filter": ["has", "x"] },
        { "id": "b", "ref": "a", "paint": { "line-width": 4 } },
    ]));
    assert_eq!(layers.layers[1].source_layer.as_deref(), Some("l"));
    assert!(layers.layers[1].filter.expression().is_some());
    let found = mistakes(&json!([{ "id": "b", "ref": "nobody" }]));
    assert_eq!(found[0].pointer, "/layers/0/ref");
}

#[test]
fn a_hostile_style_is_refused_in_words() {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!(["+", inner, 1]));
    let deep = nested(2_000);
    let found = mistakes(&one("line", json!({ "paint": { "line-width": deep } })));
    assert!(found[0].message.contains("nested too deep"), "{found:?}");
    std::mem::forget(deep);

    // Twice as much at each level: none of it is ever evaluated.
    let doubled = (0..60).fold(json!(["var", "v0"]), |inner, level| {
        let level = 60 - level;
        let before = json!(["var", format!("v{}", level - 1)]);
        json!(["let", format!("v{level}"), ["+", before, before], inner])
    });
    let doubled = json!(["let", "v0", ["get", "x"], doubled]);
    let text = doubled.to_string().replace("[\"var\",\"v0\"]]", "[\"var\",\"v60\"]]");
    let doubled: Json = serde_json::from_str(&text).unwrap();
    let found = mistakes(&one("line", json!({ "paint": { "line-width": doubled } })));
    assert!(!found.is_empty());

    // Each level is read three times, to say what is wrong.
    let wrong = (0..100).fold(json!(["get", 1]), |inner, _| json!(["all", inner, true]));
    let found = mistakes(&one("line", json!({ "filter": wrong })));
    assert!(found.iter().any(|mistake| mistake.message.contains("too large")), "{found:?}");

    let many: Vec<Json> = (0..20_000).map(|id| json!({ "id": id.to_string() })).collect();
    assert_eq!(mistakes(&Json::Array(many)).len(), 1);
    let wrong: Vec<Json> = (0..5_000).map(|id| json!({ "id": id.to_string() })).collect();
    assert_eq!(mistakes(&Json::Array(wrong)).len(), 100);

    for json in [json!(null), json!([]), json!("x"), json!({}), json!({ "layers": {} })] {
        assert!(Layers::read(&json).is_err(), "{json}");
    }
    for layer in [json!(null), json!([]), json!({ "id": 1, "type": 2, "layout": 3, "filter": 4 })] {
        assert!(!mistakes(&json!([layer])).is_empty(), "{layer}");
    }
}

fn compiled(expression: &Json, keys: &mut Keys) -> Compiled {
    let expression = Expression::parse(expression, None, false, Allowed::ALL).unwrap();
    expression.intern(keys);
    expression.compile(keys, None)
}

/// The same value, as `maplibre-expr` has it.
fn oracle(expression: &Json, properties: &Json) -> Result<maplibre_expr::Value, ()> {
    let parsed = maplibre_expr::parse(expression).map_err(|_| ())?;
    let checked = maplibre_expr::typecheck(&parsed, None, false).map_err(|_| ())?;
    let properties = properties.as_object().unwrap().iter();
    let properties =
        properties.map(|(name, value)| (name.clone(), maplibre_expr::Value::from_json(value)));
    let feature = maplibre_expr::Feature {
        id: Some(maplibre_expr::Value::Number(7.0)),
        properties: properties.collect(),
        geometry_type: Some("Polygon".into()),
        ..maplibre_expr::Feature::default()
    };
    let context = maplibre_expr::EvaluationContext::new().with_zoom(14.0).with_feature(feature);
    maplibre_expr::evaluate(&checked, &context).map_err(|_| ())
}

#[test]
fn another_evaluator_finds_the_same() {
    let properties = [
        json!({}),
        json!({ "a": 1, "b": "deux", "c": true, "l": [1, 2, 3] }),
        json!({ "a": -2.5, "b": "", "c": null, "l": "text" }),
        json!({ "a": "3", "b": 12, "c": "yes", "l": { "a": 1 } }),
        json!({ "a": 1e21, "b": "Éa", "c": 0, "l": [] }),
    ];
    let mut expressions = vec![
        json!(["get", "a"]),
        json!(["has", "b"]),
        json!(["+", ["number", ["get", "a"]], 1, 2]),
        json!(["-", ["to-number", ["get", "a"], 5]]),
        json!(["to-string", ["get", "a"]]),
        json!(["to-boolean", ["get", "c"]]),
        json!(["to-number", ["get", "c"]]),
        json!(["concat", "x", ["get", "a"], ["get", "b"]]),
        json!(["upcase", ["to-string", ["get", "b"]]]),
        json!(["case", ["==", ["get", "a"], 1], "one", ["has", "c"], "c", "none"]),
        json!(["match", ["get", "b"], ["deux", "trois"], 2, "Éa", 3, 0]),
        json!(["match", ["get", "a"], [1, 2], "low", 3, "three", "other"]),
        json!(["coalesce", ["get", "c"], ["get", "b"], "nothing"]),
        json!(["step", ["to-number", ["get", "a"], 0], "low", 0, "zero", 1, "one", 5, "high"]),
        json!(["interpolate", ["linear"], ["to-number", ["get", "a"], 0], -3, 10, 0, 20, 2, 5]),
        json!(["interpolate", ["exponential", 1.5], ["zoom"], 10, 1, 20, 100]),
        json!(["interpolate", ["cubic-bezier", 0.3, 0, 0.7, 1], ["zoom"], 10, 1, 20, 100]),
        json!(["interpolate-hcl", ["linear"], ["zoom"], 10, "red", 20, "#00ff8080"]),
        json!(["interpolate-lab", ["linear"], ["zoom"], 10, "navy", 20, "white"]),
        json!([
            "interpolate",
            ["linear"],
            ["zoom"],
            10,
            ["to-color", "hsl(20, 50%, 40%)"],
            20,
            ["to-color", "transparent"]
        ]),
        json!(["let", "x", ["get", "a"], ["case", ["==", ["var", "x"], 1], ["var", "x"], "no"]]),
        json!(["in", ["get", "b"], ["literal", ["deux", 12, ""]]]),
        json!(["in", "e", ["get", "b"]]),
        json!(["index-of", "a", ["get", "b"]]),
        json!(["slice", ["to-string", ["get", "b"]], 1, -1]),
        json!(["length", ["get", "l"]]),
        json!(["at", 1, ["array", ["get", "l"]]]),
        json!(["typeof", ["get", "l"]]),
        json!(["all", ["has", "a"], [">", ["to-number", ["get", "a"]], 0]]),
        json!(["any", ["==", ["geometry-type"], "Point"], ["==", ["id"], 7]]),
        json!(["!", ["in", ["get", "a"], ["literal", [1, "3"]]]]),
        json!(["to-color", ["get", "b"], "red"]),
        json!(["rgba", 10, 20, ["abs", ["to-number", ["get", "a"], 0]], 0.5]),
        json!(["to-rgba", ["rgb", 1, 2, 3]]),
        json!(["round", ["to-number", ["get", "a"], 0.5]]),
        json!(["^", 2, ["min", 10, ["to-number", ["get", "a"], 3]]]),
        json!(["%", ["to-number", ["get", "a"], 3], 2]),
        json!(["number-format", ["to-number", ["get", "a"], 3], { "max-fraction-digits": 1 }]),
        json!(["split", ["to-string", ["get", "b"]], ""]),
        json!(["join", ["literal", ["a", "b"]], "-"]),
        json!(["max", 1, ["to-number", ["get", "a"], 3], 2]),
    ];
    for comparison in ["==", "!=", "<", ">", "<=", ">="] {
        for against in [json!(1), json!("deux")] {
            expressions.push(json!([comparison, ["get", "a"], against]));
            expressions.push(json!([comparison, against, ["get", "b"]]));
        }
    }
    let surroundings = Surroundings::default();
    for expression in &expressions {
        let mut keys = Keys::default();
        let ours = compiled(expression, &mut keys);
        for properties in &properties {
            let feature = Made::new(&keys, properties);
            let context = Context::new(&feature, 14.0, &surroundings);
            let found = ours.value(&context);
            let expected = oracle(expression, properties);
            let same = match (&found, &expected) {
                (Ok(found), Ok(expected)) => is_same(found, expected),
                (Err(_), Err(())) => true,
                _ => false,
            };
            assert!(same, "{expression} of {properties}: {found:?}, not {expected:?}");
        }
    }
}

fn is_same(ours: &Value<'_>, theirs: &maplibre_expr::Value) -> bool {
    use maplibre_expr::Value as Theirs;
    let near = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1e-6);
    match (ours, theirs) {
        (Value::Null, Theirs::Null) => true,
        (Value::Boolean(a), Theirs::Bool(b)) => a == b,
        (Value::Number(a), Theirs::Number(b)) => near(*a, *b) || a.is_nan() && b.is_nan(),
        (Value::String(a), Theirs::String(b)) => **a == **b,
        (Value::Color(a), Theirs::Color(b)) => {
            let (a, b) = ([a.red, a.green, a.blue, a.alpha], [b.r, b.g, b.b, b.a]);
            a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6)
        }
        (Value::Array(a), Theirs::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Theirs::Object(b)) => a.len() == b.len(),
        _ => false,
    }
}
