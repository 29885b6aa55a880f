//! Where the covers of buried networks lie in the streets, as the works that dig them do it:
//! sewers on the axis, gullies at the kerb, valves and cabinets at each front, telecom chambers
//! on the pavement, street lights along the kerb.

use crate::source::Stopped;
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::plan::Plan;
use crate::source::demo::plan::blocks::Zone;
use crate::source::demo::plan::ways::{Kind, Way};

/// What is seen of a network on the ground.
#[derive(Clone, Copy, Debug)]
pub struct Cover {
    pub place: Vector,
    pub along: Vector,
    /// Metres.
    pub length: f64,
    pub width: f64,
    pub nature: &'static str,
    pub network: &'static str,
    pub operator: &'static str,
    pub reference: &'static str,
}

/// A kind of cover.
struct Model {
    nature: &'static str,
    network: &'static str,
    operator: &'static str,
    reference: &'static str,
    length: f64,
    width: f64,
}

const fn model(
    reference: &'static str,
    network: &'static str,
    nature: &'static str,
    operator: &'static str,
    length: f64,
    width: f64,
) -> Model {
    Model { nature, network, operator, reference, length, width }
}

const WATER: &str = "Régie des eaux de Saint-Clair";
const GRID: &str = "Réseau électrique du Midi";
const GAS: &str = "Gaz d’Oc";
const PHONE: &str = "Télécoms du Canal";
const TOWN: &str = "Commune de Saint-Clair-des-Tuiles";

const SEWER: Model = model("TAMPON_ROND", "ASSAEU", "03", WATER, 0.63, 0.63);
const DRAIN: Model = model("TAMPON_ROND", "ASSAEP", "03", WATER, 0.63, 0.63);
const GULLY: Model = model("AVALOIR", "ASSAEP", "01", WATER, 0.78, 0.45);
const GRATE: Model = model("GRILLE", "ASSAEP", "01", WATER, 0.5, 0.5);
const VALVE: Model = model("BOUCHE_A_CLE", "AEP", "04", WATER, 0.16, 0.16);
const METER: Model = model("REGARD_COMPTEUR", "AEP", "02", WATER, 0.4, 0.3);
const HYDRANT: Model = model("POTEAU_INCENDIE", "INCE", "05", WATER, 0.4, 0.4);
const GAS_BOX: Model = model("COFFRET", "GAZ", "02", GAS, 0.45, 0.2);
const GAS_VALVE: Model = model("BOUCHE_A_CLE", "GAZ", "04", GAS, 0.16, 0.16);
const POWER_BOX: Model = model("COFFRET", "ELECBT", "02", GRID, 0.55, 0.22);
const SUBSTATION: Model = model("ARMOIRE", "ELECHT", "02", GRID, 2.6, 1.9);
const POLE: Model = model("POTEAU", "ELECBT", "06", GRID, 0.3, 0.3);
const LIGHT: Model = model("CANDELABRE", "ELECECL", "07", TOWN, 0.3, 0.3);
const SIGNAL: Model = model("FEU", "ELECSLT", "07", TOWN, 0.3, 0.3);
const CHAMBER: Model = model("CHAMBRE_L2T", "COM", "03", PHONE, 1.16, 0.52);
const SMALL_CHAMBER: Model = model("CHAMBRE_L0T", "COM", "03", PHONE, 0.54, 0.38);
const UNKNOWN: Model = model("PLAQUE", "00", "03", "inconnu", 0.4, 0.4);

/// Gives every cover of the town to `take`, always in the same order.
///
/// # Errors
/// Those of `take`.
pub fn covers(
    town: &Plan,
    take: &mut dyn FnMut(Cover) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    let mut works = Works { town, take };
    for (number, way) in town.ways.iter().enumerate() {
        if way.kind.has_kerbs() && way.kind != Kind::CountryRoad {
            works.street(number, way)?;
        }
    }
    works.fronts()
}

struct Works<'a> {
    town: &'a Plan,
    take: &'a mut dyn FnMut(Cover) -> Result<(), Stopped>,
}

