//! `toponymes`: names at their places, the more important the lower their number.

use crate::source::demo::geometry::areas::Area;
use crate::source::demo::geometry::vector::{Vector, at};
use crate::source::demo::names::COMMUNE_NAME;
use crate::source::demo::output::{Geometry, Output};
use crate::source::demo::plan::Plan;
use crate::source::demo::plan::land::CENTRE;
use crate::source::demo::plan::sites::{Site, market};
use crate::source::demo::plan::ways::around;
use crate::source::{Stopped, Value};

/// Names of the land, by hand.
const LAND: [(&str, &str, f64, f64, i64); 15] = [
    ("Pech Laurié", "sommet", 950.0, 3350.0, 3),
    ("Roc de la Gardie", "sommet", 7200.0, 3150.0, 3),
    ("Puech Redon", "sommet", 1050.0, 900.0, 3),
    ("Serre de Montplaisir", "sommet", 5600.0, 5000.0, 3),
    ("Mont Escur", "sommet", 3350.0, 5300.0, 3),
    ("Bois de l’Aric", "bois", 2050.0, 5320.0, 4),
    ("Bois de Roquefère", "bois", 4600.0, 5050.0, 4),
    ("Pinède de la Serre", "bois", 6500.0, 5050.0, 4),
    ("Garrigue Haute", "bois", 1300.0, 5250.0, 4),
    ("Canal du Midi", "eau", 1250.0, 3880.0, 2),
    ("Canal du Midi", "eau", 5750.0, 3665.0, 2),
    ("L’Ognonette", "eau", 2560.0, 1700.0, 3),
    ("L’Ognonette", "eau", 5600.0, 1380.0, 3),
    ("Pont de Capelle", "pont", 1500.0, 3900.0, 4),
    ("Pont des Aubes", "pont", 6250.0, 3590.0, 4),
];

/// Writes the layer.
pub fn write(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    put(out, COMMUNE_NAME, "commune", CENTRE, 1)?;
    let quarters = [
        ("Le Fort", around(90.0, 0.4)),
        ("Faubourg de Narbonne", around(360.0, 0.03)),
        ("Faubourg Saint-Antoine", around(360.0, 0.33)),
        ("Faubourg de Carcassonne", around(360.0, 0.56)),
        ("La Gare", around(400.0, 0.78)),
    ];
    for (name, place) in quarters {
        put(out, name, "quartier", place, 3)?;
    }
    for estate in &town.estates {
        if let Some(area) = estate.ground.first() {
            let (low, high) = area.bounds();
            put(out, estate.name, "quartier", low.towards(high, 0.5), 4)?;
        }
    }
    for domaine in &town.domaines {
        put(out, domaine.name, "hameau", domaine.centre, 3)?;
    }
    for (site, ring) in &town.sites {
        let (nature, importance) = match site {
            Site::Lock => ("écluse", 3),
            Site::Station => ("gare", 3),
            Site::Park => ("parc", 4),
            Site::Church | Site::Harbour => ("équipement", 3),
            _ => ("équipement", 4),
        };
        let place = match site {
            Site::Lock => town.waters.canal.lock(),
            _ => Area::of(ring.clone()).inside(),
        };
        put(out, site.name(), nature, place, importance)?;
    }
    put(out, Site::Market.name(), "équipement", market(), 5)?;
    for (name, nature, x, y, importance) in LAND {
        put(out, name, nature, at(x, y), importance)?;
    }
    Ok(())
}

fn put(
    out: &mut Output<'_>,
    name: &str,
    nature: &str,
    place: Vector,
    importance: i64,
) -> Result<(), Stopped> {
    let id = format!("TOPO_{:04}", out.count + 1);
    let values = [Value::Text(&id), Value::Text(name), Value::Text(nature), Value::Int(importance)];
    out.put(Geometry::Point(place), &values)
}
