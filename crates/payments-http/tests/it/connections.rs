//! Connections of peers that are slow, do not read, pipeline, or send malformed HTTP.

mod crowd;
mod deadlines;
mod framing;
mod peers;
mod wire;
