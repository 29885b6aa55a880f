//! Kerbs, gutters and what is painted on the ground.

use super::{DRESSING, KERB, Lines, runs};
use crate::source::Stopped;
use crate::source::demo::geometry::areas::{closed, edges};
use crate::source::demo::geometry::path::{Path, rectangle};
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::plan::blocks::Zone;
use crate::source::demo::plan::ways::Kind;
use crate::source::demo::plan::{buildings::Building, lots::Lot};

impl Lines<'_, '_> {
    /// Kerbs around the blocks, and gutters before those of the broader streets.
    pub(super) fn kerbs(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        let town_edges: Vec<Path> =
            town.blocks.town.iter().flat_map(|area| &area.rings).map(|ring| closed(ring)).collect();
        for ring in town.blocks.kerbs.iter().flat_map(|area| &area.rings) {
            for run in runs(ring, |middle| self.is_kerb(middle, &town_edges)) {
                for piece in Path(run).pieces(24.0) {
                    if piece.length() < 0.3 {
                        continue;
                    }
                    self.put(KERB, Some("bordure"), None, &piece.0)?;
                    let street = town.frontage.nearest(piece.point(piece.length() / 2.0));
                    let is_narrow = |kind| matches!(kind, Kind::Lane | Kind::Close);
                    if street.is_some_and(|street| !is_narrow(town.ways[street.way].kind)) {
                        // The land is on the left of its border.
                        self.put(KERB, Some("caniveau"), None, &piece.offset(-0.28).0)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The edge of the built-up area is no kerb.
    fn is_kerb(&self, middle: Vector, town_edges: &[Path]) -> bool {
        let near = self.town.frontage.nearest(middle).is_some_and(|place| {
            let kind = self.town.ways[place.way].kind;
            place.beyond + kind.half_ground() - kind.half_carriageway() < 0.9
        });
        near || town_edges.iter().all(|edge| edge.nearest(middle).distance > 2.6)
    }

    pub(super) fn markings(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        for way in &town.ways {
            let wide = matches!(way.kind, Kind::Departmental | Kind::Boulevard);
            let half = way.kind.half_carriageway();
            let is_drawn = |along: &f64| town.is_in_town(way.path.point(*along));
            let mut crossings = vec![way.kind.half_ground() + 9.0, way.path.length() - 19.0];
            let has_crossings = way.path.length() > 60.0 && (wide || way.kind == Kind::Street);
            crossings.retain(|along| has_crossings && is_drawn(along));
            for along in &crossings {
                self.crossing(&way.path, *along, half)?;
            }
            for along in way.path.every(10.0, 12.0).filter(|along| wide && is_drawn(along)) {
                if crossings.iter().all(|crossing| (along - crossing).abs() > 4.0) {
                    let dash = way.path.stretch(along - 1.5, along + 1.5);
                    self.put(DRESSING, Some("marquage"), None, &dash.0)?;
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
            self.put(DRESSING, Some("passage piéton"), None, &closed(&bar).0)?;
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
