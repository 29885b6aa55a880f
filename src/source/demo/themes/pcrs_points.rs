//! `pcrs_points`: trees, gate piers, survey marks.

use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::{Vector, at, tenths};
use crate::source::demo::output::{Geometry, Output, text};
use crate::source::demo::plan::Plan;
use crate::source::demo::plan::blocks::Zone;
use crate::source::demo::plan::canal::Side;
use crate::source::demo::plan::centre::RINGS;
use crate::source::demo::plan::land::CENTRE;
use crate::source::demo::plan::lots::Lot;
use crate::source::demo::plan::sites::Site;
use crate::source::demo::plan::ways::{Kind, around};
use crate::source::{Stopped, Value};

use super::pcrs_lines::garden_walls;
use super::survey::survey;

struct Points<'a, 'b> {
    town: &'a Plan,
    out: &'a mut Output<'b>,
}

/// Writes the layer.
pub fn write(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    let mut points = Points { town, out };
    points.alleys()?;
    for (number, lot) in town.lots.iter().enumerate() {
        let mut dice = Dice::nth("trees", number);
        points.garden(number, lot, &mut dice)?;
        for wall in garden_walls(town, number, lot) {
            points.pier(&wall)?;
        }
    }
    points.marks()
}

impl Points<'_, '_> {
    fn tree(&mut self, place: Vector, species: &str, crown: f64) -> Result<(), Stopped> {
        let crown = Value::Double(tenths(crown));
        let texts = [Value::Text("Arbre"), Value::Text("06"), text(Some(species)), Value::Null];
        self.put(place, texts, [Value::Double(0.0), crown, crown])
    }

