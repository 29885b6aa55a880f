//! What several tests share: things that are started, and stopped whatever happens.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be set up fails"
)]

pub mod features;
pub mod mvt;
pub mod postgres;
pub mod server;
