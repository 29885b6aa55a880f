//! Markers as an address has them: `{lon},{lat}[,{colour}[,{symbol}]]`, several of them with `;` between.

use serde_json::{Value, json};

use crate::map::view::place_of;

/// More is for a body.
const MOST: usize = 100;

/// Them as GeoJSON.
///
/// # Errors
/// What is wrong, in words.
pub fn collection(text: &str) -> Result<Value, String> {
    let written: Vec<&str> = text.split(';').filter(|marker| !marker.is_empty()).collect();
    if written.len() > MOST {
        return Err(format!("more than {MOST} markers in an address: send GeoJSON as a body"));
    }
    let features = written.into_iter().map(marker).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "type": "FeatureCollection", "features": features }))
}

fn marker(text: &str) -> Result<Value, String> {
    let wrong = || format!("a marker is {{lon}},{{lat}}[,{{colour}}[,{{symbol}}]], not \"{text}\"");
    let mut parts = text.split(',');
    let mut degrees = || parts.next()?.trim().parse::<f64>().ok();
    let place = degrees().zip(degrees());
    let (lon, lat) = place.ok_or_else(wrong)?;
    let place =
        place_of([lon, lat]).map_err(|message| format!("the marker \"{text}\": {message}"))?;
    let [color, symbol] = [(); 2].map(|()| parts.next().filter(|part| !part.is_empty()));
    if parts.next().is_some() {
        return Err(wrong());
    }
    Ok(json!({
        "type": "Feature",
        "properties": { "marker-color": color, "marker-symbol": symbol },
        "geometry": { "type": "Point", "coordinates": place },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_points_with_a_colour_and_a_symbol() {
        let made = collection("2.9,43.2;3,43,c0392b,a;").unwrap();
        let features = made["features"].as_array().unwrap();
        assert_eq!(features.len(), 2);
        assert_eq!(features[1]["properties"]["marker-symbol"], "a");
        for wrong in ["2.9", "a,b", "1,2,c,d,e", "nan,1", "inf,1"] {
            assert!(collection(wrong).is_err(), "{wrong}");
        }
        let swapped = collection("43.2,102.9").unwrap_err();
        assert!(swapped.ends_with("did you mean 102.9,43.2?"), "{swapped}");
        assert!(collection(&"1,1;".repeat(101)).is_err());
    }
}
