//! `pcrs_lignes`: kerbs and gutters, façades, thresholds, steps, walls, rails, quays, markings.

use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::edges;
use crate::source::demo::geometry::path::{Path, rectangle};
use crate::source::demo::geometry::vector::{Vector, at};
use crate::source::demo::output::{Geometry, Output, text};
use crate::source::demo::plan::blocks::{CANAL, Zone};
use crate::source::demo::plan::sites::Site;
use crate::source::demo::plan::ways::{Kind, RAILWAY};
use crate::source::demo::plan::{Town, buildings::Building, lots::Lot};
use crate::source::{Stopped, Value};

use super::survey::survey;

/// A class of PCRS lines with its theme.
#[derive(Clone, Copy)]
struct Class(&'static str, &'static str);

const KERB: Class = Class("LimiteVoirie", "03");
const FACADE: Class = Class("Facade", "02");
const LEDGE: Class = Class("ProeminenceBati", "02");
const THRESHOLD: Class = Class("Seuil", "02");
const STEP: Class = Class("MarcheEscalier", "02");
const WALL: Class = Class("Mur", "05");
const RAIL: Class = Class("Rail", "04");
const PLATFORM: Class = Class("QuaiRail", "04");
const QUAY: Class = Class("QuaiFluvioMaritime", "08");
const POOL: Class = Class("HabillageLignes", "08");
const DRESSING: Class = Class("HabillageLignes", "03");

struct Lines<'a, 'b> {
    town: &'a Town,
    out: &'a mut Output<'b>,
}

