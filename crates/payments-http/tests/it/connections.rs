//! Connections of peers that are slow, do not read, pipeline, or write what is no HTTP.

mod crowd;
mod deadlines;
mod framing;
mod peers;
mod wire;
