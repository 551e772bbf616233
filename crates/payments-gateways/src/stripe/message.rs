//! Stripe's JSON.

use payments_core::card::{CardFacts, CardToken};
use payments_core::tokenization::{ActionHandle, ActionUrl, GatewayAction};
use serde::Deserialize;
use serde_json::Value;

use crate::outcome::ProviderError;
use crate::stated;

/// A customer or a payment method.
#[derive(Deserialize)]
pub(super) struct Object {
    pub(super) id: String,
    /// The customer a payment method is attached to.
    pub(super) customer: Option<String>,
    /// `null` on objects created by other software of the shop.
    metadata: Option<Metadata>,
    /// Details of a payment method's card.
    #[serde(default)]
    card: Value,
}

impl Object {
    /// Our reference in the metadata.
    pub(super) fn reference(&self) -> Option<&str> {
        self.metadata.as_ref()?.reference.as_deref()
    }

    pub(super) fn facts(&self) -> CardFacts {
        CardFacts {
            brand: stated::brand(&self.card["brand"]),
            expiry: stated::expiry(&self.card["exp_month"], &self.card["exp_year"]),
            ..CardFacts::default()
        }
    }
}

/// The reference that we wrote to an object.
#[derive(Deserialize)]
struct Metadata {
    reference: Option<String>,
}

/// A page of a list or of a search result.
#[derive(Deserialize)]
pub(super) struct List {
    pub(super) data: Vec<Object>,
    #[serde(default)]
    has_more: bool,
    /// The cursor to the next page of a search result; lists have none.
    next_page: Option<String>,
}

impl List {
    /// The query parameter of the next page; `None` if this is the last.
    pub(super) fn next_page(&self) -> Result<Option<(&'static str, &str)>, ProviderError> {
        match (&self.next_page, self.data.last()) {
            _ if !self.has_more => Ok(None),
            (Some(cursor), _) => Ok(Some(("page", cursor))),
            (None, Some(last)) => Ok(Some(("starting_after", &last.id))),
            (None, None) => Err(ProviderError::Unknown {
                what: "the page is empty and not the last",
            }),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct SetupIntent {
    pub(super) id: String,
    pub(super) status: String,
    /// An id, or the whole object if it was expanded.
    #[serde(default)]
    pub(super) payment_method: Value,
    pub(super) customer: Option<String>,
    next_action: Option<NextAction>,
    pub(super) last_setup_error: Option<Error>,
}

#[derive(Deserialize)]
struct NextAction {
    redirect_to_url: Option<RedirectToUrl>,
}

#[derive(Deserialize)]
struct RedirectToUrl {
    url: String,
}

impl SetupIntent {
    /// The action required of the cardholder for this payment method, if any.
    pub(super) fn asked(&self, method: &CardToken) -> Result<Option<GatewayAction>, ProviderError> {
        if self.status != "requires_action" {
            return Ok(None);
        }
        let redirect = self.next_action.as_ref();
        let url = redirect
            .and_then(|next| next.redirect_to_url.as_ref())
            .and_then(|redirect| ActionUrl::parse(&redirect.url).ok());
        let unusable = ProviderError::Unknown {
            what: "the setup intent names no page to authenticate on",
        };
        let (url, handle) = url
            .zip(ActionHandle::parse(&format!("{}/{}", self.id, method.as_str())).ok())
            .ok_or(unusable)?;
        Ok(Some(GatewayAction { handle, url }))
    }
}

#[derive(Deserialize)]
pub(super) struct Failure {
    pub(super) error: Error,
}

/// A failure's codes, without its message.
#[derive(Default, Deserialize)]
pub(super) struct Error {
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    pub(super) code: Option<String>,
    pub(super) decline_code: Option<String>,
    pub(super) param: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn the_next_page_is_requested_by_the_last_id_or_the_cursor() {
        for (page, expected) in [
            (r#"{"data":[{"id":"a"}]}"#, Ok(None)),
            (
                r#"{"data":[{"id":"a"}],"has_more":false,"next_page":null}"#,
                Ok(None),
            ),
            (
                r#"{"data":[{"id":"a"},{"id":"b","metadata":null}],"has_more":true}"#,
                Ok(Some(("starting_after", "b"))),
            ),
            (
                r#"{"data":[{"id":"a"}],"has_more":true,"next_page":"c"}"#,
                Ok(Some(("page", "c"))),
            ),
            (r#"{"data":[],"has_more":true}"#, Err(())),
        ] {
            let list: List = serde_json::from_str(page).unwrap();
            assert_eq!(list.next_page().map_err(drop), expected, "{page}");
        }
    }
}
