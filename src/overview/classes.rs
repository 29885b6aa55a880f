//! Which attributes the features of an overview carry, and the classes that these make: what is of one
//! class may be merged. A class is told by its values: what becomes of it in a tile depends neither on
//! the codes that stand for them nor on which other classes there are.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::ground::Feature;
use super::recipe::Recipe;
use crate::segment::census::{CLASS_VALUES, Census};
use crate::segment::page::{NULL_CODE, Page};
use crate::segment::parts::Part;
use crate::segment::reader::Segment;
use crate::segment::scheme::Scheme;

/// The classes of a layer.
#[derive(Debug)]
pub struct Classes {
    /// The columns whose values make them.
    columns: Vec<usize>,
    /// The values of each class, in the order of the columns.
    values: Vec<Values>,
    /// A number drawn for each class from its values.
    seeds: Vec<u64>,
    /// The class of some codes, for each of the parts.
    numbers: Vec<HashMap<Codes, Class>>,
}

/// A class: the place of its values in [`Classes`], from 1 on: 0 is where there is nothing.
pub type Class = u16;

/// Codes of a part, in the order of the columns.
type Codes = Vec<u32>;

/// Encoded values, in the order of the columns; empty for the absent one.
type Values = Vec<Vec<u8>>;

/// More would be no classes, and merge nothing: columns that make more are left out, unless they
/// were asked for by name.
const MOST: usize = 1024;

/// So many combinations of values tell how many classes columns make. What is met later is of the
/// class without values.
const SAMPLE: usize = 1 << 17;

/// Chooses the columns that make classes (those that the recipe names, or all of few values, in the
/// layer's order, as long as together they make no more than [`MOST`]) and finds their classes: the
/// scheme, as far as it is of classes.
pub fn choose(segment: &Segment, recipe: &Recipe, census: &Census) -> Scheme {
    let columns: Vec<usize> = match &recipe.class {
        Some(columns) => columns.clone(),
        None => {
            let eligible = recipe.eligible.iter().copied();
            eligible.filter(|column| census.has_few_values(*column)).collect()
        }
    };
    let (combinations, is_sampled) = combinations_in(segment, &columns, SAMPLE);
    let kept = few_enough(&combinations, columns.len(), most(recipe));
    let classes: BTreeSet<Codes> = project(&combinations, &kept).collect();
    Scheme {
        columns: kept.iter().map(|place| columns[*place] as u32).collect(),
        is_sampled,
        classes: classes.into_iter().collect(),
        ..Scheme::default()
    }
}

fn most(recipe: &Recipe) -> usize {
    match recipe.class {
        Some(_) => usize::from(Class::MAX) - 1,
        None => MOST,
    }
}

fn read_codes(columns: &[usize], page: &Page<'_>, place: usize, codes: &mut Codes) {
    codes.clear();
    codes.extend(columns.iter().map(|column| page.code(*column, place)));
}

impl Classes {
    /// The classes of the features in these parts, the first of which was made by a scheme. `None` where
    /// a load of all of them might choose other columns.
    pub fn of(parts: &[Part], recipe: &Recipe, scheme: &Scheme) -> Option<Classes> {
        let columns: Vec<usize> = scheme.columns.iter().map(|column| *column as usize).collect();
        if columns.iter().any(|column| *column >= recipe.columns) {
            return None; // damaged
        }
        let codes = parts.iter().enumerate().map(|(number, part)| match number {
            0 => scheme.classes.iter().cloned().collect(),
            _ => combinations_in(&part.segment, &columns, usize::MAX).0,
        });
        let codes: Vec<HashSet<Codes>> = codes.collect();
        let in_values = |(part, codes): (&Part, &HashSet<Codes>)| -> Vec<(Codes, Values)> {
            let dictionary = part.segment.dictionary();
            let value = |code: &u32| dictionary.get(*code).unwrap_or_default().to_vec();
            codes.iter().map(|codes| (codes.clone(), codes.iter().map(value).collect())).collect()
        };
        let known: Vec<_> = parts.iter().zip(&codes).map(in_values).collect();
        // In an order that depends on neither hashing nor history.
        let mut numbers: BTreeMap<&Values, Class> =
            known.iter().flatten().map(|(_, values)| (values, 0)).collect();
        let is_new = |values: &Values| known[0].iter().all(|(_, of_first)| of_first != values);
        let may_differ = numbers.len() > most(recipe)
            || scheme.is_sampled && known[1..].iter().flatten().any(|(_, values)| is_new(values))
            || recipe.class.is_none() && has_many(&numbers, columns.len());
        if may_differ {
            return None;
        }
        numbers.values_mut().zip(1..).for_each(|(class, number)| *class = number);
        let of_part = |known: &Vec<(Codes, Values)>| {
            known.iter().map(|(codes, values)| (codes.clone(), numbers[values])).collect()
        };
        Some(Classes {
            columns,
            numbers: known.iter().map(of_part).collect(),
            seeds: numbers.keys().map(|values| seed(values)).collect(),
            values: numbers.keys().map(|values| (*values).clone()).collect(),
        })
    }

