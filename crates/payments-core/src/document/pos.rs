//! Points of sale in documents.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalog::Pos;
use crate::id::PosId;

use super::json::Json;
use super::object::Object;
use super::reader::Reader;
use super::{field, pos_config};

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Pos> {
    let mut pos = Object::of(reader, json)?;
    let pk = pos.pk(reader, PosId::get);
    let name = pos.required(reader, "name", field::name);
    let slug = pos.required(reader, "slug", field::slug);
    let gateway = pos.required(reader, "gateway", field::slug);
    let is_active = pos.optional(reader, "is_active", true, field::boolean);
    let config = pos.optional(reader, "config", Map::new(), |reader, json| {
        pos_config::read(reader, gateway.as_ref(), json)
    });
    pos.finish(reader);
    Some(Pos {
        pk: pk?,
        name: name?,
        slug: slug?,
        gateway: gateway?,
        is_active: is_active?,
        config: config?,
    })
}

pub(super) fn write(pos: &Pos) -> impl Serialize + '_ {
    shape(pos, pos_config::without_secrets(&pos.config))
}

/// With the secrets that are part of the configuration: for what never leaves the process.
pub(super) fn write_whole(pos: &Pos) -> impl Serialize + '_ {
    shape(pos, pos.config.clone())
}

fn shape(pos: &Pos, config: Map<String, Value>) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        name: &'a str,
        slug: &'a str,
        gateway: &'a str,
        is_active: bool,
        config: Map<String, Value>,
    }

    Shape {
        pk: pos.pk.get(),
        name: &pos.name,
        slug: pos.slug.as_str(),
        gateway: pos.gateway.as_str(),
        is_active: pos.is_active,
        config,
    }
}
