//! The result of a cardholder's authentication.

use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::catalog::Pos;
use payments_core::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, GatewayRefusal, IssuedToken, RefusalReason,
};
use reqwest::Url;

use super::message::{Object, SetupIntent};
use super::{Account, StripeTokenizer, UNUSABLE_TOKEN, reason};
use crate::http::{BaseUrl, Form, percent_encoded};
use crate::outcome::{ProviderError, clean_code};

/// The domain of Stripe's pages.
const PAGES: &str = ".stripe.com";

/// Whether a URL is of one of Stripe's pages, or of the account's `base_url`.
pub(super) fn is_stripes(url: &ActionUrl, base: &BaseUrl) -> bool {
    let Ok(url) = Url::parse(url.as_str()) else {
        return false;
    };
    let is_bare = url.username().is_empty() && url.password().is_none();
    let host = url.host_str().unwrap_or_default();
    let is_page = url.scheme() == "https" && url.port().is_none() && host.ends_with(PAGES);
    is_bare && (is_page || base.is_origin_of(&url))
}

/// A setup intent and the payment method it sets up.
struct Asked<'a> {
    intent: &'a str,
    method: &'a str,
}

impl<'a> Asked<'a> {
    fn of(handle: &'a ActionHandle) -> Self {
        let (intent, method) = handle.as_str().split_once('/').unwrap_or_default();
        Self { intent, method }
    }
}

impl StripeTokenizer {
    /// Fetches the status of the setup intent. What the browser returned is ignored.
    pub(super) async fn outcome_of(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, ProviderError> {
        let asked = Asked::of(handle);
        let Some(intent) = self.setup_intent(pos, asked.intent).await? else {
            return Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()));
        };
        match intent.status.as_str() {
            // The card was refused. A holder of the client secret, which the cardholder's browser was given, could confirm
            // it with another one: it is cancelled before it counts as over.
            "requires_payment_method" => {
                let refusal = refusal(&intent);
                Ok(match self.cancelled(pos, handle).await? {
                    ActionOutcome::Refused(_) => ActionOutcome::Refused(refusal),
                    decided @ (ActionOutcome::Issued(_) | ActionOutcome::Pending) => decided,
                })
            }
            "requires_action" | "requires_confirmation" | "processing" => {
                Ok(ActionOutcome::Pending)
            }
            _ => self.decided(pos, &asked, intent).await,
        }
    }

    /// Cancels the setup intent. One that has succeeded or was cancelled cannot be: then its status is returned.
    pub(super) async fn cancelled(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let asked = Asked::of(handle);
        let id = percent_encoded(asked.intent);
        let path = format!("/v1/setup_intents/{id}/cancel");
        // A random key: with one derived from the id, Stripe would repeat a failure for a day.
        let key = self.context.random_hex::<16>();
        let form = Form::new;
        let posted = self.post::<SetupIntent>(&account, &path, &key, &form).await;
        let error = match posted {
            Ok(intent) if intent.status == "canceled" => return Ok(was_cancelled(&intent)),
            Ok(_) => {
                return Err(ProviderError::Unknown {
                    what: "the setup intent is not cancelled",
                });
            }
            Err(error) => error,
        };
        match self.setup_intent(pos, asked.intent).await? {
            None => Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action())),
            Some(intent) if matches!(intent.status.as_str(), "succeeded" | "canceled") => {
                self.decided(pos, &asked, intent).await
            }
            Some(_) => Err(error),
        }
    }

    /// `None` if it does not exist.
    async fn setup_intent(
        &self,
        pos: &Pos,
        id: &str,
    ) -> Result<Option<SetupIntent>, ProviderError> {
        let account = Account::read(&pos.config, self.context.config_scope())?;
        let id = percent_encoded(id);
        let path = format!("/v1/setup_intents/{id}?expand%5B%5D=payment_method");
        match self.get::<SetupIntent>(&account, &path).await {
            Ok(intent) => Ok(Some(intent)),
            Err(missing) if reason::says_no_such_object(&missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn decided(
        &self,
        pos: &Pos,
        asked: &Asked<'_>,
        intent: SetupIntent,
    ) -> Result<ActionOutcome, ProviderError> {
        match intent.status.as_str() {
            "canceled" => return Ok(was_cancelled(&intent)),
            "succeeded" => {}
            _ => {
                return Err(ProviderError::Unknown {
                    what: "the setup intent is not decided",
                });
            }
        }
        let issued = issued(intent)?;
        if issued.token.as_str() == asked.method {
            return Ok(ActionOutcome::Issued(issued));
        }
        // Not the card that was entered: it is not kept.
        self.detach(pos, issued.token.as_str()).await?;
        Ok(ActionOutcome::Refused(GatewayRefusal {
            reason: RefusalReason::Other,
            gateway_code: clean_code("another_payment_method"),
        }))
    }
}

fn was_cancelled(intent: &SetupIntent) -> ActionOutcome {
    ActionOutcome::Refused(GatewayRefusal {
        reason: RefusalReason::Other,
        gateway_code: clean_code(&intent.status),
    })
}

fn issued(intent: SetupIntent) -> Result<IssuedToken, ProviderError> {
    let customer = intent.customer.as_deref().map(ProviderCustomerKey::parse);
    let method: Object =
        serde_json::from_value(intent.payment_method).map_err(|_| UNUSABLE_TOKEN)?;
    Ok(IssuedToken {
        token: CardToken::parse(&method.id).map_err(|_| UNUSABLE_TOKEN)?,
        provider_customer_key: customer.transpose().map_err(|_| UNUSABLE_TOKEN)?,
        facts: method.facts(),
    })
}

/// A failed authentication is between the cardholder and the bank: the card is declined.
fn refusal(intent: &SetupIntent) -> GatewayRefusal {
    let error = intent.last_setup_error.as_ref();
    let code = error.and_then(|error| error.decline_code.as_deref().or(error.code.as_deref()));
    match code {
        None | Some(reason::AUTHENTICATION_FAILED) => GatewayRefusal {
            reason: RefusalReason::Declined,
            gateway_code: code.and_then(clean_code),
        },
        Some(code) => GatewayRefusal {
            reason: reason::reason(code),
            gateway_code: clean_code(code),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use payments_core::tokenization::ActionUrl;

    use super::is_stripes;
    use crate::http::{AllowedHosts, BaseUrl};

    #[test]
    fn a_customer_is_sent_to_stripes_pages_or_to_where_stripe_is_called() {
        let extra = ["127.0.0.1:9000".to_owned()];
        let hosts = AllowedHosts::new(iter::empty(), &extra, false);
        let base = BaseUrl::parse("http://127.0.0.1:9000", &hosts).unwrap();
        let check = |text: &str, expected: bool| {
            let url = ActionUrl::parse(text).unwrap();
            assert_eq!(is_stripes(&url, &base), expected, "{text}");
        };
        check(
            "https://hooks.stripe.com/3d_secure_2/hosted?merchant=acct_1",
            true,
        );
        check("https://pay.stripe.com:443/x", true);
        check("http://127.0.0.1:9000/authenticate/seti_1", true);
        check("http://hooks.stripe.com/x", false);
        check("https://hooks.stripe.com:8443/x", false);
        check("https://hooks.stripe.com.evil.example/x", false);
        check("https://evilstripe.com/x", false);
        check("https://evil.example/?hooks.stripe.com", false);
        check("https://hooks.stripe.com@evil.example/x", false);
        check("https://user@hooks.stripe.com/x", false);
        check("http://127.0.0.1:9001/x", false);
        check("https://127.0.0.1:9000/x", false);
    }
}
