//! Which attributes the features of an overview carry, and the classes that these make: what is of one
//! class may be merged.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use super::census::Census;
use super::recipe::Recipe;
use crate::store::page::{NULL_CODE, Page};
use crate::store::segment::Segment;

/// The classes of a layer.
#[derive(Debug)]
pub struct Classes {
    /// The columns whose values make them.
    columns: Vec<usize>,
    /// The values of each class, as codes in the order of the columns.
    codes: Vec<Vec<u32>>,
    numbers: HashMap<Vec<u32>, u16>,
}

/// A class: the place of its values in [`Classes`], from 1 on: 0 is where there is nothing.
pub type Class = u16;

/// More would be no classes, and merge nothing: columns that make more are left out, unless they
/// were asked for by name.
const MOST: usize = 1024;

/// So many combinations of values tell how many classes columns make. What is met later is of the
/// class without values.
const SAMPLE: usize = 1 << 17;

impl Classes {
    /// The classes of a layer's features: by the columns that the recipe names, or by all of few
    /// values, in the layer's order, as long as together they make no more than [`MOST`].
    pub fn of(segment: &Segment, recipe: &Recipe, census: &Census) -> Classes {
        let (columns, most) = match &recipe.class {
            Some(columns) => (columns.clone(), usize::from(Class::MAX) - 1),
            None => {
                let eligible = recipe.eligible.iter().copied();
                (eligible.filter(|column| census.has_few_values(*column)).collect(), MOST)
            }
        };
        let mut combinations: HashSet<Vec<u32>> = HashSet::new();
        let mut codes = Vec::new();
        for number in segment.detail_pages() {
            let Some(page) = segment.page(number) else { continue };
            for feature in 0..page.len() {
                codes.clear();
                codes.extend(columns.iter().map(|column| page.code(*column, feature)));
                if !combinations.contains(&codes) {
                    if combinations.len() == SAMPLE {
                        codes.fill(NULL_CODE);
                    }
                    combinations.insert(codes.clone());
                }
            }
        }
        let kept = few_enough(&combinations, columns.len(), most);
        let columns: Vec<usize> = kept.iter().map(|place| columns[*place]).collect();
        // In an order that depends on neither hashing nor history.
        let codes: BTreeSet<Vec<u32>> = project(&combinations, &kept).collect();
        let codes: Vec<_> = codes.into_iter().collect();
        let numbers = codes.iter().cloned().zip(1..).collect();
        Classes { columns, codes, numbers }
    }

    /// The columns whose values make them.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The class of a feature.
    pub fn class(&self, page: &Page<'_>, feature: usize, scratch: &mut Vec<u32>) -> Class {
        scratch.clear();
        scratch.extend(self.columns.iter().map(|column| page.code(*column, feature)));
        if let Some(class) = self.numbers.get(scratch) {
            return *class;
        }
        scratch.fill(NULL_CODE);
        self.numbers.get(scratch).copied().unwrap_or(1)
    }

    /// The codes of a class, in the order of [`Classes::columns`].
    pub fn codes(&self, class: Class) -> &[u32] {
        let place = usize::from(class).checked_sub(1);
        place.and_then(|place| self.codes.get(place)).map_or(&[], Vec::as_slice)
    }

    /// The code that a class has in a column.
    pub fn code(&self, class: Class, column: usize) -> Option<u32> {
        let place = self.columns.iter().position(|other| *other == column)?;
        self.codes(class).get(place).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}

/// The places of the columns, first come first served, that make no more than `most` classes.
fn few_enough(combinations: &HashSet<Vec<u32>>, columns: usize, most: usize) -> Vec<usize> {
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
    combinations: &'a HashSet<Vec<u32>>,
    places: &'a [usize],
) -> impl Iterator<Item = Vec<u32>> + 'a {
    combinations.iter().map(|codes| places.iter().map(|place| codes[*place]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_would_make_too_many_classes_is_left_out() {
        let combinations: HashSet<Vec<u32>> =
            (0..60 * 60).map(|i| vec![7, i / 60, i % 60, i % 2]).collect();
        assert_eq!(few_enough(&combinations, 4, MOST), [0, 1, 3]);
    }
}
