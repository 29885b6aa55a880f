//! Printed maps: a sheet of paper at `/styles/{style}/print.pdf`, and where on sheets the map stands at
//! `/styles/{style}/print`, for who shows it before.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{self, InvalidHeaderValue};
use axum::http::{HeaderMap, HeaderValue, Response, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::answer::sheet;
use crate::http::error::HttpError;
use crate::http::map_address::{bad, centre, number};
use crate::http::respond::{self, Content};
use crate::http::{App, address, query};
use crate::map::sheet::paper::{Format, Layout, Orientation, Paper};
use crate::map::sheet::words::Date;
use crate::map::sheet::{SCALES, Sheet, layouts};
use crate::style::document::Language;

const JSON: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// A title is a line, not a page.
const LONGEST_TITLE: usize = 120;

/// Answers with the papers that can be printed on: width and height of the map on each, in millimetres.
///
/// # Errors
/// As [`sheet`].
pub async fn sheets(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    app.answers().shown(&app.seen(), &style(path)?)?;
    let sheet = |(paper, layout): (Paper, Layout)| {
        json!({
            "paper": paper.format.name(),
            "orientation": paper.orientation.name(),
            "legend": paper.has_legend,
            "map": [layout.map.width, layout.map.height],
        })
    };
    let answer = json!({
        "sheets": layouts().map(sheet).collect::<Vec<_>>(),
        "scale": { "min": SCALES.start(), "max": SCALES.end() },
        // Of an image of a map, along a side.
        "pixels": app.map_pixels(),
    });
    Ok(JSON.respond(app.answers(), &headers, answer.to_string().into_bytes()))
}

/// Answers with a sheet as a PDF: `?center={lon},{lat}&scale=2000`, and `paper` (`a4`, `a3`), `orientation`
/// (`portrait`, `landscape`), `title`, `legend` (`true`, `false`), `lang` (`fr`, `en`), `bearing`, `hide` and `show`
/// (groups of the style's layers).
///
/// # Errors
/// For what cannot be printed, and as [`HttpError`] says.
pub async fn sheet(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let style = style(path)?;
    let sheet = read(uri.query())?;
    let shot = sheet.shot(app.map_pixels()).map_err(|error| bad(&error.to_string()))?;
    let name = disposition(&format!("{style}-{}.pdf", sheet.scale));
    let groups = address::groups(uri.query())?;
    let question = sheet::Sheet::of(app.answers(), &app.seen(), style, (sheet, shot), &groups)?;
    let (entry, found) = app.answers().answer(question).await?;
    let mut response =
        respond::entry(&entry, "application/pdf", found, &headers, app.cache_control());
    if let Ok(name) = name {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn style(path: Result<Path<String>, PathRejection>) -> Result<String, HttpError> {
    path.map(|Path(style)| style).map_err(|_| bad("the style's name is no text"))
}

/// How a browser calls a file that it is told to keep: by a name that suits any of them, and by its own where that is
/// another (RFC 6266).
fn disposition(name: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let plain = plain(name);
    let own = match plain == name {
        true => String::new(),
        false => format!("; filename*=UTF-8''{}", utf8_percent_encode(name, NON_ALPHANUMERIC)),
    };
    HeaderValue::from_str(&format!("inline; filename=\"{plain}\"{own}"))
}

/// What a file may be called anywhere.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
        .collect()
}

const KNOWN: [&str; 10] = [
    "center",
    "scale",
    "paper",
    "orientation",
    "title",
    "legend",
    "lang",
    "bearing",
    "hide",
    "show",
];

fn read(query: Option<&str>) -> Result<Sheet, HttpError> {
    query::check(query, &KNOWN)?;
    let said = |name: &str| address::parameter(query, name);
    let center = said("center")?.ok_or_else(|| bad("center={lon},{lat} says what is printed"))?;
    let (lon, lat) =
        center.split_once(',').ok_or_else(|| bad("center is {lon},{lat}, in degrees"))?;
    let scale = said("scale")?.ok_or_else(|| bad("scale=2000 is 1:2000; none was given"))?;
    let scale = scale.parse().ok().filter(|scale| SCALES.contains(scale)).ok_or_else(|| {
        bad(&format!("scale is a whole number from {} to {}", SCALES.start(), SCALES.end()))
    })?;
    let bearing = said("bearing")?.map(|text| number("bearing", &text, 360.0)).transpose()?;
    let title = said("title")?.map(|title| title.trim().to_owned());
    if title.as_ref().is_some_and(|title| title.chars().count() > LONGEST_TITLE) {
        return Err(bad(&format!("a title has {LONGEST_TITLE} characters at most")));
    }
    let paper = Paper {
        format: one_of("paper", said("paper")?, [("a4", Format::A4), ("a3", Format::A3)])?,
        orientation: one_of(
            "orientation",
            said("orientation")?,
            [("landscape", Orientation::Landscape), ("portrait", Orientation::Portrait)],
        )?,
        has_legend: one_of("legend", said("legend")?, [("true", true), ("false", false)])?,
    };
    let languages = [("fr", Language::French), ("en", Language::English)];
    Ok(Sheet {
        centre: centre(lon, lat)?,
        bearing: bearing.unwrap_or(0.0),
        scale,
        paper,
        title: title.filter(|title| !title.is_empty()),
        language: one_of("lang", said("lang")?, languages)?,
        date: today(),
    })
}

/// The value of a word, or the first where there is none.
fn one_of<T: Copy>(
    name: &str,
    said: Option<String>,
    allowed: [(&str, T); 2],
) -> Result<T, HttpError> {
    let [first, second] = allowed;
    let Some(said) = said else { return Ok(first.1) };
    let found = allowed.into_iter().find(|(word, _)| said.eq_ignore_ascii_case(word));
    found
        .map(|(_, value)| value)
        .ok_or_else(|| bad(&format!("{name} is {} or {}", first.0, second.0)))
}

fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date::of_seconds(since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_refused_by_its_address() {
        let long = format!("center=2,43&scale=500&title={}", "a".repeat(121));
        for query in [
            "",
            "center=2,43",
            "scale=500",
            "center=2&scale=500",
            "center=2,86&scale=500",
            "center=NaN,43&scale=500",
            "center=2,43&scale=0",
            "center=2,43&scale=99",
            "center=2,43&scale=250001",
            "center=2,43&scale=1:500",
            "center=2,43&scale=500&paper=a0",
            "center=2,43&scale=500&orientation=upright",
            "center=2,43&scale=500&legend=1",
            "center=2,43&scale=500&lang=de",
            "center=2,43&scale=500&bearing=north",
            "center=2,43&scale=500&title=%ff",
            "center=2,43&scale=500&titel=Rue",
            "center=2,43&scale=500&scale=1000",
            &long,
        ] {
            assert!(matches!(read(Some(query)), Err(HttpError::BadAddress(_))), "{query}");
        }
        let sheet = read(Some("center=2.5,-43&scale=2000&title=Rue+de+l%27Eau&paper=A3")).unwrap();
        assert_eq!(sheet.title.as_deref(), Some("Rue de l'Eau"));
        assert_eq!((sheet.centre, sheet.paper.format), ([2.5, -43.0], Format::A3));
        assert_eq!(sheet.paper.orientation, Orientation::Landscape);
        assert!(sheet.paper.has_legend);
    }

    #[test]
    fn a_sheet_is_kept_under_a_name_that_no_header_breaks() {
        let said = |name: &str| disposition(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(said("plan-2000.pdf"), "inline; filename=\"plan-2000.pdf\"");
        assert_eq!(
            said("été\"\r\na: b-500.pdf"),
            "inline; filename=\"-t----a--b-500.pdf\"; \
             filename*=UTF-8''%C3%A9t%C3%A9%22%0D%0Aa%3A%20b%2D500%2Epdf"
        );
    }

    #[test]
    fn maps_on_paper_are_no_larger_than_maps_may_be_and_no_coarser_than_print() {
        for (paper, layout) in layouts() {
            let mut sheet = read(Some("center=2,43&scale=2000")).unwrap();
            sheet.paper = paper;
            let shot = sheet.shot(4096).unwrap();
            let pixels = shot.view.size().pixels();
            assert!(pixels.into_iter().all(|side| side <= 4096), "{paper:?}");
            let dots = f64::from(pixels[0]) / layout.map.width * 25.4;
            assert!((190.0..=300.0).contains(&dots), "{paper:?}: {dots} dots an inch");
            assert!(sheet.shot(512).is_err());
        }
    }
}
