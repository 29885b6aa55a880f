//! wire: bytes as others write and read them; knows nothing of what they mean.
//!
//! - [`protobuf`]: tags, numbers, lengths

pub mod protobuf;
