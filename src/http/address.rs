//! A request's path → layers and tile. Total: any path gives an address or an error.

use percent_encoding::percent_decode_str;

use super::error::HttpError;
use crate::answer::error::Unanswered;
use crate::answer::public_url::MAX_LAYERS;
use crate::geo::tile::{MAX_ZOOM, TileId};
use crate::map::subject::Groups;
use crate::source::archive::format::TileFormat;
use crate::tile::format::Format;

/// The layers named in `/tiles/{layers}` or `/{layers}`, each once, in order.
///
/// # Errors
/// When the list is empty or too long, or not UTF-8 once decoded.
pub fn layers(path: &str) -> Result<Vec<String>, HttpError> {
    split_layers(without_prefix(path))
}

/// What a tile's address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileAddress {
    /// Layers, each once, in order.
    pub layers: Vec<String>,
    /// Where.
    pub tile: TileId,
    /// In which format, where the address says it.
    pub named: Option<TileFormat>,
}

/// Whether a path is one of `/tiles/{layers}/{z}/{x}/{y}`, whatever the parts are.
pub fn is_tile(path: &str) -> bool {
    path.strip_prefix("/tiles/").is_some_and(|parts| {
        let mut parts = parts.split('/');
        parts.clone().count() == 4 && parts.all(|part| !part.is_empty())
    })
}

/// The address `/tiles/{layers}/{z}/{x}/{y}` or the same without `/tiles`; `y` may carry the extension
/// of a format of tiles.
///
/// # Errors
/// When the layers are as above, a number is none, or no such tile exists.
pub fn tile(path: &str) -> Result<TileAddress, HttpError> {
    let mut segments = without_prefix(path).rsplitn(4, '/');
    let mut segment = || segments.next().unwrap_or_default();
    let (y, x, z, list) = (segment(), segment(), segment(), segment());
    let format = |(y, extension)| Some((y, TileFormat::of_name(extension)?));
    let (y, named) = match y.rsplit_once('.').and_then(format) {
        Some((y, format)) => (y, Some(format)),
        None => (y, None),
    };
    let [z, x, y] = [("z", z), ("x", x), ("y", y)].map(|(name, text)| number(name, text));
    let (z, x, y) = (z?, x?, y?);
    let tile = tile_id(z, x, y)
        .ok_or_else(|| Unanswered::NoSuchTile(format!("0 to {MAX_ZOOM} of the grid")))?;
    Ok(TileAddress { layers: split_layers(list)?, tile, named })
}

/// The format that a query string names, as in `?encoding=mlt`.
///
/// # Errors
/// When it names one that there is not.
pub fn encoding(query: Option<&str>) -> Result<Format, HttpError> {
    let mut pairs = query.unwrap_or_default().split('&');
    let Some(name) = pairs.find_map(|pair| pair.strip_prefix("encoding=")) else {
        return Ok(Format::default());
    };
    Format::of_name(name)
        .ok_or_else(|| HttpError::BadAddress("encoding is none of mvt, mlt".to_owned()))
}

/// The zoom that a query string names, as in `?zoom=16.5`.
///
/// # Errors
/// When it is none.
pub fn zoom(query: Option<&str>) -> Result<Option<f64>, HttpError> {
    let mut pairs = query.unwrap_or_default().split('&');
    let Some(text) = pairs.find_map(|pair| pair.strip_prefix("zoom=")) else {
        return Ok(None);
    };
    let most = f64::from(MAX_ZOOM);
    let zoom = text.parse().ok().filter(|zoom| (0.0..=most).contains(zoom));
    let message = || HttpError::BadAddress(format!("zoom is no number from 0 to {MAX_ZOOM}"));
    zoom.map(Some).ok_or_else(message)
}

/// What a query string says of something, decoded: `?title=Rue+de+l%27Eau`.
///
/// # Errors
/// When it is not UTF-8.
pub fn parameter(query: Option<&str>, name: &str) -> Result<Option<String>, HttpError> {
    let mut pairs = query.unwrap_or_default().split('&');
    let value = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let Some(value) = value.map(|value| value.replace('+', " ")) else { return Ok(None) };
    let decoded = percent_decode_str(&value).decode_utf8();
    let decoded = decoded.map_err(|_| HttpError::BadAddress(format!("{name} is not UTF-8")))?;
    Ok(Some(decoded.into_owned()))
}

/// Which groups of a style are drawn otherwise than it says: `?hide=noms,adresses&show=precision`.
///
/// # Errors
/// As [`parameter`].
pub fn groups(query: Option<&str>) -> Result<Groups, HttpError> {
    let list = |name: &str| -> Result<Vec<String>, HttpError> {
        let said = parameter(query, name)?.unwrap_or_default();
        Ok(said.split(',').filter(|group| !group.is_empty()).map(str::to_owned).collect())
    };
    Ok(Groups { hidden: list("hide")?, shown: list("show")? })
}

