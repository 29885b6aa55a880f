//! The resources, a file each: what a request says becomes a question, and its answer a response.

pub mod catalog;
pub mod changes;
pub mod embed;
pub mod fonts;
pub mod health;
pub mod maps;
pub mod metrics;
pub mod print;
pub mod site;
pub mod sprites;
pub mod styles;
pub mod territories;
pub mod tilejson;
pub mod tiles;
pub mod viewer;
