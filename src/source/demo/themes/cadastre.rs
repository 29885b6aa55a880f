//! `communes`, `sections`, `parcelles`, `batiments`, `lieux_dits`, in Etalab's form.

use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::Area;
use crate::source::demo::names::{COMMUNE, COMMUNE_NAME, PLACES};
use crate::source::demo::output::{Geometry, Output, text};
use crate::source::demo::plan::blocks::Zone;
use crate::source::demo::plan::{Plan, lots};
use crate::source::{Stopped, Value};

const PREFIX: &str = "000";

/// The commune.
pub fn write_commune(commune: &[Area], out: &mut Output<'_>) -> Result<(), Stopped> {
    for area in commune {
        out.put(Geometry::Area(area), &[Value::Text(COMMUNE), Value::Text(COMMUNE_NAME)])?;
    }
    Ok(())
}

/// Its sections.
pub fn write_sections(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    for section in &town.cadastre.sections {
        let id = format!("{COMMUNE}{PREFIX}{:0>2}", section.code);
        let values = [&id, COMMUNE, PREFIX, &section.code].map(Value::Text);
        out.put(Geometry::Area(&section.area), &values)?;
    }
    Ok(())
}

/// The 14 characters of a parcel.
pub fn parcel_id(town: &Plan, parcel: usize) -> String {
    let parcel = &town.cadastre.parcels[parcel];
    let section = &town.cadastre.sections[parcel.section].code;
    format!("{COMMUNE}{PREFIX}{section:0>2}{:04}", parcel.number)
}

/// Its parcels.
pub fn write_parcels(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    for (number, parcel) in town.cadastre.parcels.iter().enumerate() {
        let section = &town.cadastre.sections[parcel.section].code;
        let values = [
            Value::Text(&parcel_id(town, number)),
            Value::Text(COMMUNE),
            Value::Text(PREFIX),
            Value::Text(section),
            Value::Text(&parcel.number.to_string()),
            Value::Int(parcel.area.square_metres().round() as i64),
        ];
        out.put(Geometry::Area(&parcel.area), &values)?;
    }
    Ok(())
}

/// Its buildings.
pub fn write_buildings(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    for building in &town.built.buildings {
        let kind = if building.is_light { "02" } else { "01" };
        let values = [Value::Text(COMMUNE), text(building.name), Value::Text(kind)];
        out.put(Geometry::Area(&building.area), &values)?;
    }
    Ok(())
}

/// Its places, as its people call them.
pub fn write_places(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    let mut dice = Dice::of("places");
    let mut names = PLACES.iter();
    let country = town.blocks.blocks.iter().filter(|(zone, _)| *zone == Zone::Country);
    for (_, block) in country.filter(|(_, area)| area.square_metres() > 60_000.0) {
        for area in lots::places(block, &town.frontage, &mut dice) {
            let Some(name) = names.next() else { return Ok(()) };
            out.put(Geometry::Area(&area), &[Value::Text(COMMUNE), Value::Text(name)])?;
        }
    }
    Ok(())
}
