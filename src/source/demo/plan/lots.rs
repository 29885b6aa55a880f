//! Blocks split into lots, each with a front on its street: cut across the longer side again and
//! again, so that fields and gardens lie as their block does.

use super::blocks::Zone;
use super::frontage::{Frontage, Place};
use super::land;
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, edges};
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::Vector;

/// A lot.
#[derive(Clone, Debug)]
pub struct Lot {
    pub area: Area,
    pub zone: Zone,
    pub front: Option<Front>,
}

/// Where a lot meets its street.
#[derive(Clone, Debug)]
pub struct Front {
    pub place: Place,
    /// The lot's border on the street, with the lot on its left.
    pub border: Vec<Vector>,
    pub middle: Vector,
    /// Along the street, with the lot on the left.
    pub along: Vector,
}

/// How a zone's blocks are split.
struct Manner {
    /// Square metres.
    size: (f64, f64),
    /// The shortest front, in metres; 0 where lots need none.
    front: f64,
    /// How much longer than broad a lot may be.
    slender: f64,
    /// How far cuts lean, at most, in turns.
    lean: f64,
}

fn manner(zone: Zone, height: f64, dice: &mut Dice) -> Option<Manner> {
    let (size, front) = match zone {
        Zone::Core => ((95.0, 230.0), 4.5),
        Zone::Faubourg => ((260.0, 620.0), 8.0),
        Zone::Houses { .. } => ((480.0, 780.0), 9.0),
        Zone::Business { .. } => ((3200.0, 9500.0), 18.0),
        Zone::Site(_) | Zone::Domaine(_) => return None,
        Zone::Riverside => ((4000.0, 12_000.0), 0.0),
        Zone::Country if height > 0.8 => ((12_000.0, 45_000.0), 0.0),
        Zone::Country => ((2600.0, 13_000.0), 0.0),
    };
    let in_town = front > 0.0;
    // Vines stand in long parcels here, in broad ones there, and each quarter its own way.
    let slender = if in_town { 1.15 } else { dice.between(1.1, 3.2) };
    let lean = if in_town { 0.012 } else { 0.05 };
    Some(Manner { size, front, slender, lean })
}

/// Splits every block.
pub fn lots(blocks: &[(Zone, Area)], frontage: &Frontage) -> Vec<Lot> {
    let mut lots = Vec::new();
    let mut quarters: Vec<(Zone, Area)> = Vec::new();
    let mut dice = Dice::of("quarters");
    for (zone, area) in blocks {
        // Of the open country first some ten hectares, each with fields of its own direction.
        if *zone == Zone::Country {
            let mut parts = Vec::new();
            let manner =
                Manner { size: (70_000.0, 160_000.0), front: 0.0, slender: 1.2, lean: 0.06 };
            split(area.clone(), &manner, frontage, &mut dice, &mut parts);
            quarters.extend(parts.into_iter().map(|area| (*zone, area)));
        } else {
            quarters.push((*zone, area.clone()));
        }
    }
    for (number, (zone, area)) in quarters.iter().enumerate() {
        let mut dice = Dice::nth("lots", number);
        let height = land::height(area.inside());
        let mut parts = Vec::new();
        match manner(*zone, height, &mut dice) {
            Some(manner) => split(area.clone(), &manner, frontage, &mut dice, &mut parts),
            None => parts.push(area.clone()),
        }
        lots.extend(parts.into_iter().map(|area| {
            let front = front(&area, frontage);
            Lot { area, zone: *zone, front }
        }));
    }
    lots
}

/// Parts of a block that are called by names of their own, of some fifty hectares.
pub fn places(block: &Area, frontage: &Frontage, dice: &mut Dice) -> Vec<Area> {
    let mut parts = Vec::new();
    let manner = Manner { size: (300_000.0, 620_000.0), front: 0.0, slender: 1.2, lean: 0.03 };
    split(block.clone(), &manner, frontage, dice, &mut parts);
    parts
}

fn split(area: Area, manner: &Manner, frontage: &Frontage, dice: &mut Dice, into: &mut Vec<Area>) {
    let size = area.square_metres();
    let wanted = dice.between(manner.size.0, manner.size.1);
    if size < wanted * 1.45 {
        into.push(area);
        return;
    }
    let frame = area.frame();
    let middle = dice.between(0.44, 0.56);
    let lean = dice.between(-manner.lean, manner.lean);
    let is_long = frame.length > frame.width * manner.slender;
    // Where the middle leaves a scrap or a lot without a street, a cut beside it may not.
    for (aside, is_across) in
        [0.0, 0.14, -0.14].into_iter().flat_map(|aside| [(aside, is_long), (aside, !is_long)])
    {
        let part = middle + aside;
        let (point, direction) = if is_across {
            (frame.point(part, 0.5), frame.along.left())
        } else {
            (frame.point(0.5, part), frame.along)
        };
        let (left, right) = area.cut(point, direction.turned(lean));
        let good = left.iter().chain(&right).all(|part| {
            part.square_metres() > manner.size.0 * 0.4
                && (manner.front == 0.0 || street_length(part, frontage) >= manner.front)
        });
        if good {
            left.into_iter().chain(right).for_each(|p| split(p, manner, frontage, dice, into));
            return;
        }
    }
    into.push(area);
}

/// How much of a lot's border lies on a street.
fn street_length(area: &Area, frontage: &Frontage) -> f64 {
    edges(area.outer())
        .filter(|(a, b)| frontage.at_edge(a.towards(*b, 0.5)).is_some())
        .map(|(a, b)| a.distance(b))
        .sum()
}

/// The longest run of the border that lies on one street.
fn front(area: &Area, frontage: &Frontage) -> Option<Front> {
    let ring = area.outer();
    let ways: Vec<Option<usize>> = edges(ring)
        .map(|(a, b)| frontage.at_edge(a.towards(b, 0.5)).map(|place| place.way))
        .collect();
    let count = ring.len();
    // A ring that lies on one street all around has no first edge: then any is.
    let start = (0..count).find(|&i| ways[i] != ways[(i + count - 1) % count]).unwrap_or(0);
    let mut best: (f64, Vec<Vector>) = (0.0, Vec::new());
    let mut run: (f64, Vec<Vector>) = (0.0, Vec::new());
    for step in 0..count {
        let i = (start + step) % count;
        let (from, to) = (ring[i], ring[(i + 1) % count]);
        if ways[i].is_none() || ways[i] != ways[(i + count - 1) % count] {
            run = (0.0, Vec::new());
        }
        if ways[i].is_some() {
            if run.1.is_empty() {
                run.1.push(from);
            }
            run.0 += from.distance(to);
            run.1.push(to);
            if run.0 > best.0 {
                best = run.clone();
            }
        }
    }
    let border = best.1;
    let middle = Path(border.clone()).locate(best.0 / 2.0).0;
    let along = (*border.last()? - *border.first()?).unit();
    let place = frontage.at_edge(middle).or_else(|| frontage.nearest(middle))?;
    Some(Front { place, border, middle, along })
}
