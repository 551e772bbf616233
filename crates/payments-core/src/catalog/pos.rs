//! Points of sale: the merchant's accounts at gateways.

use alloc::string::String;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::id::PosId;
use crate::json::{Json, Object, Reader, field};
use crate::slug::Slug;

use super::pos_config::{self, Policy};

/// A merchant account at a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Pos {
    /// The point of sale's primary key.
    pub pk: PosId,
    /// The point of sale's display name.
    pub name: String,
    /// The point of sale's slug, unique among points of sale.
    pub slug: Slug,
    /// The name of the gateway (`sandbox`, `iyzico`, `masterpass`, …).
    pub gateway: Slug,
    /// An inactive point of sale charges nothing: its cards are not listed.
    pub is_active: bool,
    /// The gateway's configuration. Secrets are references such as `env:IYZICO_SECRET`.
    pub config: Map<String, Value>,
}

impl Pos {
    /// An active point of sale with an empty configuration.
    pub fn new(pk: PosId, name: impl Into<String>, slug: Slug, gateway: Slug) -> Self {
        Self {
            pk,
            name: name.into(),
            slug,
            gateway,
            is_active: true,
            config: Map::new(),
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>, policy: &Policy) -> Option<Self> {
        let mut pos = Object::of(reader, json)?;
        let pk = pos.pk(reader, PosId::get);
        let name = pos.required(reader, "name", field::name);
        let slug = pos.required(reader, "slug", field::slug);
        let gateway = pos.required(reader, "gateway", field::slug);
        let is_active = pos.optional(reader, "is_active", true, field::boolean);
        let config = pos.optional(reader, "config", Map::new(), |reader, json| {
            pos_config::read(reader, gateway.as_ref(), json, policy)
        });
        pos.finish(reader);
        Some(Self {
            pk: pk?,
            name: name?,
            slug: slug?,
            gateway: gateway?,
            is_active: is_active?,
            config: config?,
        })
    }

    /// With the literal secrets of another version of it: those of each account that has the same gateway and label.
    /// Secrets of its own stay.
    #[must_use]
    pub(crate) fn with_secrets_of(mut self, other: &Self) -> Self {
        if self.gateway == other.gateway {
            pos_config::add_secrets(&mut self.config, &other.config);
        }
        self
    }

    pub(crate) fn write(&self) -> impl Serialize {
        self.shape(pos_config::without_secrets(&self.config))
    }

    /// Includes literal secrets: only for values that never leave the process.
    pub(crate) fn write_with_secrets(&self) -> impl Serialize {
        self.shape(self.config.clone())
    }

    fn shape(&self, config: Map<String, Value>) -> impl Serialize {
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
            pk: self.pk.get(),
            name: &self.name,
            slug: self.slug.as_str(),
            gateway: self.gateway.as_str(),
            is_active: self.is_active,
            config,
        }
    }
}
