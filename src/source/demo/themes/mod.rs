//! The layers of the town: each says what the plan has, in its standard's words.

pub mod addresses;
pub mod cadastre;
pub mod covers;
pub mod land_cover;
pub mod pcrs_covers;
pub mod pcrs_lines;
pub mod pcrs_points;
pub mod pcrs_surfaces;
pub mod pcrs_texts;
pub mod places;
mod survey;
pub mod ways;
