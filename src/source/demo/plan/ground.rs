//! What covers a parcel and what it is used for, in 2018 and in 2021: by what it is for in town, by
//! slope, water and chance in the country.

use super::Plan;
use super::blocks::Zone;
use super::land;
use super::sites::Site;
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::vector::Vector;

/// Codes of cover and use, without their CS and US.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Codes {
    pub cover: &'static str,
    pub land_use: &'static str,
}

pub const fn codes(cover: &'static str, land_use: &'static str) -> Codes {
    Codes { cover, land_use }
}

pub const VINES: Codes = codes("2.1.3", "1.1");
const GRASS: Codes = codes("2.2.1", "1.1");
pub const SCRUB: Codes = codes("2.1.2", "6.3");
pub const RIVER_BANK: Codes = codes("2.1.1.1", "6.3");

/// What a parcel is without its buildings.
pub fn ground(plan: &Plan, lot: usize) -> (Codes, Codes) {
    let mut dice = Dice::nth("crops", lot);
    let zone = plan.lots[lot].zone;
    let place = plan.lots[lot].area.inside();
    let same = |codes| (codes, codes);
    match zone {
        Zone::Core => same(codes("1.1.1.2", "5")),
        Zone::Faubourg if dice.happens(0.4) => same(codes("1.1.1.2", "5")),
        Zone::Faubourg => same(codes("2.2.1", "5")),
        Zone::Houses { is_new: false } => same(codes("2.2.1", "5")),
        Zone::Houses { is_new: true } => (VINES, codes("1.1.2.2", "5")),
        Zone::Business { is_new: false } => same(codes("1.1.1.2", "3")),
        Zone::Business { is_new: true } => (VINES, codes("1.1.1.2", "2")),
        Zone::Domaine(_) => same(codes("1.1.2.2", "5")),
        Zone::Riverside => same(RIVER_BANK),
        Zone::Site(site) => match site {
            Site::Church | Site::Market | Site::School => same(codes("1.1.1.2", "3")),
            Site::Stadium | Site::Park => same(codes("2.2.1", "3")),
            Site::Cemetery => same(codes("1.1.2.1", "3")),
            Site::Station => same(codes("1.1.2.1", "4.1.2")),
            Site::Cooperative => same(codes("1.1.1.2", "2")),
            Site::Harbour => same(codes("1.1.1.2", "4.1.4")),
            Site::Lock => same(codes("2.2.1", "4.1.4")),
            Site::Sewage => same(codes("1.1.1.2", "4.3")),
            Site::Camping => same(codes("2.1.1.1", "3")),
            Site::Solar => (SCRUB, codes("1.1.2.1", "2")),
        },
        Zone::Country => {
            let wet = plan.waters.river.is_near(place, 330.0);
            crop(place, wet, &mut dice)
        }
    }
}

/// Vines on the slopes, grain and meadows by the river, garrigue above.
fn crop(place: Vector, wet: bool, dice: &mut Dice) -> (Codes, Codes) {
    let height = land::height(place) + dice.between(-0.12, 0.12);
    let roll = dice.part();
    let grain = codes("2.2.2", "1.1");
    let orchard = codes("2.1.1.1", "1.1");
    let fallow = codes("2.2.1", "6.3");
    let now = match () {
        () if height > 0.85 => SCRUB,
        () if height > 0.6 && roll < 0.45 => codes("2.1.2", "6.2"),
        () if wet && roll < 0.22 => VINES,
        () if wet && roll < 0.55 => grain,
        () if wet && roll < 0.88 => GRASS,
        () if wet => orchard,
        () if roll < 0.53 => VINES,
        () if roll < 0.66 => GRASS,
        () if roll < 0.8 => grain,
        () if roll < 0.89 => fallow,
        () if roll < 0.94 => codes("2.1.2", "6.3"),
        () if roll < 0.98 => orchard,
        () => codes("1.2.1", "1.1"),
    };
    // Here and there vines were grubbed up.
    let before =
        if now != VINES && now.land_use == "1.1" && dice.happens(0.1) { VINES } else { now };
    (before, now)
}