    fn put(
        &mut self,
        place: Vector,
        texts: [Value<'_>; 4],
        numbers: [Value<'_>; 3],
    ) -> Result<(), Stopped> {
        let id = format!("11999-P-{:06}", self.out.count + 1);
        let [class, theme, nature, section] = texts;
        let [angle, length, width] = numbers;
        let [date, quality, plane, height, producer] = survey(place);
        let values = [
            Value::Text(&id),
            class,
            theme,
            nature,
            section,
            angle,
            length,
            width,
            date,
            quality,
            plane,
            height,
            producer,
        ];
        self.out.put(Geometry::Point(place), &values)
    }

    /// Plane trees along boulevards, old roads and the canal.
    fn alleys(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        let mut dice = Dice::of("alleys");
        for (number, way) in town.ways.iter().enumerate() {
            let (step, off, species) = match way.kind {
                Kind::Boulevard => (8.5, way.kind.half_carriageway() + 2.2, "platane"),
                Kind::Departmental => (13.0, way.kind.half_ground() - 1.2, "platane"),
                Kind::Access => (16.0, way.kind.half_carriageway() + 1.6, "micocoulier"),
                _ => continue,
            };
            for along in way.path.every(step, 12.0) {
                let axis = way.path.point(along);
                let on_bridge = town.bridges.iter().any(|bridge| {
                    bridge.way == number && (bridge.at - along).abs() < bridge.reach + 1.0
                });
                let town_road = way.kind == Kind::Departmental;
                // The alleys of the roads begin where the houses end, and end after a kilometre.
                let far = axis.distance(CENTRE);
                if on_bridge || (town_road && !(470.0..1500.0).contains(&far)) {
                    continue;
                }
                for side in [-off, off] {
                    let place = way.path.beside(along, side);
                    let free = town
                        .frontage
                        .nearest(place)
                        .is_some_and(|p| p.way == number || p.beyond > 0.5);
                    if free && !dice.happens(0.07) {
                        self.tree(place, species, dice.between(6.0, 9.5))?;
                    }
                }
            }
        }
        // Around the church's square.
        for i in 0..22 {
            let place = around(RINGS[0] - 10.0, f64::from(i) / 22.0);
            self.tree(place, "platane", dice.between(6.0, 8.5))?;
        }
        let canal = &town.waters.canal;
        let rows = Side::BOTH.into_iter().flat_map(|side| [(side, 2.3), (side, 8.8)]);
        let rows: Vec<(Side, f64)> = rows.collect();
        for along in canal.axis.every(10.5, 5.0) {
            for &(side, out) in &rows {
                if canal.is_paved(along, side) {
                    continue;
                }
                let place = canal.beside(along, side, out);
                let crossed = town.frontage.nearest(place).is_some_and(|p| p.beyond < 2.0);
                // The blight took a tenth of them, and they are not replanted everywhere.
                if !crossed && !dice.happens(0.14) && town.is_in_commune(place) {
                    self.tree(place, "platane", dice.between(8.0, 12.5))?;
                }
            }
        }
        Ok(())
    }

    fn garden(&mut self, number: usize, lot: &Lot, dice: &mut Dice) -> Result<(), Stopped> {
        const GARDEN: [&str; 7] = [
            "olivier",
            "mûrier platane",
            "cyprès",
            "pin parasol",
            "figuier",
            "laurier",
            "amandier",
        ];
        let (chance, species): (f64, &[&str]) = match lot.zone {
            Zone::Houses { .. } => (1.9, &GARDEN),
            Zone::Faubourg => (0.7, &GARDEN),
            Zone::Business { .. } => (2.0, &["micocoulier", "pin parasol"]),
            Zone::Domaine(_) => (14.0, &["platane", "pin parasol", "cyprès", "chêne vert"]),
            Zone::Site(Site::Market) => (7.0, &["platane"]),
            Zone::Site(Site::Park | Site::Camping) => {
                (90.0, &["pin parasol", "micocoulier", "chêne vert", "tilleul", "frêne"])
            }
            Zone::Site(Site::School | Site::Stadium) => {
                (26.0, &["micocoulier", "tilleul", "platane"])
            }
            Zone::Site(Site::Cemetery) => (34.0, &["cyprès"]),
            Zone::Site(Site::Harbour | Site::Station) => (12.0, &["platane", "pin parasol"]),
            _ => return Ok(()),
        };
        let count = (chance + dice.between(-0.8, 0.8) * chance.min(2.0)).max(0.0) as usize;
        let (low, high) = lot.area.bounds();
        let mut placed: Vec<Vector> = Vec::new();
        for _ in 0..count * 6 {
            if placed.len() == count {
                break;
            }
            let place = at(dice.between(low.x, high.x), dice.between(low.y, high.y));
            let close = placed.iter().any(|other| other.distance(place) < 5.0);
            let clear = self.town.stadium.is_kept_clear(place);
            if close
                || clear
                || !lot.area.contains(place)
                || self.town.is_built_near(number, place, 2.0)
            {
                continue;
            }
            placed.push(place);
            let kind = *dice.pick(species);
            let crown =
                if kind == "cyprès" { dice.between(1.5, 2.6) } else { dice.between(3.0, 7.5) };
            self.tree(place, kind, crown)?;
        }
        Ok(())
    }

    /// Piers at the ends of a garden wall that lie at its gate.
    fn pier(&mut self, wall: &Path) -> Result<(), Stopped> {
        let (end, direction) = wall.locate(wall.length());
        let texts =
            [Value::Text("PilierRegulier"), Value::Text("05"), Value::Null, Value::Text("carrée")];
        let numbers = [direction.bearing(), 0.4, 0.4].map(Value::Double);
        self.put(end, texts, numbers)?;
        self.put(wall.0[0], texts, numbers)
    }

    /// Marks of the survey's network.
    fn marks(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        for way in town.ways.iter().filter(|way| way.kind.has_kerbs()) {
            for along in way.path.every(180.0, 30.0) {
                let place = way.path.beside(along, way.kind.half_carriageway() + 0.35);
                if town.is_in_town(place) {
                    let texts = [
                        Value::Text("PointCanevas"),
                        Value::Text("01"),
                        Value::Text("clou d’arpentage"),
                        Value::Null,
                    ];
                    self.put(place, texts, [Value::Null; 3])?;
                }
            }
        }
        Ok(())
    }
}
