//! What became of a cardholder who was sent to authenticate.

use payments_core::card::{CardToken, ProviderCustomerKey};
use payments_core::catalog::Pos;
use payments_core::ports::{
    ActionHandle, ActionOutcome, ActionUrl, GatewayRefusal, IssuedToken, RefusalReason,
};
use reqwest::Url;

use super::message::{Object, SetupIntent};
use super::{Account, StripeTokenizer, UNUSABLE_TOKEN, reason};
use crate::http::{BaseUrl, Form, percent_encoded};
use crate::outcome::{Trouble, clean_code};

/// The hosts of Stripe's own pages end so.
const PAGES: &str = ".stripe.com";

/// Whether a URL is of a page of Stripe's, or of the place where the account is called instead.
pub(super) fn is_stripes(url: &ActionUrl, base: &BaseUrl) -> bool {
    let Ok(url) = Url::parse(url.as_str()) else {
        return false;
    };
    let is_bare = url.username().is_empty() && url.password().is_none();
    let host = url.host_str().unwrap_or_default();
    let is_page = url.scheme() == "https" && url.port().is_none() && host.ends_with(PAGES);
    is_bare && (is_page || base.is_origin_of(&url))
}

impl StripeTokenizer {
    /// Asks how the setup intent stands. What the browser brought back is not looked at.
    pub(super) async fn outcome_of(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Trouble> {
        let account = Account::read(&pos.config, &self.wiring)?;
        let id = percent_encoded(handle.as_str());
        let path = format!("/v1/setup_intents/{id}?expand%5B%5D=payment_method");
        match self.get::<SetupIntent>(&account, &path).await {
            Ok(intent) => outcome(intent),
            Err(missing) if reason::says_no_such_object(&missing) => {
                Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// Cancels the setup intent. One that has succeeded or was cancelled cannot be: then it says how it stands.
    pub(super) async fn cancelled(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Trouble> {
        let account = Account::read(&pos.config, &self.wiring)?;
        let id = percent_encoded(handle.as_str());
        let path = format!("/v1/setup_intents/{id}/cancel");
        // A key of its own: under one that is made of the id, a failure would be answered again for a day.
        let key = self.wiring.random_hex::<16>();
        let form = Form::new;
        let posted = self.post::<SetupIntent>(&account, &path, &key, &form).await;
        match posted {
            Ok(intent) if intent.status == "canceled" => outcome(intent),
            Ok(_) => Err(Trouble::Unknown {
                what: "the setup intent is not cancelled",
            }),
            Err(trouble) => match self.outcome_of(pos, handle).await? {
                ActionOutcome::Pending => Err(trouble),
                decided @ (ActionOutcome::Issued(_) | ActionOutcome::Refused(_)) => Ok(decided),
            },
        }
    }
}

fn outcome(intent: SetupIntent) -> Result<ActionOutcome, Trouble> {
    match intent.status.as_str() {
        "succeeded" => issued(intent).map(ActionOutcome::Issued),
        "canceled" => Ok(ActionOutcome::Refused(GatewayRefusal {
            reason: RefusalReason::Other,
            gateway_code: clean_code(&intent.status),
        })),
        // The card was refused. Only we could confirm it with another one, and do not.
        "requires_payment_method" => Ok(ActionOutcome::Refused(refusal(&intent))),
        "requires_action" | "requires_confirmation" | "processing" => Ok(ActionOutcome::Pending),
        _ => Err(Trouble::Unknown {
            what: "the setup intent is not decided",
        }),
    }
}

fn issued(intent: SetupIntent) -> Result<IssuedToken, Trouble> {
    let customer = intent.customer.as_deref().map(ProviderCustomerKey::parse);
    let method: Object =
        serde_json::from_value(intent.payment_method).map_err(|_| UNUSABLE_TOKEN)?;
    Ok(IssuedToken {
        token: CardToken::parse(&method.id).map_err(|_| UNUSABLE_TOKEN)?,
        provider_customer_key: customer.transpose().map_err(|_| UNUSABLE_TOKEN)?,
        facts: method.facts(),
    })
}

/// An authentication that failed is the cardholder's own affair with the bank: the card is declined.
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
    use payments_core::ports::ActionUrl;

    use super::is_stripes;
    use crate::http::{HttpSettings, Outgoing};

    #[test]
    fn a_customer_is_sent_to_stripes_pages_or_to_where_stripe_is_called() {
        let settings = HttpSettings {
            extra_hosts: vec!["127.0.0.1:9000".to_owned()],
            ..HttpSettings::default()
        };
        let base = Outgoing::new(&settings)
            .unwrap()
            .base_url("http://127.0.0.1:9000")
            .unwrap();
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
