//! What a drawn map's address says: what of the world, how large, in which format. Total, and the door where
//! sizes are checked: nothing is allocated for what is refused here.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::HttpError;
use crate::answer::error::Unanswered;
use crate::geo::tile::{MAX_ZOOM, TileId};
use crate::map::image::Format;
use crate::map::overlay::markers::collection;
use crate::map::view::{Shot, TILE_SIDES, of_box, of_tile, place_of};
use crate::render::view::{Size, View};

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// What of the world.
    pub shot: Shot,
    /// Written how.
    pub format: Format,
}

/// `{z}/{x}/{y}[@2x].png`, a tile of so many pixels of CSS along a side.
///
/// # Errors
/// When a number is none, or no such tile exists.
pub fn tile(side: &str, z: &str, x: &str, file: &str) -> Result<Wanted, HttpError> {
    let sides = TILE_SIDES.into_iter();
    let side = sides.clone().find(|known| known.to_string() == side);
    let side = side.ok_or_else(|| bad("tiles have 512 or 256 pixels along a side"))?;
    let File { name, ratio, format } = File::read(file)?;
    let [z, x, y] = [("z", z), ("x", x), ("y", name)].map(|(name, text)| whole(name, text));
    let (z, x, y) = (z?, x?, y?);
    let tile = u8::try_from(z).ok().and_then(|z| TileId::new(z, x, y));
    let tile =
        tile.ok_or_else(|| Unanswered::NoSuchTile(format!("0 to {MAX_ZOOM} of the grid")))?;
    let shot = of_tile(tile, side, ratio).map_err(|error| bad(&error.to_string()))?;
    Ok(Wanted { shot, format })
}

/// `{lon},{lat},{zoom}[@bearing]` or `{minlon},{minlat},{maxlon},{maxlat}`, and `{w}x{h}[@2x].png` with so many
/// pixels at most along a side.
///
/// # Errors
/// For what is no place, and no size that is drawn.
pub fn map(place: &str, file: &str, most: u32) -> Result<Wanted, HttpError> {
    let File { name, ratio, format } = File::read(file)?;
    let (width, height) =
        name.split_once('x').ok_or_else(|| bad("a size is {width}x{height}, such as 800x600"))?;
    let (width, height) = (whole("width", width)?, whole("height", height)?);
    let fits = |side: u32| (1.0..=f64::from(most)).contains(&(f64::from(side) * ratio));
    if !(fits(width) && fits(height)) {
        let message = format!("a map has 1 to {most} pixels along a side, those of @2x counted");
        return Err(bad(&message));
    }
    let size = Size::new(width, height, ratio).map_err(|error| bad(&error.to_string()))?;
    Ok(Wanted { shot: Shot { view: view(place, size)?, tile: None }, format })
}

/// The markers of a query string, as they are written and as GeoJSON.
///
/// # Errors
/// For what is no marker.
pub fn markers(query: Option<&str>) -> Result<Option<(String, Value)>, HttpError> {
    let mut pairs = query.unwrap_or_default().split('&');
    let encoded = pairs.find_map(|pair| pair.strip_prefix("markers="));
    let Some(encoded) = encoded.filter(|encoded| !encoded.is_empty()) else {
        return Ok(None);
    };
    let text = percent_decode_str(encoded).decode_utf8();
    let text = text.map_err(|_| bad("markers are no text"))?.into_owned();
    let json = collection(&text).map_err(|message| bad(&message))?;
    Ok(Some((text, json)))
}

fn view(place: &str, size: Size) -> Result<View, HttpError> {
    let (place, bearing) = match place.split_once('@') {
        Some((place, bearing)) => (place, Some(number("bearing", bearing, 360.0)?)),
        None => (place, None),
    };
    let numbers: Vec<&str> = place.split(',').collect();
    match (numbers.as_slice(), bearing) {
        ([lon, lat, zoom], bearing) => {
            let centre = centre(lon, lat)?;
            let zoom = number("zoom", zoom, f64::from(MAX_ZOOM)).ok().filter(|zoom| *zoom >= 0.0);
            let zoom =
                zoom.ok_or_else(|| bad(&format!("zoom is no number from 0 to {MAX_ZOOM}")))?;
            Ok(View::new(centre, zoom, bearing.unwrap_or(0.0), size).within_world())
        }
        ([west, south, east, north], None) => {
            let (west, east) = (number("minlon", west, 180.0)?, number("maxlon", east, 180.0)?);
            let south = number("minlat", south, 90.0).map_err(longitude_first)?;
            let north = number("maxlat", north, 90.0).map_err(longitude_first)?;
            if west >= east || south >= north {
                return Err(bad(&format!("{BOX}, the lesser first")));
            }
            Ok(of_box([west, south, east, north], size).within_world())
        }
        _ => Err(bad("a place is {lon},{lat},{zoom}, with @{bearing} if wanted, or \
             {minlon},{minlat},{maxlon},{maxlat}")),
    }
}

const BOX: &str = "a box is {minlon},{minlat},{maxlon},{maxlat}";

