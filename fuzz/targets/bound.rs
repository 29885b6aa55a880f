//! Any values in columns of any name, in layers of any id. Each style that is offered over them answers, as do its
//! legend, the style for QGIS, its layer definition, which is XML, and a drawn map.
#![no_main]

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use tokio::runtime::{Builder, Runtime};
use tower_service::Service;
use tuilerie::answer::Answers;
use tuilerie::answer::telemetry::Telemetry;
use tuilerie::catalogue::snapshot::{ReadyLayer, Store};
use tuilerie::config;
use tuilerie::config::role::ROLES;
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::tile::ZoomRange;
use tuilerie::geo::world::WorldPoint;
use tuilerie::http::App;
use tuilerie::http::routes::router;
use tuilerie::segment::kept::Description;
use tuilerie::source::attribution::Attribution;
use tuilerie::source::{About, Column, ColumnKind, Value};
use tuilerie::style::shipped::{OwnFiles, Shipped};
use tuilerie_fuzz::choices::Choices;
use tuilerie_fuzz::made::described;
use tuilerie_fuzz::seed;

static SHIPPED: LazyLock<Arc<Shipped>> =
    LazyLock::new(|| Arc::new(Shipped::parse(OwnFiles::default())));
static TELEMETRY: LazyLock<Telemetry> = LazyLock::new(|| Telemetry::install().unwrap());
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

fuzz_target!(init: seed("bound", seeds()), |bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let store = Arc::new(Store::awaiting(&[], &[]));
    let mut ids = BTreeSet::new();
    for _ in 0..=choices.byte() % 3 {
        let id = id(&mut choices);
        if ids.insert(id.clone()) {
            store.serve(layer(id, &mut choices));
        }
    }
    let server = config::Server { cache: 0, ..config::Server::default() };
    let answers = Answers::new(store, &server, SHIPPED.clone(), TELEMETRY.clone());
    let app = App::new(answers, &server);
    let mut router = router(app);
    let catalogue: Json = serde_json::from_str(&answer(&mut router, "/catalog")).unwrap();
    for (style, about) in catalogue["styles"].as_object().unwrap() {
        check(&mut router, style);
        if let Some(dark) = about["dark"].as_str() {
            check(&mut router, dark);
        }
    }
});

fn check(router: &mut Router, style: &str) {
    for end in ["", "?profile=qgis", ".json", "/legend", "/legend?zoom=14"] {
        let answer = answer(router, &format!("/styles/{style}{end}"));
        serde_json::from_str::<Json>(&answer).unwrap();
    }
    let definition = answer(router, &format!("/styles/{style}.qlr"));
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(&definition, options).unwrap();
    status(router, &format!("/styles/{style}/static/3.4702,43.3601,15.2/64x64.png"));
}

fn answer(router: &mut Router, address: &str) -> String {
    String::from_utf8(status(router, address)).unwrap()
}

/// What an address answers with, which is a success.
fn status(router: &mut Router, address: &str) -> Vec<u8> {
    let request = Request::get(address).header("host", "localhost").body(Body::empty()).unwrap();
    RUNTIME.block_on(async {
        let response = router.call(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{address}: {}", String::from_utf8_lossy(&body));
        body.into()
    })
}

fn layer(id: String, choices: &mut Choices<'_>) -> ReadyLayer {
    let mut names = BTreeSet::new();
    let columns = (0..choices.byte() % 5).map(|_| Column {
        name: name(choices),
        kind: [ColumnKind::Text, ColumnKind::Number, ColumnKind::Boolean]
            [usize::from(choices.byte() % 3)],
    });
    let columns: Vec<Column> = columns.filter(|column| names.insert(column.name.clone())).collect();
    let pools: Vec<Vec<Owned>> = columns.iter().map(|_| pool(choices)).collect();
    let count = u32::from(choices.byte() % 64);
    let kinds = choices.byte();
    let features = (0..count).map(|number| {
        let values = pools.iter().enumerate().map(|(place, pool)| {
            let at = number as usize * (place + 1) + place;
            pool.get(at % (pool.len() + 1)).map_or(Value::Null, Owned::value)
        });
        let values = values.collect();
        (Some(u64::from(number)), shape(number, kinds), values)
    });
    let about = About {
        title: (choices.byte() & 1 == 1).then(|| text(choices)),
        description: (choices.byte() & 1 == 1).then(|| text(choices)),
        attribution: (choices.byte() & 1 == 1).then(|| Attribution::of_html(&text(choices))),
        ..About::default()
    };
    let zooms = ZoomRange::new(0, 20).unwrap();
    let detail = [None, Some(0), Some(12)][usize::from(choices.byte() % 3)];
    let layer = Description { id, about, columns: columns.clone(), zooms, buffer: 64 };
    described(layer, features, detail)
}

fn shape(number: u32, kinds: u8) -> Shape {
    let (x, y) = (2_188_882_000 + number % 8 * 6_000, 1_569_620_000 + number / 8 * 6_000);
    let at = |right: u32, down: u32| WorldPoint { x: x + right, y: y + down };
    let kind = if kinds & 4 == 4 { number % 3 } else { u32::from(kinds % 3) };
    let mut shape =
        Shape::new([ShapeKind::Point, ShapeKind::Line, ShapeKind::Polygon][kind as usize]);
    match kind {
        0 => shape.push_point(at(0, 0)),
        1 => shape.push_line(&[at(0, 0), at(4_000, 2_000)]),
        _ => {
            shape.push_ring(
                &[at(0, 0), at(0, 6_000), at(6_000, 6_000), at(6_000, 0)],
                RingRole::Exterior,
            );
        }
    }
    shape
}

/// A value that owns its text.
enum Owned {
    Plain(Value<'static>),
    Text(String),
}

impl Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Owned::Plain(value) => *value,
            Owned::Text(text) => Value::Text(text),
        }
    }
}

