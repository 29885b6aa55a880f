//! `/embed`: a page of nothing but a widget, for frames and for those who have no page of their own. Its script
//! reads the address; for browsers without scripts the server draws the map that it asks for.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use crate::answer::catalogue;
use crate::answer::describe::lonlat_bounds;
use crate::answer::public_url::NAME;
use crate::answer::territory;
use crate::catalogue::snapshot::LayerState;
use crate::geo::world::WorldBox;
use crate::http::App;
use crate::http::error::HttpError;
use crate::http::respond::Content;
use crate::source::attribution::escaped;
use crate::style::document::DARK;

const PAGE: Content =
    Content { media_type: "text/html; charset=utf-8", cache_control: "no-cache", packed: false };

/// What the page has where the drawn map goes.
const PLACE: &str = "<noscript></noscript>";
/// Of the drawn map: that of a frame in a column of text, twice as fine.
const SIZE: &str = "800x600@2x";
const MOST_ZOOM: f64 = 22.0;

/// Answers with the page.
///
/// # Errors
/// When this build has none.
pub async fn page(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let template = app.pages().text("embed.html").ok_or(HttpError::NotFound)?;
    let asked = Asked::read(uri.query().unwrap_or_default());
    let drawn = tokio::task::block_in_place(|| drawn(&app, &asked)).unwrap_or_default();
    let page = template.replacen(PLACE, &format!("<noscript>{drawn}</noscript>"), 1);
    let mut response = PAGE.respond(app.answers(), &headers, page.into_bytes());
    app.pages().mark_embed(response.headers_mut());
    Ok(response)
}

/// What matters to a drawn map.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    map: Option<String>,
    territory: Option<String>,
    centre: Option<[f64; 2]>,
    zoom: Option<f64>,
    is_dark: bool,
}

impl Asked {
    /// What makes no sense is as if absent: the page's script takes it likewise.
    fn read(query: &str) -> Asked {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(found, _)| *found == name)?;
            let value = percent_decode_str(value).decode_utf8().ok()?;
            (!value.is_empty()).then(|| value.into_owned())
        };
        let number = |text: &str, most: f64| {
            text.trim().parse().ok().filter(|number: &f64| number.abs() <= most)
        };
        let centre = value("centre").and_then(|text| {
            let (lon, lat) = text.split_once(',')?;
            Some([number(lon, 180.0)?, number(lat, 85.0)?])
        });
        let zoom = value("zoom").and_then(|text| number(&text, MOST_ZOOM));
        Asked {
            map: value("map"),
            territory: value("territory"),
            centre,
            zoom: zoom.filter(|zoom| *zoom >= 0.0),
            is_dark: value("theme").as_deref() == Some("dark"),
        }
    }
}

/// The drawn map as HTML, if there is anything to draw.
fn drawn(app: &App, asked: &Asked) -> Option<String> {
    let (answers, seen) = (app.answers(), app.seen());
    let day = asked.map.clone().or_else(|| catalogue::first(answers, &seen))?;
    let by_night = format!("{day}{DARK}");
    let shown = |id: &str| answers.shown(&seen, id).ok();
    let dark = shown(&by_night).filter(|_| asked.is_dark);
    let (id, shown) = dark.map(|dark| (&by_night, dark)).or_else(|| Some((&day, shown(&day)?)))?;
    let territory = asked.territory.clone();
    let territory = territory.and_then(|code| territory::find(&seen, code).ok());
    let all = || {
        let layers = shown.layers.iter().filter_map(|id| seen.get(id));
        let bounds = layers.filter_map(|state| match state {
            LayerState::Ready(ready) => ready.features.bounds(),
            LayerState::Tileset(_) | LayerState::Loading(..) | LayerState::Refused(_) => None,
        });
        bounds.reduce(WorldBox::union)
    };
    let place = match (asked.centre, asked.zoom, territory) {
        (Some([lon, lat]), Some(zoom), _) => format!("{lon},{lat},{zoom}"),
        (_, _, territory) => {
            let bounds = territory.map(|(_, outline, _)| outline.bounds).or_else(all)?;
            lonlat_bounds(bounds).map(|degrees| degrees.to_string()).join(",")
        }
    };
    let id = utf8_percent_encode(id, NAME);
    let address = escaped(&format!("styles/{id}/static/{place}/{SIZE}.png"));
    let title = escaped(&shown.style.title.fr);
    Some(format!("<img src=\"{address}\" alt=\"{title}\">"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_in_an_address_is_as_if_absent() {
        for query in
            ["", "map=&territory=", "centre=2&zoom=x", "centre=2,91&zoom=-1", "zoom=NaN&%ff"]
        {
            assert_eq!(Asked::read(query), Asked::default(), "{query}");
        }
        let asked = Asked::read("map=plan&territory=11069&centre=2.35,43.2&zoom=12.5&theme=dark");
        assert_eq!(asked.centre, Some([2.35, 43.2]));
        assert_eq!((asked.zoom, asked.is_dark), (Some(12.5), true));
        assert_eq!(asked.territory.as_deref(), Some("11069"));
    }
}
