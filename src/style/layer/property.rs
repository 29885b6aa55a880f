//! A property as a layer has it: a value, or an expression and what stands where that has no result.
//! For the tiles of a zoom it is folded, so that what depends on the zoom alone is a value there.

use super::specification::ValueKind;
use crate::style::expression::value::Value;
use crate::style::expression::{Compiled, Context, Dependence, Expression, Keys};

/// A property.
#[derive(Clone, Debug)]
pub enum Property<T> {
    /// A value.
    Constant(T),
    /// An expression, and the value where it has no result.
    Expression(Expression, T),
}

/// A property at a zoom.
#[derive(Clone, Debug)]
pub enum Folded<T> {
    /// The same for all features.
    Constant(T),
    /// By the feature, and the value where that has no result.
    Data(Compiled, T),
}

/// At what stage a layer's properties are.
pub trait Stage {
    /// A property of a type.
    type Of<T: PropertyType>;
}

/// As they are written: for any zoom.
#[derive(Clone, Copy, Debug)]
pub enum Written {}

/// Folded for one zoom.
#[derive(Clone, Copy, Debug)]
pub enum AtZoom {}

impl Stage for Written {
    type Of<T: PropertyType> = Property<T>;
}

impl Stage for AtZoom {
    type Of<T: PropertyType> = Folded<T>;
}

/// What a property may be, in Rust.
pub trait PropertyType: Clone + Default {
    /// The same, in the style specification.
    const KIND: ValueKind;

    /// From what an expression evaluates to, or what is written.
    fn from_value(value: &Value<'_>) -> Option<Self>;

    /// Evaluates.
    fn evaluate(compiled: &Compiled, context: &Context<'_>) -> Option<Self> {
        Self::from_value(&compiled.value(context).ok()?)
    }
}

impl<T: PropertyType> Property<T> {
    /// What it depends on.
    pub fn dependence(&self) -> Dependence {
        match self {
            Property::Constant(_) => Dependence::Constant,
            Property::Expression(expression, _) => expression.dependence(),
        }
    }

    /// The expression, if it is one.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Property::Constant(_) => None,
            Property::Expression(expression, _) => Some(expression),
        }
    }

    /// All that it may be, as far as that is known.
    pub fn outcomes(&self) -> Vec<T> {
        match self {
            Property::Constant(value) => vec![value.clone()],
            Property::Expression(expression, _) => {
                expression.results().iter().filter_map(T::from_value).collect()
            }
        }
    }

    /// At a zoom.
    pub fn at(&self, zoom: f64, keys: &Keys) -> Folded<T> {
        match self {
            Property::Constant(value) => Folded::Constant(value.clone()),
            Property::Expression(expression, default) => {
                let compiled = expression.compile(keys, Some(zoom));
                match compiled.constant() {
                    Some(value) => {
                        let value = T::from_value(value);
                        Folded::Constant(value.unwrap_or_else(|| default.clone()))
                    }
                    None => Folded::Data(compiled, default.clone()),
                }
            }
        }
    }
}

impl<T: PropertyType> Folded<T> {
    /// For a feature.
    pub fn evaluate(&self, context: &Context<'_>) -> T {
        match self {
            Folded::Constant(value) => value.clone(),
            Folded::Data(compiled, default) => {
                T::evaluate(compiled, context).unwrap_or_else(|| default.clone())
            }
        }
    }

    /// Its value, where that is the same for all features.
    pub fn constant(&self) -> Option<&T> {
        match self {
            Folded::Constant(value) => Some(value),
            Folded::Data(..) => None,
        }
    }
}