/// The values of a column: mostly of one type, as columns have them.
fn pool(choices: &mut Choices<'_>) -> Vec<Owned> {
    let (kinds, count) = (choices.byte(), choices.byte() % 12);
    let value = |_| match if kinds & 8 == 8 { choices.byte() } else { kinds } % 8 {
        0 => Owned::Plain(Value::Int(number(choices))),
        1 => Owned::Plain(Value::UInt(number(choices) as u64)),
        2 => Owned::Plain(Value::Bool(choices.byte() & 1 == 1)),
        3 => {
            let double = f64::from_bits(choices.long());
            Owned::Plain(Value::Double(if double.is_finite() { double } else { -0.0 }))
        }
        4 => Owned::Plain(Value::Float(f32::from(choices.byte()) / 3.0)),
        _ => Owned::Text(text(choices)),
    };
    (0..count).map(value).collect()
}

fn number(choices: &mut Choices<'_>) -> i64 {
    const EDGES: [i64; 8] =
        [0, -1, i64::MIN, i64::MAX, 1 << 53, (1 << 53) - 1, -(1 << 53), 1_000_000_000_000_001];
    match choices.byte() {
        edge @ ..8 => EDGES[usize::from(edge)],
        8..12 => choices.long() as i64,
        small => small.into(),
    }
}

const TEXTS: [&str; 72] = [
    "",
    " ",
    "  ",
    "arbre",
    "arbre ",
    " arbre",
    "Arbre",
    "1",
    "01",
    "1.0",
    "-0",
    "NaN",
    "Infinity",
    "1e400",
    "true",
    "null",
    "[\"get\",\"a\"]",
    "{\"a\":1}",
    "get",
    "has",
    "literal",
    "$type",
    "$id",
    "$zoom",
    "id",
    "{",
    "}",
    "{nom}",
    "{}",
    "{a}{b}",
    "\"",
    "\"\"",
    "'",
    "l'eau",
    "\\",
    "\\n",
    "\n",
    "a\r\nb",
    "\t",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{feff}",
    "\u{2028}",
    "🌳",
    "👩‍👩‍👧",
    "شارع الحبيب",
    "\u{202e}abc",
    "क्षि",
    "#4499ff",
    "#1177ee",
    "#f7f6f2",
    "#8b8f96",
    "<b>&amp;</b>",
    "]]>",
    "<!--",
    "a,b",
    "%",
    "%2F",
    "/",
    "?",
    "Autres",
    "(vide)",
    "(empty)",
    "select",
    "__proto__",
    "constructor",
    "toString",
    "tuilerie",
];

fn text(choices: &mut Choices<'_>) -> String {
    match choices.byte() {
        long @ 240.. => {
            TEXTS[usize::from(choices.byte()) % TEXTS.len()].repeat(usize::from(long) * 8)
        }
        two @ 200..240 => {
            let texts = [usize::from(two), usize::from(choices.byte())];
            texts.map(|at| TEXTS[at % TEXTS.len()]).concat()
        }
        one @ ..160 => TEXTS[usize::from(one) % TEXTS.len()].to_owned(),
        length => {
            let characters =
                (0..length % 8).filter_map(|_| char::from_u32(choices.word() & 0x1F_FFFF));
            characters.collect()
        }
    }
}

const NAMES: [&str; 18] = [
    "nature",
    "Nature",
    "type",
    "classe",
    "code",
    "code_cs",
    "CODE_CS",
    "code_us",
    "nom",
    "name",
    "numero",
    "rep",
    "rotation",
    "millesime",
    "hauteur",
    "categorie",
    "altitude",
    "point_count",
];

fn name(choices: &mut Choices<'_>) -> String {
    match choices.byte() {
        known @ ..160 => NAMES[usize::from(known) % NAMES.len()].to_owned(),
        _ => text(choices),
    }
}

/// An id of a layer; no source gives an empty one.
fn id(choices: &mut Choices<'_>) -> String {
    let id = match choices.byte() {
        known @ ..128 => ROLES[usize::from(known) % ROLES.len()].to_owned(),
        _ => text(choices),
    };
    if id.is_empty() { "couche".to_owned() } else { id }
}

fn seeds() -> Vec<Vec<u8>> {
    (0..64u8)
        .map(|seed| {
            (0..96u32).map(|at| (at.pow(2) * 37 + u32::from(seed) * (at + 61)) as u8).collect()
        })
        .collect()
}
