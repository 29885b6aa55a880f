//! How long the style engine takes for a feature, beside `maplibre-expr`'s own evaluator over the
//! same properties: a filter, colours by class, by number, by zoom and number. And how long a style
//! takes to be read, and to be folded for a zoom. `cargo bench --bench style`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value as Json, json};
use tuilerie::style::document::Style;
use tuilerie::style::expression::value::{Object, Value};
use tuilerie::style::expression::{
    Allowed, Attribute, Compiled, Context, Expression, Feature, GeometryType, Key, Keys,
    Surroundings,
};

/// The zoom of all.
const ZOOM: f64 = 14.0;

/// A feature as the renderer has them: values by the numbers of their names.
struct Row<'r> {
    values: Vec<Option<Attribute<'r>>>,
}

impl Feature for Row<'_> {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.values[key.index()]
    }

    fn property_named(&self, _: &str) -> Option<Attribute<'_>> {
        None
    }

    fn properties(&self) -> Arc<Object> {
        Arc::default()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        None
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some(GeometryType::LineString)
    }
}

/// A road with the twelve properties that BD TOPO's have.
fn properties() -> Json {
    json!({
        "nature": "Route à 1 chaussée", "nom": "Rue des Tuileries", "importance": "4",
        "largeur": 5.5, "voies": 2, "sens": "Double sens", "position": "0", "prive": false,
        "etat": "En service", "vitesse": 50, "code": "US4.1.1", "classe": "rue",
    })
}

/// Its values by the numbers of their names.
fn row<'r>(keys: &Keys, properties: &'r Value<'static>) -> Vec<Option<Attribute<'r>>> {
    let Value::Object(members) = properties else { return Vec::new() };
    keys.names().iter().map(|name| members.get(name).map(Attribute::of)).collect()
}

fn filter() -> Json {
    json!([
        "all",
        ["==", ["get", "etat"], "En service"],
        ["!=", ["get", "nature"], "Escalier"],
        [">=", ["get", "largeur"], 3],
        ["in", ["get", "classe"], ["literal", ["avenue", "boulevard", "route", "rue", "place"]]],
    ])
}

fn filter_of_old() -> Json {
    json!([
        "all",
        ["==", "etat", "En service"],
        ["!=", "nature", "Escalier"],
        [">=", "largeur", 3],
        ["in", "classe", "avenue", "boulevard", "route", "rue", "place"],
    ])
}

fn color_by_class() -> Json {
    let mut labels = vec![json!("match"), json!(["get", "code"])];
    for class in 1..=5 {
        for kind in 1..=3 {
            labels.push(json!(format!("US{class}.{kind}.1")));
            labels.push(json!(format!("#{class}{kind}8")));
        }
    }
    labels.push(json!("#888888"));
    Json::Array(labels)
}

fn color_by_number() -> Json {
    json!([
        "interpolate",
        ["linear"],
        ["get", "vitesse"],
        30,
        "#2b83ba",
        50,
        "#abdda4",
        70,
        "#ffffbf",
        90,
        "#fdae61",
        110,
        "#d7191c"
    ])
}

fn width_by_both() -> Json {
    json!([
        "interpolate",
        ["exponential", 1.4],
        ["zoom"],
        10,
        ["*", ["get", "voies"], 0.5],
        18,
        ["*", ["get", "largeur"], 4]
    ])
}

fn parsed(json: &Json, ty: tuilerie::style::expression::types::Type) -> (Compiled, Keys) {
    let expression = Expression::parse(json, Some(ty), false, Allowed::ALL).expect("it is right");
    let mut keys = Keys::default();
    expression.intern(&mut keys);
    (expression.compile(&keys, Some(ZOOM)), keys)
}