fn longitude_first(error: HttpError) -> HttpError {
    bad(&format!("{error}: {BOX}, the longitude first"))
}

/// A place of longitude and latitude.
///
/// # Errors
/// For what lies nowhere on the map.
pub(super) fn centre(lon: &str, lat: &str) -> Result<[f64; 2], HttpError> {
    let degrees = [lon, lat].map(|text| text.trim().parse().unwrap_or(f64::NAN));
    place_of(degrees).map_err(|message| bad(&message))
}

/// `{name}[@2x].{extension}`.
struct File<'a> {
    name: &'a str,
    ratio: f64,
    format: Format,
}

impl File<'_> {
    fn read(file: &str) -> Result<File<'_>, HttpError> {
        let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
        let format = Format::of_extension(extension)
            .ok_or_else(|| bad("an image's address ends with .png, .webp or .jpg"))?;
        let (name, ratio) = match stem.split_once('@') {
            None => (stem, 1.0),
            Some((name, "2x")) => (name, 2.0),
            Some((name, "3x")) => (name, 3.0),
            Some(_) => return Err(bad("images are drawn at @2x and @3x")),
        };
        Ok(File { name, ratio, format })
    }
}

pub(super) fn bad(message: &str) -> HttpError {
    HttpError::BadAddress(message.to_owned())
}

/// A whole number; the largest there is for all that are larger.
fn whole(name: &str, text: &str) -> Result<u32, HttpError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => Ok(text.parse().unwrap_or(u32::MAX)),
        false => Err(bad(&format!("{name} is not a whole number"))),
    }
}

/// A number from -`most` to `most`; `NaN` is none.
pub(super) fn number(name: &str, text: &str, most: f64) -> Result<f64, HttpError> {
    let number = text.parse().ok().filter(|number| (-most..=most).contains(number));
    number.ok_or_else(|| bad(&format!("{name} is no number from -{most} to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_drawn_is_refused_by_its_address() {
        let place = "2.35,48.85,14";
        for (place, file) in [
            (place, "99999x99999@3x.png"),
            (place, "99999x99999@9x.png"),
            (place, "99999999999999999999x1.png"),
            (place, "0x256.png"),
            (place, "2049x256@2x.png"),
            (place, "256x256.gif"),
            (place, "256.png"),
            (place, "-1x256.png"),
            ("2.35,48.85,NaN", "256x256.png"),
            ("2.35,48.85,inf", "256x256.png"),
            ("2.35,48.85,-1", "256x256.png"),
            ("2.35,48.85,25", "256x256.png"),
            ("NaN,48.85,14", "256x256.png"),
            ("2.35,91,14", "256x256.png"),
            ("2.35,48.85,14@NaN", "256x256.png"),
            ("2.35,48.85", "256x256.png"),
            ("3,44,2,43", "256x256.png"),
            ("2,43,2,44", "256x256.png"),
            ("2,43,3,44@20", "256x256.png"),
            ("", "256x256.png"),
        ] {
            let refused = map(place, file, 4096);
            assert!(matches!(refused, Err(HttpError::BadAddress(_))), "{place} {file}");
        }
        let said = |place: &str| map(place, "256x256.png", 4096).unwrap_err().to_string();
        assert!(said("48.85,102.35,14").ends_with("did you mean 102.35,48.85?"));
        assert!(said("2.35,86,14").contains("lat is no number from -85.06 to 85.06"));
        assert!(said("-22,166,-21,167").contains("the longitude first"));
        assert!(map("-180,-90,180,90", "256x256.png", 4096).is_ok(), "the world, as many write it");
        assert_eq!(map(place, "2048x100@2x.webp", 4096).unwrap().format, Format::Webp);
        assert!(map("2.35,48.85,14.5@-20", "800x600.jpg", 4096).is_ok());
        assert!(map("-5,41,10,51", "800x600.jpg", 4096).is_ok());
    }

    #[test]
    fn tiles_have_addresses_of_the_grid() {
        let view = tile("512", "14", "8300", "5900@2x.png").unwrap().shot.view;
        assert_eq!((view.zoom(), view.ratio()), (14.0, 2.0));
        assert_eq!(tile("256", "14", "8300", "5900.png").unwrap().shot.view.zoom(), 13.0);
        for (z, x, y) in [("31", "0", "0.png"), ("1", "2", "0.png"), ("0", "0", "99999999999.png")]
        {
            assert!(
                matches!(
                    tile("512", z, x, y),
                    Err(HttpError::Unanswered(Unanswered::NoSuchTile(_)))
                ),
                "{z}/{x}/{y}"
            );
        }
        for (z, x, y) in
            [("-1", "0", "0.png"), ("1", "0", "0"), ("1", "0", "0@9x.png"), ("1", "", "0.png")]
        {
            assert!(matches!(tile("512", z, x, y), Err(HttpError::BadAddress(_))), "{z}/{x}/{y}");
        }
        assert!(matches!(tile("300", "1", "0", "0.png"), Err(HttpError::BadAddress(_))));
    }
}
