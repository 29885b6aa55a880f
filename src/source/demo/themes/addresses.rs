//! `adresses`, in the form of the Base Adresse Nationale.

use crate::geo::projection::Projection;
use crate::source::demo::names::{COMMUNE, COMMUNE_NAME, POSTCODE};
use crate::source::demo::output::{Geometry, Output, text};
use crate::source::demo::plan::Plan;
use crate::source::demo::plan::land::CORNER;
use crate::source::demo::themes::cadastre::parcel_id;
use crate::source::{Stopped, Value};

/// Writes the layer.
pub fn write(town: &Plan, lambert: &Projection, out: &mut Output<'_>) -> Result<(), Stopped> {
    for address in &town.addresses {
        let suffix = address.suffix.map_or_else(String::new, |suffix| format!("_{suffix}"));
        let id = format!("{COMMUNE}_{:04}_{:05}{suffix}", address.street + 10, address.number);
        let place = CORNER + address.point;
        let world = lambert.to_world(place.x, place.y);
        // To a centimetre on the ground.
        let degrees = |value: f64| Value::Double((value * 1e7).round() / 1e7);
        let (lon, lat) = world.map_or((Value::Null, Value::Null), |world| {
            let (lon, lat) = world.to_lonlat();
            (degrees(lon), degrees(lat))
        });
        let metres = |value: f64| Value::Double((value * 100.0).round() / 100.0);
        let parcel = town.cadastre.of_lot.get(&address.lot).map(|&parcel| parcel_id(town, parcel));
        let values = [
            Value::Text(&id),
            Value::Int(address.number),
            text(address.suffix),
            Value::Text(&town.ways[address.way].name),
            Value::Text(POSTCODE),
            Value::Text(COMMUNE),
            Value::Text(COMMUNE_NAME),
            metres(place.x),
            metres(place.y),
            lon,
            lat,
            Value::Text("entrée"),
            Value::Text("commune"),
            Value::Int(1),
            text(parcel.as_deref()),
        ];
        out.put(Geometry::Point(address.point), &values)?;
    }
    Ok(())
}
