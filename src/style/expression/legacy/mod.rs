//! legacy: what styles were written in before expressions, turned into expressions.

mod filter;
mod function;
mod tokens;

pub use filter::{convert as filter, is_expression as is_expression_filter, kind};
pub use function::{Target, convert as function, is_function};
pub use tokens::convert as tokens;
