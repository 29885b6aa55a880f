//! What Tuilerie promises, held from outside: a file a promise or a group of them.
//!
//! One program for all of them: as thirty, each with the whole library linked in, they took eleven
//! minutes of a CI run to build on two cores.

mod addresses;
mod architecture;
mod archives;
mod attribution;
mod bound;
mod budget;
mod check_faults;
mod commands;
mod configuration;
mod demo_load;
#[path = "../../benches/departement/mod.rs"]
mod departement;
mod edits;
mod embedding;
mod faults;
mod faults_connection;
mod faults_polygons;
mod faults_styles;
mod file_source;
mod follow;
mod fresh;
mod glyphs;
mod golden;
mod labels;
mod labels_across_tiles;
mod mlt;
mod overlays;
mod overviews;
mod overviews_coverage;
mod postgis_geometry;
mod postgis_source;
mod print;
mod prints;
mod projections;
mod reload;
mod render;
mod rendering;
mod serving;
mod store;
#[path = "../../benches/studio/mod.rs"]
mod studio;
mod style_engine;
mod styles;
mod support;
mod supported;
mod tile_encoding;
mod tiles_against_postgis;
mod unusable_sources;
mod viewer;
mod watch;
