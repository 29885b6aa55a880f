//! The plan of the town, made once: where everything is, before anything is said of it. In metres
//! from a corner in Lambert-93.
//!
//! In the order of the making:
//! - `land`: the commune's outline, waters, railway, hills; `canal` the canal with lock and port
//! - `ways`: what a way is; `country` the roads and lanes; `centre` the streets of the old town;
//!   `estates` those of the new parts
//! - `sites`: school, cemetery, domaines…; `stadium` what is laid out in that
//! - `blocks`: the land between the ways, and what it is for
//! - `frontage`: which street a place lies on; `lots`: blocks split along their streets
//! - `buildings`, `addresses`, `bridges`
//! - `cadastre`: lots as parcels that share their borders
//! - `ground`: what a parcel grows or bears; `cover`: what covers the commune, in two editions
//!
//! `lookup` finds the area that a point lies in.

pub mod addresses;
pub mod blocks;
pub mod bridges;
pub mod buildings;
pub mod cadastre;
pub mod canal;
pub mod centre;
pub mod country;
pub mod cover;
pub mod estates;
pub mod frontage;
pub mod ground;
pub mod land;
pub mod lookup;
pub mod lots;
pub mod sites;
pub mod stadium;
pub mod ways;

use std::sync::OnceLock;

use super::geometry::areas::Ring;
use super::geometry::path::Path;
use super::geometry::vector::Vector;
use addresses::Address;
use blocks::{Blocks, Waters};
use bridges::Bridge;
use buildings::Built;
use cadastre::Cadastre;
use canal::Canal;
use cover::LandCover;
use estates::Estate;
use frontage::Frontage;
use lookup::Region;
use lots::Lot;
use sites::{Domaine, Site};
use stadium::Stadium;
use ways::{Kind, Way};

/// The plan.
#[derive(Debug)]
pub struct Plan {
    pub waters: Waters,
    pub ways: Vec<Way>,
    pub bridges: Vec<Bridge>,
    pub estates: Vec<Estate>,
    pub sites: Vec<(Site, Ring)>,
    pub stadium: Stadium,
    pub domaines: Vec<Domaine>,
    pub blocks: Blocks,
    town: Region,
    commune: Region,
    pub frontage: Frontage,
    pub lots: Vec<Lot>,
    pub built: Built,
    /// The buildings of each lot.
    on_lot: Vec<Vec<usize>>,
    pub addresses: Vec<Address>,
    pub cadastre: Cadastre,
}

/// The plan: made by whoever asks first, the same for all.
pub fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(Plan::draw)
}

/// The land cover, which is made of all the rest and takes as long again: apart, so that the other
/// layers are read meanwhile.
pub fn cover() -> &'static LandCover {
    static COVER: OnceLock<LandCover> = OnceLock::new();
    COVER.get_or_init(|| cover::land_cover(plan()))
}

impl Plan {
    /// Makes it.
    pub fn draw() -> Plan {
        let canal = Canal::at_bridge(land::canal(), land::CANAL_BRIDGE);
        let waters = Waters { canal, river: land::river(), brooks: land::brooks() };
        let mut ways = country::ways(land::railway(), &waters.canal);
        ways.extend(centre::streets());
        let sites = sites::sites(&waters.canal);
        let estates = estates::estates(&mut ways, &sites);
        let bridges = bridges::bridges(&ways, &waters);
        let domaines = sites::domaines(&ways, &sites);
        let blocks = blocks::blocks(&ways, &waters, &estates, &sites, &domaines);
        let circles: Vec<(Vector, f64)> =
            estates.iter().flat_map(|estate| &estate.circles).copied().collect();
        let frontage = Frontage::of(&ways, &circles);
        let lots = lots::lots(&blocks.blocks, &frontage);
        let built = buildings::build(&lots, &domaines);
        let mut on_lot = vec![Vec::new(); lots.len()];
        for (number, building) in built.buildings.iter().enumerate() {
            on_lot[building.lot].push(number);
        }
        let addresses = addresses::addresses(&ways, &lots, &built.buildings);
        let cadastre = cadastre::cadastre(&blocks.commune, &ways, &waters, &lots);
        Plan {
            waters,
            ways,
            bridges,
            estates,
            sites,
            stadium: stadium::stadium(),
            domaines,
            town: Region::of(&blocks.town),
            commune: Region::of(&blocks.commune),
            blocks,
            frontage,
            lots,
            built,
            on_lot,
            addresses,
            cadastre,
        }
    }

    /// Whether a place lies in the built-up area.
    pub fn is_in_town(&self, place: Vector) -> bool {
        self.town.contains(place)
    }

    /// Whether a place lies in the commune.
    pub fn is_in_commune(&self, place: Vector) -> bool {
        self.commune.contains(place)
    }

    /// Whether a house stands by itself on a lot.
    pub fn is_detached(&self, lot: usize) -> bool {
        self.on_lot[lot].iter().any(|&number| {
            let building = &self.built.buildings[number];
            building.detached && !building.is_light
        })
    }

    /// Whether a place is in a lot's building or within `margin` of one.
    pub fn is_built_near(&self, lot: usize, place: Vector, margin: f64) -> bool {
        self.on_lot[lot].iter().any(|&number| {
            let area = &self.built.buildings[number].area;
            area.contains(place) || area.border().is_near(place, margin)
        })
    }

    /// Whether a street was made between the two editions of the land cover.
    pub fn is_new_street(&self, way: usize) -> bool {
        let way = &self.ways[way];
        let middle = way.path.point(way.path.length() / 2.0);
        matches!(way.kind, Kind::Close | Kind::Access)
            && self.estates.iter().any(|estate| {
                estate.is_new && estate.ground.iter().any(|area| area.contains(middle))
            })
    }

    /// The stretches of a line that lie in the commune.
    pub fn within(&self, path: &Path) -> Vec<Path> {
        let mut pieces: Vec<Vec<Vector>> = Vec::new();
        let mut before: Option<(Vector, bool)> = None;
        for &point in &path.0 {
            let is_in = self.is_in_commune(point);
            match before {
                Some((from, was_in)) if was_in != is_in => {
                    let (inner, outer) = if is_in { (point, from) } else { (from, point) };
                    let border = self.border_between(inner, outer);
                    if is_in {
                        pieces.push(vec![border]);
                    } else if let Some(piece) = pieces.last_mut() {
                        piece.push(border);
                    }
                }
                None if is_in => pieces.push(Vec::new()),
                _ => {}
            }
            if is_in && let Some(piece) = pieces.last_mut() {
                piece.push(point);
            }
            before = Some((point, is_in));
        }
        pieces.retain(|piece| piece.len() > 1);
        pieces.into_iter().map(Path).collect()
    }

    /// Where the commune ends between two points, by halving.
    fn border_between(&self, mut inner: Vector, mut outer: Vector) -> Vector {
        for _ in 0..12 {
            let middle = inner.towards(outer, 0.5);
            if self.is_in_commune(middle) { inner = middle } else { outer = middle }
        }
        inner
    }
}
