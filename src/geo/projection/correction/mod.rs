//! What PROJ.4 strings leave out of EPSG's and Esri's definitions: angles other than degrees, and
//! which datum shift PROJ takes.
//!
//! The tables [`epsg`] and [`esri`] come from a comparison of every code with ST_Transform of PROJ 9.1 without
//! grids: where the string's own shift puts one of five points of the CRS's area more than 0.9 m elsewhere,
//! they have the one of EPSG's transformations that agrees, or, where none does at all five, the refusal of
//! the code. `make check-crs` repeats the comparison.

mod epsg;
mod esri;

use std::borrow::Cow;

use super::Unplaced;

/// Radians in a degree.
pub(super) const DEGREE: f64 = std::f64::consts::PI / 180.0;

/// Radians in a grad, of which a right angle has a hundred.
const GRAD: f64 = std::f64::consts::PI / 200.0;

/// Geographic CRSs that count in grads: those on the meridian of Paris, and the French datums of North Africa.
const IN_GRADS: [u32; 9] = [4807, 4810, 4811, 4816, 4819, 4821, 4901, 4902, 7400];
const IN_GRADS_OF_ESRI: [u32; 6] = [4305, 37_225, 104_025, 104_026, 104_139, 104_140];

/// Inclusive ranges of codes, in order.
type Codes = &'static [(u32, u32)];

/// One authority's codes.
struct Table {
    /// By the `+towgs84` that replaces what the definition says of the datum.
    shifts: &'static [(&'static str, Codes)],
    refused: Codes,
}

/// What to change in a definition before it is read.
pub(super) struct Correction {
    /// Radians in a unit of a geographic CRS.
    pub(super) angle: f64,
    shift: Option<&'static str>,
}

impl Correction {
    pub(super) fn of_epsg(code: u32) -> Result<Correction, Unplaced> {
        let table = Table { shifts: epsg::SHIFTS, refused: epsg::REFUSED };
        table.correction(code, IN_GRADS.contains(&code))
    }

    pub(super) fn of_esri(code: u32) -> Result<Correction, Unplaced> {
        let table = Table { shifts: esri::SHIFTS, refused: esri::REFUSED };
        table.correction(code, IN_GRADS_OF_ESRI.contains(&code))
    }

    /// The definition with its own shift. What stands first in a PROJ.4 string counts, but a grid goes
    /// before any shift.
    pub(super) fn apply<'a>(&self, definition: &'a str) -> Cow<'a, str> {
        let Some(shift) = self.shift else {
            return Cow::Borrowed(definition);
        };
        let without_grids: Vec<&str> = definition
            .split_whitespace()
            .filter(|parameter| !parameter.starts_with("+nadgrids="))
            .collect();
        Cow::Owned(format!("+towgs84={shift} {}", without_grids.join(" ")))
    }
}

impl Table {
    fn correction(&self, code: u32, in_grads: bool) -> Result<Correction, Unplaced> {
        if holds(self.refused, code) {
            return Err(Unplaced::Inexact);
        }
        let shift = self.shifts.iter().find(|(_, codes)| holds(codes, code));
        Ok(Correction {
            angle: if in_grads { GRAD } else { DEGREE },
            shift: shift.map(|(shift, _)| *shift),
        })
    }
}

fn holds(codes: Codes, code: u32) -> bool {
    codes.iter().any(|(first, last)| (*first..=*last).contains(&code))
}
