//! Façades with what is at their foot, and the walls of gardens.

use super::{FACADE, LEDGE, Lines, STEP, THRESHOLD, WALL, runs};
use crate::source::Stopped;
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{closed, edges};
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::plan::blocks::Zone;
use crate::source::demo::plan::sites::Site;
use crate::source::demo::plan::{Plan, buildings::Building, lots::Lot};

impl Lines<'_, '_> {
    pub(super) fn facades(&mut self, number: usize, building: &Building) -> Result<(), Stopped> {
        let lot = &self.town.lots[building.lot];
        let mut dice = Dice::nth("facades", number);
        let ring = building.area.outer();
        if matches!(lot.zone, Zone::Site(_) | Zone::Domaine(_)) {
            return self.put(FACADE, None, None, &closed(ring).0);
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

    /// Garden walls on the street; all around cemetery, school and the like; open at the gate.
    pub(super) fn walls(&mut self, number: usize, lot: &Lot) -> Result<(), Stopped> {
        if let Zone::Site(site) = lot.zone {
            let walled =
                matches!(site, Site::Cemetery | Site::School | Site::Stadium | Site::Sewage);
            if walled {
                let kind = if site == Site::Cemetery { "01" } else { "05" };
                let border = lot.area.border();
                let front = lot.front.as_ref().map(|front| border.nearest(front.middle).along);
                let gate = front.unwrap_or(0.0);
                let sides = [(0.0, gate - 3.0), (gate + 3.0, border.length())];
                for (from, to) in sides.into_iter().filter(|(from, to)| to - from > 1.0) {
                    for piece in border.stretch(from, to).pieces(40.0) {
                        self.put(WALL, Some("clôture"), Some(kind), &piece.0)?;
                    }
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
}

/// The wall of a garden with its gate left open, where a house stands by itself.
pub fn garden_walls(town: &Plan, number: usize, lot: &Lot) -> Vec<Path> {
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