/// Whether a query string asks for a style as QGIS needs it: `?profile=qgis`.
///
/// # Errors
/// When it asks for another profile.
pub fn for_qgis(query: Option<&str>) -> Result<bool, HttpError> {
    let mut pairs = query.unwrap_or_default().split('&');
    match pairs.find_map(|pair| pair.strip_prefix("profile=")) {
        None => Ok(false),
        Some("qgis") => Ok(true),
        Some(_) => Err(HttpError::BadAddress("profile can only be qgis".to_owned())),
    }
}

/// The part of the path behind `/tiles`. A path of Martin's never starts so: root words win.
fn without_prefix(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_prefix("tiles/").unwrap_or(path)
}

/// Splits at commas, then decodes: a comma in a layer's name comes as `%2C`.
fn split_layers(list: &str) -> Result<Vec<String>, HttpError> {
    let mut layers: Vec<String> = Vec::new();
    for encoded in list.split(',').filter(|id| !id.is_empty()) {
        let id = percent_decode_str(encoded)
            .decode_utf8()
            .map_err(|_| HttpError::BadAddress("a layer's name is not UTF-8".into()))?;
        if !layers.iter().any(|layer| *layer == id) {
            layers.push(id.into_owned());
        }
        if layers.len() > MAX_LAYERS {
            let message = format!("more than {MAX_LAYERS} layers in one address");
            return Err(HttpError::BadAddress(message));
        }
    }
    if layers.is_empty() {
        return Err(HttpError::BadAddress("no layer is named".into()));
    }
    Ok(layers)
}

/// A coordinate. Numbers beyond what any tile has are no error of form: they are not found.
fn number(name: &str, text: &str) -> Result<u64, HttpError> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(HttpError::BadAddress(format!("{name} is not a whole number")));
    }
    Ok(text.parse().unwrap_or(u64::MAX))
}

fn tile_id(z: u64, x: u64, y: u64) -> Option<TileId> {
    TileId::new(u8::try_from(z).ok()?, u32::try_from(x).ok()?, u32::try_from(y).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_and_without_prefix_and_extension_are_the_same() {
        for (path, named) in [
            ("/tiles/a,b%20c/3/1/2", None),
            ("/tiles/a,b%20c,a/3/1/2.mvt", Some(TileFormat::Mvt)),
            ("/a,b%20c/3/1/2.pbf", Some(TileFormat::Mvt)),
            ("/a,b%20c/3/1/2.mlt", Some(TileFormat::Mlt)),
        ] {
            let layers = vec!["a".to_owned(), "b c".to_owned()];
            let expected = TileAddress { layers, tile: TileId::new(3, 1, 2).unwrap(), named };
            assert_eq!(tile(path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn a_tile_is_told_from_what_else_lies_below_tiles() {
        assert!(is_tile("/tiles/a,b%20c/3/1/2") && is_tile("/tiles/a/none/1/2.xml"));
        let others = ["/tiles/a", "/tiles/a/3/1", "/tiles/a/3/1/2/4", "/tiles//3/1/2", "/a/3/1/2"];
        for other in others.into_iter().chain(["/tiles/a/3/1/", "/tiles//a/3/1/2"]) {
            assert!(!is_tile(other), "{other}");
        }
    }

    #[test]
    fn a_comma_in_a_name_is_no_separator() {
        assert_eq!(layers("/tiles/a%2Cb"), Ok(vec!["a,b".to_owned()]));
    }

    #[test]
    fn what_is_no_number_is_bad_and_what_is_out_of_the_grid_is_not_found() {
        for path in ["/a/-1/0/0", "/a/1/0/x", "/a/1/0/0.tif", "/a/1.5/0/0", "/a/+1/0/0", "/a/1//0"]
        {
            assert!(matches!(tile(path), Err(HttpError::BadAddress(_))), "{path}");
        }
        for path in
            ["/a/31/0/0", "/a/255/0/0", "/a/1/2/0", "/a/1/0/2", "/a/0/99999999999999999999999/0"]
        {
            assert!(
                matches!(tile(path), Err(HttpError::Unanswered(Unanswered::NoSuchTile(_)))),
                "{path}"
            );
        }
    }

    #[test]
    fn a_list_of_a_thousand_layers_is_refused_and_one_repeated_counts_once() {
        let many: Vec<_> = (0..1000).map(|i| i.to_string()).collect();
        assert!(layers(&format!("/tiles/{}", many.join(","))).is_err());
        assert_eq!(layers(&format!("/tiles/{}", ["a"; 1000].join(","))).unwrap().len(), 1);
    }
}