    /// The columns whose values make them.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The class of a feature.
    pub fn class(&self, feature: &Feature<'_>, scratch: &mut Vec<u32>) -> Class {
        let numbers = &self.numbers[feature.part];
        read_codes(&self.columns, &feature.page, feature.place, scratch);
        if let Some(class) = numbers.get(scratch) {
            return *class;
        }
        scratch.fill(NULL_CODE);
        numbers.get(scratch).copied().unwrap_or(1)
    }

    /// The values of a class, encoded, in the order of [`Classes::columns`]; empty for the absent one.
    pub fn values(&self, class: Class) -> &[Vec<u8>] {
        let place = usize::from(class).checked_sub(1);
        place.and_then(|place| self.values.get(place)).map_or(&[], Vec::as_slice)
    }

    /// The value that each class has in a column, if the column makes classes.
    pub fn values_in(&self, column: usize) -> Option<impl Iterator<Item = &[u8]>> {
        let place = self.columns.iter().position(|other| *other == column)?;
        Some(self.values.iter().map(move |values| values[place].as_slice()))
    }

    /// A number drawn for a class, from its values alone.
    pub fn seed(&self, class: Class) -> u64 {
        let place = usize::from(class).checked_sub(1);
        place.and_then(|place| self.seeds.get(place)).copied().unwrap_or_default()
    }
}

/// The combinations of codes in a segment, and whether there are more than `most`: then features of the others
/// are of the one without values.
fn combinations_in(segment: &Segment, columns: &[usize], most: usize) -> (HashSet<Codes>, bool) {
    let mut found = HashSet::new();
    let mut is_sampled = false;
    let mut codes = Vec::new();
    for page in segment.detail_pages().filter_map(|number| segment.page(number)) {
        for place in 0..page.len() {
            read_codes(columns, &page, place, &mut codes);
            if !found.contains(&codes) {
                if found.len() >= most {
                    is_sampled = true;
                    codes.fill(NULL_CODE);
                }
                found.insert(codes.clone());
            }
        }
    }
    (found, is_sampled)
}

/// Whether classes have so many values in a column that it would not make classes.
fn has_many(classes: &BTreeMap<&Values, Class>, columns: usize) -> bool {
    (0..columns).any(|place| {
        let values: HashSet<&[u8]> =
            classes.keys().map(|values| values[place].as_slice()).collect();
        values.iter().filter(|value| !value.is_empty()).count() > CLASS_VALUES
    })
}

fn seed(values: &Values) -> u64 {
    let lengths = values.iter().flat_map(|value| (value.len() as u32).to_le_bytes());
    let bytes: Vec<u8> = lengths.chain(values.iter().flatten().copied()).collect();
    xxh3_64(&bytes)
}

/// The places of the columns, first come first served, that make no more than `most` classes.
fn few_enough(combinations: &HashSet<Codes>, columns: usize, most: usize) -> Vec<usize> {
    let mut kept = Vec::new();
    for place in 0..columns {
        kept.push(place);
        if project(combinations, &kept).collect::<HashSet<_>>().len() > most {
            kept.pop();
        }
    }
    kept
}

fn project<'a>(
    combinations: &'a HashSet<Codes>,
    places: &'a [usize],
) -> impl Iterator<Item = Codes> + 'a {
    combinations.iter().map(|codes| places.iter().map(|place| codes[*place]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_would_make_too_many_classes_is_left_out() {
        let combinations: HashSet<Codes> =
            (0..60 * 60).map(|i| vec![7, i / 60, i % 60, i % 2]).collect();
        assert_eq!(few_enough(&combinations, 4, MOST), [0, 1, 3]);
    }
}