/// The same expression in the other engine, and its context.
fn other(
    json: &Json,
    properties: &Json,
    ty: &maplibre_expr::Type,
) -> (maplibre_expr::Expr, maplibre_expr::EvaluationContext) {
    let parsed = maplibre_expr::parse(json).expect("it is right");
    let checked = maplibre_expr::typecheck(&parsed, Some(ty), false).expect("it is right");
    let members = properties.as_object().expect("an object").iter();
    let feature = maplibre_expr::Feature {
        properties: members
            .map(|(name, value)| (name.clone(), maplibre_expr::Value::from_json(value)))
            .collect(),
        geometry_type: Some("LineString".into()),
        ..maplibre_expr::Feature::default()
    };
    let context = maplibre_expr::EvaluationContext::new().with_zoom(ZOOM).with_feature(feature);
    (checked, context)
}

fn evaluate(c: &mut Criterion) {
    use maplibre_expr::Type as Theirs;
    use tuilerie::style::expression::types::Type;

    let properties = properties();
    let values = Value::from_json(&properties);
    let surroundings = Surroundings::default();
    let cases = [
        ("filter", filter(), Type::Boolean, Theirs::Boolean),
        ("colour by class", color_by_class(), Type::Color, Theirs::Color),
        ("colour by number", color_by_number(), Type::Color, Theirs::Color),
        ("width by zoom and number", width_by_both(), Type::Number, Theirs::Number),
    ];
    for (name, json, ty, theirs) in cases {
        let (compiled, keys) = parsed(&json, ty.clone());
        let row = Row { values: row(&keys, &values) };
        let context = Context::new(&row, ZOOM, &surroundings);
        let mut group = c.benchmark_group(name);
        group.bench_function("tuilerie", |b| match ty {
            Type::Boolean => b.iter(|| black_box(&compiled).boolean(black_box(&context))),
            Type::Number => b.iter(|| black_box(&compiled).number(black_box(&context))),
            _ => b.iter(|| black_box(&compiled).color(black_box(&context))),
        });
        let (expr, context) = other(&json, &properties, &theirs);
        group.bench_function("maplibre-expr", |b| {
            b.iter(|| maplibre_expr::evaluate(black_box(&expr), black_box(&context)));
        });
        group.finish();
    }
}

fn evaluate_filter_of_old(c: &mut Criterion) {
    let properties = properties();
    let values = Value::from_json(&properties);
    let surroundings = Surroundings::default();
    let layers = tuilerie::style::layer::layers::Layers::read(&json!({ "layers": [
        { "id": "a", "type": "line", "source": "s", "filter": filter_of_old() },
    ]}))
    .expect("it is right");
    let row = Row { values: row(&layers.keys, &values) };
    let context = Context::new(&row, ZOOM, &surroundings);
    let filter = layers.layers[0].filter.at(ZOOM, &layers.keys);
    let mut group = c.benchmark_group("filter of old");
    group.bench_function("tuilerie", |b| b.iter(|| black_box(&filter).passes(black_box(&context))));
    let converted = maplibre_expr::convert_legacy_filter(&filter_of_old()).expect("it is right");
    let (expr, context) = other(&converted, &properties, &maplibre_expr::Type::Boolean);
    group.bench_function("maplibre-expr", |b| {
        b.iter(|| maplibre_expr::evaluate(black_box(&expr), black_box(&context)));
    });
    group.finish();
}

fn read_and_fold(c: &mut Criterion) {
    let text = include_str!("../styles/plan.json");
    c.bench_function("read the style plan", |b| b.iter(|| Style::parse("plan", black_box(text))));
    let style = Style::parse("plan", text).expect("it is right");
    let layers = style.layers();
    c.bench_function("fold the style plan for a zoom", |b| {
        b.iter(|| {
            for layer in &layers.layers {
                black_box(layer.filter.at(ZOOM, &layers.keys));
                black_box(layer.kind.at(ZOOM, &layers.keys));
            }
        });
    });
}

criterion_group!(benches, evaluate, evaluate_filter_of_old, read_and_fold);
criterion_main!(benches);
