//! A listing ready to be sent: its JSON, its entity tag, and each content coding of the JSON, computed once.

use std::io;
use std::sync::OnceLock;

use actix_web::HttpRequest;
use actix_web::http::header::{
    ETAG, EntityTag, Header as _, HeaderName, HeaderValue, IF_NONE_MATCH, IfNoneMatch,
};
use actix_web::web::Bytes;
use payments_core::money::Currency;
use sha2::{Digest as _, Sha256};

use super::content_encoding::Coding;
use crate::listing_json::{self, CardRange, ListingJson};

/// Hexadecimal digits of a tag: 128 bits.
const TAG_DIGITS: usize = 32;
/// Never sent: hexadecimal digits are a valid tag.
const NO_TAG: HeaderValue = HeaderValue::from_static("W/\"\"");
/// What an entry of a cache takes besides its listing: the cache's own nodes, a key of fixed size and reference counts.
const ENTRY_BYTES: usize = 512;

/// The JSON of a listing in one language with its encoded forms.
pub struct EncodedListing {
    body: Bytes,
    cards: Vec<CardRange>,
    currency: Option<Currency>,
    /// Weak, because it is the same for every coding (RFC 9110, section 8.8.1).
    tag: EntityTag,
    /// The tag, written once.
    etag: HeaderValue,
    encoded: [OnceLock<Bytes>; Coding::COMPRESSED.len()],
}

impl EncodedListing {
    /// A listing with its tag; nothing is compressed yet.
    pub fn new(json: ListingJson) -> Self {
        let mut tag = hex::encode(Sha256::digest(&json.body));
        tag.truncate(TAG_DIGITS);
        Self {
            body: json.body.into(),
            cards: json.cards,
            currency: json.currency,
            etag: HeaderValue::try_from(format!("W/\"{tag}\"")).unwrap_or(NO_TAG),
            tag: EntityTag::new_weak(tag),
            encoded: Default::default(),
        }
    }

    /// The listing of those of its cards that `is_selected` accepts by their positions in the catalog.
    pub fn restricted(&self, is_selected: impl Fn(usize) -> bool) -> Self {
        Self::new(listing_json::restricted(
            &self.body,
            &self.cards,
            self.currency,
            is_selected,
        ))
    }

    /// The JSON, uncompressed.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body in a coding, compressed on first use. Falls back to identity if compression does not make it smaller.
    pub fn encoded(&self, coding: Coding) -> io::Result<(Coding, Bytes)> {
        let Some(place) = Coding::COMPRESSED.iter().position(|one| *one == coding) else {
            return Ok((Coding::Identity, self.body.clone()));
        };
        let encoded = if let Some(encoded) = self.encoded[place].get() {
            encoded.clone()
        } else {
            // Concurrent callers both encode it, to the same bytes.
            let encoded = Bytes::from(coding.encode(&self.body)?);
            self.encoded[place].get_or_init(|| encoded).clone()
        };
        Ok(if encoded.len() < self.body.len() {
            (coding, encoded)
        } else {
            (Coding::Identity, self.body.clone())
        })
    }

    pub fn etag(&self) -> (HeaderName, HeaderValue) {
        (ETAG, self.etag.clone())
    }

    /// Whether the request's `If-None-Match` names this listing (RFC 9110, section 13.1.2).
    pub fn matches(&self, request: &HttpRequest) -> bool {
        if !request.headers().contains_key(IF_NONE_MATCH) {
            return false;
        }
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&self.tag)),
            Err(_) => false,
        }
    }

    /// The approximate memory of its entry with every coding; together they measure a seventh of the JSON.
    pub fn weight_bytes(&self) -> u32 {
        let bytes = self.body.len() + self.cards.len() * size_of::<CardRange>();
        let bytes = bytes.saturating_add(bytes / 4);
        let overhead = size_of::<Self>() + TAG_DIGITS + ENTRY_BYTES;
        u32::try_from(bytes.saturating_add(overhead)).unwrap_or(u32::MAX)
    }
}
