//! What several tests share: things that are started, and stopped whatever happens.

pub mod archive;
pub mod canvas;
pub mod features;
pub mod files;
pub mod made;
pub mod mlt;
pub mod mvt;
pub mod pooler;
pub mod postgres;
pub mod proxy;
pub mod server;
