//! Names what refers to an object, in errors.

use payments_core::record::{Key, Reference, Referrer};

use super::path::segment_of;
use crate::error::FieldError;

/// The error for an object that belongs to what a change would remove.
pub(super) fn belonging(referrer: &Referrer) -> FieldError {
    FieldError::at(place(referrer), "this belongs to it")
}

/// Where a referrer is: `/cards/1`. Sessions have no name: only their digests are known.
pub(super) fn place(referrer: &Referrer) -> String {
    match referrer {
        Referrer::Object(Reference { part, key }) => {
            let part = segment_of(*part);
            match key {
                Key::Pk(pk) => format!("/{part}/{pk}"),
                Key::Slug(slug) => format!("/{part}/{slug}"),
                Key::Session(_) => format!("/{part}"),
            }
        }
        Referrer::SavedCard { customer, card } => {
            format!("/customers/{}/saved-cards/{}", customer.get(), card.get())
        }
        Referrer::OpenIntent { customer, intent } => {
            format!("/customers/{}/open-intents/{intent}", customer.get())
        }
        Referrer::TokenDeletion(id) => format!("/token-deletions/{id}"),
    }
}
