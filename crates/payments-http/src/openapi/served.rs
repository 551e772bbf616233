//! The description that one of the service's addresses serves.

use std::borrow::Cow;
use std::sync::OnceLock;

use actix_web::web::Bytes;
use utoipa::openapi::{OpenApi, Server};

use super::docs;
use crate::manage::PREFIX;

/// The description, generated on first use, once for all workers.
#[derive(Debug)]
pub struct Description {
    with_management: bool,
    base_path: String,
    made: OnceLock<Made>,
}

#[derive(Debug)]
pub(super) struct Made {
    pub(super) json: Bytes,
    pub(super) page: String,
}

impl Description {
    /// The description for an address, with or without the management API. `base_path` is the prefix of all paths:
    /// empty, or without a last slash.
    pub const fn new(with_management: bool, base_path: String) -> Self {
        Self {
            with_management,
            base_path,
            made: OnceLock::new(),
        }
    }

    pub(super) fn made(&self) -> &Made {
        self.made.get_or_init(|| {
            let mut document = super::document();
            if !self.with_management {
                leave_management_out(&mut document);
            }
            let page = docs::page(&document);
            if !self.base_path.is_empty() {
                document.servers = Some(vec![Server::new(&self.base_path)]);
            }
            Made {
                json: Bytes::from(super::json(&document)),
                page: self.rebased(&page).into_owned(),
            }
        })
    }

    /// A page of ours whose links begin at the root, with links that begin at the base path.
    pub fn rebased<'p>(&self, page: &'p str) -> Cow<'p, str> {
        if self.base_path.is_empty() {
            return Cow::Borrowed(page);
        }
        Cow::Owned(page.replace("=\"/", &format!("=\"{}/", self.base_path)))
    }
}

/// Paths, tag, security scheme, and the schemas that nothing else refers to.
fn leave_management_out(document: &mut OpenApi) {
    document.info.description = Some(super::ABOUT_WITHOUT_MANAGEMENT.to_owned());
    document
        .paths
        .paths
        .retain(|path, _| !path.starts_with(PREFIX));
    if let Some(tags) = &mut document.tags {
        tags.retain(|tag| tag.name != "manage");
    }
    if let Some(components) = &mut document.components {
        components
            .security_schemes
            .retain(|name, _| name != "manage");
    }
    while drop_unused_schema(document) {}
}

fn drop_unused_schema(document: &mut OpenApi) -> bool {
    let text = document.to_json().unwrap_or_default();
    let Some(components) = &mut document.components else {
        return false;
    };
    let before = components.schemas.len();
    components
        .schemas
        .retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
    components.schemas.len() < before
}
