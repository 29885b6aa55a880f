//! `pcrs_lignes`: kerbs and gutters, façades, thresholds, steps, walls, rails, quays, markings.

mod buildings;
mod streets;
mod works;

pub use buildings::garden_walls;

use super::survey::survey;
use crate::source::demo::geometry::areas::{closed, edges};
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::output::{Geometry, Output, text};
use crate::source::demo::plan::Plan;
use crate::source::{Stopped, Value};

/// A class of PCRS lines with its theme.
#[derive(Clone, Copy)]
struct Class(&'static str, &'static str);

const KERB: Class = Class("LimiteVoirie", "03");
const FACADE: Class = Class("Facade", "02");
const LEDGE: Class = Class("ProeminenceBati", "02");
const THRESHOLD: Class = Class("Seuil", "02");
const STEP: Class = Class("MarcheEscalier", "02");
const WALL: Class = Class("Mur", "05");
const PARAPET: Class = Class("Mur", "07");
const RAIL: Class = Class("Rail", "04");
const PLATFORM: Class = Class("QuaiRail", "04");
const QUAY: Class = Class("QuaiFluvioMaritime", "08");
const GATE: Class = Class("HabillageLignes", "08");
const POOL: Class = Class("HabillageLignes", "08");
const SPORTS: Class = Class("HabillageLignes", "99");
const DRESSING: Class = Class("HabillageLignes", "03");

struct Lines<'a, 'b> {
    town: &'a Plan,
    out: &'a mut Output<'b>,
}

/// Writes the layer.
pub fn write(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    let mut lines = Lines { town, out };
    lines.kerbs()?;
    for (number, building) in town.built.buildings.iter().enumerate() {
        lines.facades(number, building)?;
    }
    for (number, lot) in town.lots.iter().enumerate() {
        lines.walls(number, lot)?;
    }
    for pool in &town.built.pools {
        lines.put(POOL, Some("piscine"), None, &closed(pool).0)?;
    }
    lines.railway()?;
    lines.quays()?;
    lines.parapets()?;
    lines.stadium()?;
    lines.markings()
}

impl Lines<'_, '_> {
    fn put(
        &mut self,
        class: Class,
        nature: Option<&str>,
        wall: Option<&str>,
        line: &[Vector],
    ) -> Result<(), Stopped> {
        let id = format!("11999-L-{:06}", self.out.count + 1);
        let [date, quality, plane, height, producer] = survey(line[0]);
        let values = [
            Value::Text(&id),
            Value::Text(class.0),
            Value::Text(class.1),
            text(nature),
            text(wall),
            date,
            quality,
            plane,
            height,
            producer,
        ];
        self.out.put(Geometry::Line(line), &values)
    }
}

/// The stretches of a ring whose edges' middles are as asked.
fn runs(ring: &[Vector], wanted: impl Fn(Vector) -> bool) -> Vec<Vec<Vector>> {
    let keep: Vec<bool> = edges(ring).map(|(a, b)| wanted(a.towards(b, 0.5))).collect();
    let count = ring.len();
    if keep.iter().all(|k| *k) {
        return vec![closed(ring).0];
    }
    let start = (0..count).find(|&i| !keep[i]).unwrap_or(0);
    let mut runs: Vec<Vec<Vector>> = Vec::new();
    let mut open = false;
    for step in 1..=count {
        let i = (start + step) % count;
        if keep[i] {
            if !open {
                runs.push(vec![ring[i]]);
            }
            if let Some(run) = runs.last_mut() {
                run.push(ring[(i + 1) % count]);
            }
        }
        open = keep[i];
    }
    runs
}