/// Writes the layer.
pub fn write(town: &Town, out: &mut Output<'_>) -> Result<(), Stopped> {
    let mut lines = Lines { town, out };
    lines.kerbs()?;
    for (number, building) in town.built.buildings.iter().enumerate() {
        lines.facades(number, building)?;
    }
    for (number, lot) in town.lots.iter().enumerate() {
        lines.walls(number, lot)?;
    }
    for pool in &town.built.pools {
        let closed: Vec<Vector> = pool.iter().chain(pool.first()).copied().collect();
        lines.put(POOL, Some("piscine"), None, &closed)?;
    }
    lines.railway()?;
    lines.quays()?;
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

    /// Kerbs around the blocks, and gutters before those of the broader streets.
    fn kerbs(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        for ring in town.blocks.kerbs.iter().flat_map(|area| &area.rings) {
            for run in runs(ring, |middle| self.is_kerb(middle)) {
                let run = Path(run);
                let gutter = town.frontage.nearest(run.point(run.length() / 2.0));
                let gutter = gutter.is_some_and(|place| {
                    matches!(
                        town.ways[place.way].kind,
                        Kind::Street | Kind::Boulevard | Kind::Access
                    )
                });
                for piece in run.pieces(24.0) {
                    if piece.length() < 0.3 {
                        continue;
                    }
                    self.put(KERB, Some("bordure"), None, &piece.0)?;
                    if gutter {
                        // The land is on the left of its border.
                        self.put(KERB, Some("caniveau"), None, &piece.offset(-0.28).0)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The edge of the built-up area is no kerb.
    fn is_kerb(&self, middle: Vector) -> bool {
        let near = self.town.frontage.nearest(middle).is_some_and(|place| {
            let kind = self.town.ways[place.way].kind;
            place.beyond + kind.half_ground() - kind.half_carriageway() < 0.9
        });
        let edges = self.town.blocks.town.iter().flat_map(|area| &area.rings);
        near || edges.map(|ring| Path(ring.clone())).all(|edge| edge.nearest(middle).distance > 2.6)
    }

    fn facades(&mut self, number: usize, building: &Building) -> Result<(), Stopped> {
        let lot = &self.town.lots[building.lot];
        let mut dice = Dice::nth("facades", number);
        let ring = building.area.outer();
        if matches!(lot.zone, Zone::Site(_) | Zone::Domaine(_)) {
            let closed: Vec<Vector> = ring.iter().chain(ring.first()).copied().collect();
            return self.put(FACADE, None, None, &closed);
        }
        let Some(front) = &lot.front else { return Ok(()) };
        if building.detached {
            let faces = |(a, b): &(Vector, Vector)| (*b - *a).unit().dot(front.along) > 0.8;
            for (a, b) in edges(ring).filter(faces) {
                if !building.is_light {
                    self.put(FACADE, None, None, &[a, b])?;
                }
            }
            return Ok(());
        }
        let frontage = &self.town.frontage;
        for run in runs(ring, |middle| frontage.at_edge(middle).is_some()) {
            self.put(FACADE, None, None, &run)?;
            let run = Path(run);
            if run.length() < 3.5 {
                continue;
            }
            let (door, along) = run.locate(run.length() * dice.between(0.3, 0.7));
            let out = -along.left();
            let half = along * dice.between(0.45, 0.7);
            self.put(THRESHOLD, None, None, &[door - half, door + half])?;
            if dice.happens(0.35) {
                let step = out * 0.32;
                let wide = half * 1.25;
                let line = [door - wide, door - wide + step, door + wide + step, door + wide];
                self.put(STEP, None, None, &line)?;
            }
            if dice.happens(0.18) && run.length() > 6.0 {
                let (a, along) = run.locate(run.length() * 0.12);
                let line = [a, a + out * 0.5, a + out * 0.5 + along * 1.6, a + along * 1.6];
                self.put(LEDGE, Some("balcon"), None, &line)?;
            }
        }
        Ok(())
    }

    /// Garden walls on the street, open at the gate; all around cemetery, school and the like.
    fn walls(&mut self, number: usize, lot: &Lot) -> Result<(), Stopped> {
        if let Zone::Site(site) = lot.zone {
            let walled =
                matches!(site, Site::Cemetery | Site::School | Site::Stadium | Site::Sewage);
            if walled {
                let ring = lot.area.outer();
                let closed: Vec<Vector> = ring.iter().chain(ring.first()).copied().collect();
                let kind = if site == Site::Cemetery { "01" } else { "05" };
                for piece in Path(closed).pieces(40.0) {
                    self.put(WALL, Some("clôture"), Some(kind), &piece.0)?;
                }
            }
            return Ok(());
        }
        for piece in garden_walls(self.town, number, lot) {
            let kind = ["01", "02", "02", "03", "04"][number % 5];
            self.put(WALL, Some("mur de clôture"), Some(kind), &piece.0)?;
        }
        Ok(())
    }

    fn railway(&mut self) -> Result<(), Stopped> {
        let axis = &self.town.ways[RAILWAY].path;
        for track in [-1.9, 1.9] {
            for rail in [-0.72, 0.72] {
                for piece in axis.offset(track + rail).pieces(90.0) {
                    self.put(RAIL, None, None, &piece.0)?;
                }
            }
        }
        let station = axis.nearest(at(3980.0, 2160.0)).along;
        for side in [-1.0, 1.0] {
            let edge = axis.stretch(station - 110.0, station + 110.0);
            let (near, far) = (edge.offset(side * 3.5), edge.offset(side * 6.5));
            let mut outline = near.0.clone();
            outline.extend(far.0.iter().rev());
            outline.push(near.0[0]);
            self.put(PLATFORM, Some("quai"), None, &outline)?;
        }
        Ok(())
    }

    fn quays(&mut self) -> Result<(), Stopped> {
        for side in [-CANAL.0, CANAL.0] {
            for piece in self.town.waters.canal.offset(side).pieces(75.0) {
                self.put(QUAY, Some("berge"), None, &piece.0)?;
            }
        }
        Ok(())
    }

    fn markings(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        for way in &town.ways {
            let wide = matches!(way.kind, Kind::Departmental | Kind::Boulevard);
            if wide {
                for along in way.path.every(10.0, 12.0) {
                    if town.is_in_town(way.path.point(along)) {
                        let dash = way.path.stretch(along - 1.5, along + 1.5);
                        self.put(DRESSING, Some("marquage"), None, &dash.0)?;
                    }
                }
            }
            if wide || way.kind == Kind::Street {
                for along in [way.kind.half_ground() + 9.0, way.path.length() - 19.0] {
                    if town.is_in_town(way.path.point(along)) && way.path.length() > 60.0 {
                        self.crossing(&way.path, along, way.kind.half_carriageway())?;
                    }
                }
            }
        }
        for building in &town.built.buildings {
            let lot = &town.lots[building.lot];
            if let (Zone::Business { .. }, Some(front)) = (lot.zone, &lot.front) {
                self.stalls(lot, building, front.along)?;
            }
        }
        Ok(())
    }

    /// The bars of a zebra crossing.
    fn crossing(&mut self, path: &Path, along: f64, half: f64) -> Result<(), Stopped> {
        let mut left = -half + 0.5;
        while left < half - 0.3 {
            let bar = rectangle(path.beside(along, left), path.locate(along).1, 2.6, 0.5);
            let closed: Vec<Vector> = bar.iter().chain(bar.first()).copied().collect();
            self.put(DRESSING, Some("passage piéton"), None, &closed)?;
            left += 1.0;
        }
        Ok(())
    }

    /// Lines between cars, before a building.
    fn stalls(&mut self, lot: &Lot, building: &Building, along: Vector) -> Result<(), Stopped> {
        let out = -along.left();
        let faces = |(a, b): &(Vector, Vector)| {
            (*b - *a).unit().dot(along).abs() > 0.8 && a.distance(*b) > 12.0
        };
        for (a, b) in edges(building.area.outer()).filter(faces) {
            let row = Path(vec![a, b]);
            for at in row.every(2.5, 2.0) {
                let from = row.point(at) + out * 3.0;
                let stall = [from, from + out * 5.0];
                if stall.iter().all(|p| lot.area.contains(*p) && !building.area.contains(*p)) {
                    self.put(DRESSING, Some("stationnement"), None, &stall)?;
                }
            }
        }
        Ok(())
    }
}

/// The wall of a garden with its gate left open, where a house stands by itself.
pub fn garden_walls(town: &Town, number: usize, lot: &Lot) -> Vec<Path> {
    let gardened = matches!(lot.zone, Zone::Houses { .. } | Zone::Faubourg);
    let detached = town.is_detached(number);
    let Some(front) = lot.front.as_ref().filter(|_| gardened && detached) else {
        return Vec::new();
    };
    let border = Path(front.border.clone());
    let length = border.length();
    if length < 8.0 {
        return Vec::new();
    }
    let gate = Dice::nth("gate", number).between(2.0, length - 5.8);
    vec![border.stretch(0.0, gate), border.stretch(gate + 3.8, length)]
}

/// The stretches of a ring whose edges' middles are as asked.
pub fn runs(ring: &[Vector], wanted: impl Fn(Vector) -> bool) -> Vec<Vec<Vector>> {
    let keep: Vec<bool> = edges(ring).map(|(a, b)| wanted(a.towards(b, 0.5))).collect();
    let count = ring.len();
    if keep.iter().all(|k| *k) {
        return vec![ring.iter().chain(ring.first()).copied().collect()];
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
