//! Latitude and longitude in the other order. A place in France is one in the sea off Somalia then, and the map of
//! it would be empty without a word.

use super::describe::bounds;
use super::error::Unanswered;
use crate::map::subject::{Drawn, Subject};
use crate::render::view::{View, latitude, world};

/// Whether there is anything where a map is drawn, or else nothing at the place with its two numbers swapped.
///
/// # Errors
/// For a map that was plainly meant to show the other place.
pub fn check(subject: &Subject, view: &View) -> Result<(), Unanswered> {
    let layers = subject.layers.iter().map(|(_, ready)| ready);
    let archives = subject.tilesets.iter().map(|Drawn { ready, .. }| &ready.tileset);
    match other(bounds(layers, archives), view) {
        None => Ok(()),
        Some([lon, lat]) => Err(Unanswered::NotHere(format!(
            "nothing of this map is near {lat},{lon}: a place has its longitude first; did you mean {lon},{lat}?"
        ))),
    }
}

/// The place that was meant, where a view shows nothing of a box (west, south, east, north).
fn other([west, south, east, north]: [f64; 4], view: &View) -> Option<[f64; 2]> {
    let (upper, lower) = (world([west, north]), world([east, south]));
    let corners = view.corners();
    let is_beside = |axis: usize| {
        let sides = corners.map(|corner| corner[axis]);
        sides.iter().all(|side| *side < upper[axis]) || sides.iter().all(|side| *side > lower[axis])
    };
    let [x, y] = view.centre();
    let degrees = [(x - 0.5) * 360.0, latitude(y)].map(|degrees| (degrees * 1e6).round() / 1e6);
    let [lat, lon] = degrees;
    let is_there = (west..=east).contains(&lon) && (south..=north).contains(&lat);
    (is_there && (is_beside(0) || is_beside(1))).then_some([lon, lat])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::Size;

    #[test]
    fn a_view_of_nothing_is_told_from_one_of_the_swapped_place() {
        let aude = [1.7, 42.6, 3.3, 43.5];
        let meant = |lon: f64, lat: f64, zoom: f64| {
            other(aude, &View::new([lon, lat], zoom, 20.0, Size::TILE))
        };
        assert_eq!(meant(43.2815, 2.8894, 14.0), Some([2.8894, 43.2815]));
        assert_eq!(meant(2.8894, 43.2815, 14.0), None, "right");
        assert_eq!(meant(48.85, 2.35, 14.0), None, "another place, swapped or not");
        assert_eq!(meant(43.2815, 2.8894, 1.0), None, "far away, but seen");
        assert_eq!(meant(3.4, 43.0, 8.0), None, "beside it, but seen");
    }
}
