//! What engineers built: railway, canal, bridges, the stadium.

use super::{GATE, Lines, PARAPET, PLATFORM, QUAY, RAIL, SPORTS};
use crate::source::Stopped;
use crate::source::demo::geometry::vector::at;
use crate::source::demo::plan::canal::{Edge, Side};
use crate::source::demo::plan::ways::RAILWAY;

impl Lines<'_, '_> {
    pub(super) fn railway(&mut self) -> Result<(), Stopped> {
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

    pub(super) fn quays(&mut self) -> Result<(), Stopped> {
        let canal = &self.town.waters.canal;
        for (kind, edge) in Side::BOTH.into_iter().flat_map(|side| canal.edges(side)) {
            let nature = match kind {
                Edge::Bank => "berge",
                Edge::LockWall => "bajoyer",
                Edge::Quay => "quai",
            };
            for piece in edge.pieces(75.0) {
                self.put(QUAY, Some(nature), None, &piece.0)?;
            }
        }
        for gate in canal.gates() {
            self.put(GATE, Some("porte d’écluse"), None, &gate)?;
        }
        Ok(())
    }

    pub(super) fn parapets(&mut self) -> Result<(), Stopped> {
        for bridge in &self.town.bridges {
            let deck = self.town.ways[bridge.way]
                .path
                .stretch(bridge.at - bridge.reach, bridge.at + bridge.reach);
            for side in [-bridge.half_width, bridge.half_width] {
                self.put(PARAPET, Some("parapet"), Some("01"), &deck.offset(side).0)?;
            }
        }
        Ok(())
    }

    pub(super) fn stadium(&mut self) -> Result<(), Stopped> {
        for line in &self.town.stadium.markings {
            self.put(SPORTS, Some("terrain de sport"), None, &line.0)?;
        }
        Ok(())
    }
}
