//! The land between the ways, block by block, and what each block is for.

use super::canal::Canal;
use super::centre;
use super::estates::{Estate, Use, turning};
use super::land;
use super::sites::{Domaine, Site, market};
use super::ways::Way;
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, Ring, difference, parted, union};
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector;

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Core,
    Faubourg,
    Houses {
        is_new: bool,
    },
    Business {
        is_new: bool,
    },
    Site(Site),
    /// A domaine, by its number.
    Domaine(usize),
    /// The woods along the river.
    Riverside,
    Country,
}

/// Half of the river's water, and of its ground with banks.
pub const RIVER: (f64, f64) = (7.5, 13.0);
/// The same of a brook.
pub const BROOK: (f64, f64) = (0.9, 3.5);

/// The waters of the plan.
#[derive(Debug)]
pub struct Waters {
    pub canal: Canal,
    pub river: Path,
    pub brooks: Vec<(&'static str, Path)>,
}

/// The land, parted.
#[derive(Debug)]
pub struct Blocks {
    pub commune: Vec<Area>,
    pub blocks: Vec<(Zone, Area)>,
    /// The built-up area: what has kerbs.
    pub town: Vec<Area>,
    /// Land between kerbs: pavements and all that they go around.
    pub kerbs: Vec<Area>,
}

/// Parts the commune.
pub fn blocks(
    ways: &[Way],
    waters: &Waters,
    estates: &[Estate],
    sites: &[(Site, Ring)],
    domaines: &[Domaine],
) -> Blocks {
    let commune = vec![land::outline()];
    let mut taken: Vec<Ring> =
        ways.iter().map(|way| way.path.strip(way.kind.half_ground())).collect();
    taken.push(waters.canal.ground());
    taken.push(waters.river.strip(RIVER.1));
    taken.extend(waters.brooks.iter().map(|(_, path)| path.strip(BROOK.1)));
    let circles = estates.iter().flat_map(|estate| &estate.circles);
    taken.extend(circles.clone().map(|circle| turning(circle, 1.5)));
    let mut free = difference(&commune, &union(&taken));

    let mut blocks = Vec::new();
    let mut town: Vec<Ring> = vec![centre::faubourgs()];
    let mut take = |zone: Zone, ground: &[Area]| {
        // Only what the ground can touch: most of the land stays as it is.
        let reach: Vec<_> = ground.iter().map(Area::bounds).collect();
        let is_near =
            |area: &Area| reach.iter().any(|bounds| vector::touch(area.bounds(), *bounds));
        let (near, far): (Vec<Area>, Vec<Area>) = free.drain(..).partition(is_near);
        let (parts, rest) = parted(&near, ground);
        free = far;
        free.extend(rest);
        blocks.extend(parts.into_iter().map(|area| (zone, area)));
    };
    for (site, ring) in sites {
        take(Zone::Site(*site), &[Area::of(ring.clone())]);
    }
    take(Zone::Core, &[Area::of(centre::core())]);
    take(Zone::Faubourg, &[Area::of(centre::faubourgs())]);
    for estate in estates {
        let is_new = estate.is_new;
        let zone = match estate.use_ {
            Use::Houses => Zone::Houses { is_new },
            Use::Business => Zone::Business { is_new },
        };
        take(zone, &estate.ground);
        town.extend(estate.ground.iter().map(|area| area.outer().clone()));
    }
    for (number, domaine) in domaines.iter().enumerate() {
        let ground: Vec<Area> = domaine.ground.iter().cloned().map(Area::of).collect();
        take(Zone::Domaine(number), &ground);
    }
    take(Zone::Riverside, &union(&riverside(&waters.river)));
    blocks.extend(free.iter().map(|area| (Zone::Country, area.clone())));
    // A strip between a site and its road is no land of its own; a square has no lots.
    blocks.retain(|(_, area)| area.square_metres() > 25.0);
    for (zone, area) in &mut blocks {
        if *zone == Zone::Core && area.contains(market()) {
            *zone = Zone::Site(Site::Market);
        }
        if matches!(zone, Zone::Core | Zone::Faubourg | Zone::Houses { .. }) {
            *area = area.rounded(if *zone == Zone::Core { 0.8 } else { 2.2 });
        }
    }

    let town = union(&town);
    let carriageways = ways.iter().filter(|way| way.kind.has_kerbs());
    let mut carriageways: Vec<Ring> =
        carriageways.map(|way| way.path.strip(way.kind.half_carriageway())).collect();
    carriageways.extend(circles.map(|circle| turning(circle, -0.5)));
    let kerbs = difference(&town, &union(&carriageways));
    let kerbs = kerbs.iter().map(|area| area.rounded(5.0)).collect();
    Blocks { commune, blocks, town, kerbs }
}

/// Woods along the river, now broad, now narrow.
fn riverside(river: &Path) -> Vec<Ring> {
    let mut dice = Dice::of("riverside");
    let length = river.length();
    let mut along = 0.0;
    let mut rings = vec![river.strip(19.0)];
    while along < length {
        let left = dice.between(-22.0, 22.0);
        rings.push(land::patch(river.beside(along, left), dice.between(22.0, 62.0), &mut dice));
        along += 34.0;
    }
    rings
}
