//! `pcrs_textes`: street names along their streets, house numbers at the doors, a few words more.

use crate::source::demo::geometry::areas::Area;
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::output::{Geometry, Output};
use crate::source::demo::plan::Plan;
use crate::source::demo::plan::ways::Kind;
use crate::source::{Stopped, Value};

/// Writes the layer.
pub fn write(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    for way in &town.ways {
        if !way.kind.has_kerbs() {
            continue;
        }
        let size = if way.kind == Kind::Lane { 1.6 } else { 2.2 };
        for along in way.path.every(130.0, way.path.length().min(90.0) * 0.45) {
            let (place, direction) = way.path.locate(along);
            if town.is_in_town(place) {
                put(out, "NomVoirie", &way.name, place, direction, "C", size)?;
            }
        }
    }
    for address in &town.addresses {
        let label = match address.suffix {
            Some(suffix) => format!("{} {suffix}", address.number),
            None => address.number.to_string(),
        };
        let place = address.point + address.along.left() * 1.2;
        put(out, "NumeroVoirie", &label, place, address.along, "C", 1.2)?;
    }
    for (site, ring) in &town.sites {
        let area = Area::of(ring.clone());
        put(out, "HabillageTexte", site.name(), area.inside(), area.frame().along, "C", 2.5)?;
    }
    Ok(())
}

fn put(
    out: &mut Output<'_>,
    class: &str,
    label: &str,
    place: Vector,
    along: Vector,
    justification: &str,
    size: f64,
) -> Result<(), Stopped> {
    let id = format!("11999-T-{:06}", out.count + 1);
    let values = [
        Value::Text(&id),
        Value::Text(class),
        Value::Text(label),
        Value::Double(along.text_angle()),
        Value::Text(justification),
        Value::Double(size),
    ];
    out.put(Geometry::Point(place), &values)
}
