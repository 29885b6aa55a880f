//! What several tests share: things that are started, and stopped whatever happens.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod features;
pub mod made;
pub mod mlt;
pub mod mvt;
pub mod pooler;
pub mod postgres;
pub mod proxy;
pub mod server;
