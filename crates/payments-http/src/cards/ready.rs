//! A listing that is ready to be sent: its bytes, its tag, and the bytes packed, each made once.

use std::io;
use std::sync::OnceLock;

use actix_web::HttpRequest;
use actix_web::http::header::{ETag, EntityTag, Header as _, IF_NONE_MATCH, IfNoneMatch};
use actix_web::web::Bytes;
use sha2::{Digest as _, Sha256};

use super::coding::Coding;

/// Hexadecimal digits of a tag: 128 bits.
const TAG_DIGITS: usize = 32;

/// The bytes of a listing in one language, as they are and packed.
pub struct ReadyListing {
    body: Bytes,
    /// A weak one: it stands for the same listing in every coding (RFC 9110, section 8.8.1).
    tag: EntityTag,
    packed: [OnceLock<Bytes>; Coding::PACKED.len()],
}

impl ReadyListing {
    /// Tags a body.
    pub fn new(body: Vec<u8>) -> Self {
        let mut tag = hex::encode(Sha256::digest(&body));
        tag.truncate(TAG_DIGITS);
        Self {
            body: body.into(),
            tag: EntityTag::new_weak(tag),
            packed: Default::default(),
        }
    }

    /// The body as it is.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body in a coding, packed the first time somebody asks for it; as it is where packing does not make it
    /// smaller.
    ///
    /// # Errors
    /// The packer's.
    pub fn in_coding(&self, coding: Coding) -> io::Result<(Coding, Bytes)> {
        let Some(place) = Coding::PACKED.iter().position(|one| *one == coding) else {
            return Ok((Coding::Identity, self.body.clone()));
        };
        let packed = if let Some(packed) = self.packed[place].get() {
            packed.clone()
        } else {
            // Two at once both pack it, to the same bytes.
            let packed = Bytes::from(coding.pack(&self.body)?);
            self.packed[place].get_or_init(|| packed).clone()
        };
        Ok(if packed.len() < self.body.len() {
            (coding, packed)
        } else {
            (Coding::Identity, self.body.clone())
        })
    }

    /// The entity tag.
    pub fn etag(&self) -> ETag {
        ETag(self.tag.clone())
    }

    /// Whether a caller has this listing already (RFC 9110, section 13.1.2).
    pub fn is_known_to(&self, request: &HttpRequest) -> bool {
        if !request.headers().contains_key(IF_NONE_MATCH) {
            return false;
        }
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&self.tag)),
            Err(_) => false,
        }
    }

    /// About what it takes in memory once it is packed in every coding: all of them together are a seventh of a listing.
    pub fn weight_bytes(&self) -> u32 {
        let bytes = self.body.len();
        u32::try_from(bytes.saturating_add(bytes / 4)).unwrap_or(u32::MAX)
    }
}