impl Works<'_> {
    fn put(&mut self, model: &Model, place: Vector, along: Vector) -> Result<(), Stopped> {
        // A long front may leave its street's edge: what would stand in the garden is left out.
        let in_street = self.town.frontage.at_edge(place).is_some();
        if !in_street || !self.town.is_in_town(place) {
            return Ok(());
        }
        let Model { nature, network, operator, reference, length, width } = *model;
        (self.take)(Cover { place, along, length, width, nature, network, operator, reference })
    }

    /// Rows along a street: each network at its distance from the axis.
    fn street(&mut self, number: usize, way: &Way) -> Result<(), Stopped> {
        let mut dice = Dice::nth("covers", number);
        let kerb = way.kind.half_carriageway();
        let wall = way.kind.half_ground();
        let pavement = (kerb + wall) / 2.0;
        let narrow = way.kind == Kind::Lane;
        let drain = if narrow { 0.0 } else { 1.1 };
        self.row(way, &SEWER, 34.0, -0.5, &mut dice)?;
        if !narrow {
            self.row(way, &DRAIN, 46.0, drain, &mut dice)?;
            self.row(way, &GULLY, 42.0, kerb - 0.22, &mut dice)?;
            self.row(way, &GULLY, 42.0, 0.22 - kerb, &mut dice)?;
            self.row(way, &CHAMBER, 62.0, pavement, &mut dice)?;
            self.row(way, &SMALL_CHAMBER, 70.0, -pavement, &mut dice)?;
        } else {
            self.row(way, &GRATE, 38.0, 0.3, &mut dice)?;
            self.row(way, &SMALL_CHAMBER, 48.0, kerb, &mut dice)?;
        }
        self.row(way, &VALVE, 58.0, kerb - 0.5, &mut dice)?;
        self.row(way, &HYDRANT, 165.0, if narrow { wall - 0.3 } else { kerb + 0.4 }, &mut dice)?;
        self.row(way, &LIGHT, 27.0, if narrow { 0.25 - wall } else { -kerb - 0.45 }, &mut dice)?;
        if way.kind == Kind::Boulevard {
            self.row(way, &LIGHT, 27.0, kerb + 0.45, &mut dice)?;
            self.row(way, &SIGNAL, 150.0, kerb + 0.6, &mut dice)?;
        }
        if way.kind == Kind::Street {
            self.row(way, &GAS_VALVE, 90.0, 1.6 - kerb, &mut dice)?;
            self.row(way, &POLE, 44.0, wall - 0.35, &mut dice)?;
        }
        if matches!(way.kind, Kind::Close | Kind::Access) {
            self.row(way, &SUBSTATION, 420.0, wall - 1.0, &mut dice)?;
        }
        self.row(way, &UNKNOWN, 130.0, pavement * 0.9, &mut dice)
    }

    fn row(
        &mut self,
        way: &Way,
        model: &Model,
        step: f64,
        left: f64,
        dice: &mut Dice,
    ) -> Result<(), Stopped> {
        // A short close still has its light and its manhole.
        for along in way.path.every(step, (way.path.length() * 0.3).min(9.0)) {
            let along = along + dice.between(-2.5, 2.5);
            let direction = way.path.locate(along).1;
            self.put(model, way.path.beside(along, left), direction)?;
        }
        Ok(())
    }

    /// What stands at each house's front.
    fn fronts(&mut self) -> Result<(), Stopped> {
        let town = self.town;
        for (number, address) in town.addresses.iter().enumerate() {
            let Some(front) = &town.lots[address.lot].front else { continue };
            let mut dice = Dice::nth("fronts", number);
            let border = Path(front.border.clone());
            let length = border.length();
            let at_front = |out: f64, dice: &mut Dice| {
                let (place, along) = border.locate(length * dice.between(0.12, 0.88));
                (place - along.left() * out, along)
            };
            let (place, along) = at_front(0.7, &mut dice);
            self.put(&VALVE, place, along)?;
            let zone = town.lots[address.lot].zone;
            if matches!(zone, Zone::Houses { .. } | Zone::Business { .. }) {
                let (place, along) = at_front(0.25, &mut dice);
                self.put(&METER, place, along)?;
            }
            if dice.happens(0.6) {
                let (place, along) = at_front(0.12, &mut dice);
                self.put(&POWER_BOX, place, along)?;
            }
            if matches!(zone, Zone::Core | Zone::Faubourg) && dice.happens(0.5) {
                let (place, along) = at_front(0.12, &mut dice);
                self.put(&GAS_BOX, place, along)?;
            }
        }
        Ok(())
    }
}
