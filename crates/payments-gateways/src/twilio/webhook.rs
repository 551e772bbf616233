//! Twilio's delivery reports, which it signs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::callback::signed_forms;
use crate::sms::DeliveryState;

/// Reads delivery reports of one account.
pub struct TwilioWebhook {
    auth_token: Zeroizing<String>,
}

/// A report that was not signed by Twilio, or is incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// The signature is wrong.
    #[error("the signature is not valid")]
    Signature,
    /// It has no message id or no state.
    #[error("the report has no message or no state")]
    Incomplete,
}

impl TwilioWebhook {
    /// For the account with this auth token.
    pub fn new(auth_token: Zeroizing<String>) -> Self {
        Self { auth_token }
    }

    /// Verifies a report's `X-Twilio-Signature` (in constant time) and returns the message's id and state. `url` is the
    /// whole URL as given to Twilio; `parameters` are the form's decoded pairs.
    ///
    /// # Errors
    /// [`WebhookRefused`] for a wrong signature, or a report without an id or a state.
    pub fn read(
        &self,
        url: &str,
        parameters: &[(String, String)],
        signature: &str,
    ) -> Result<(String, DeliveryState), WebhookRefused> {
        let signature = STANDARD
            .decode(signature)
            .map_err(|_| WebhookRefused::Signature)?;
        let signs = |url: &String| {
            let mac = self.mac(url, parameters);
            mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
        };
        if !signed_forms(url).iter().any(signs) {
            return Err(WebhookRefused::Signature);
        }
        let value = |name: &str| {
            parameters
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value)
        };
        let message = value("MessageSid").ok_or(WebhookRefused::Incomplete)?;
        let state = value("MessageStatus").ok_or(WebhookRefused::Incomplete)?;
        Ok((message.clone(), delivery_state(state)))
    }

    /// HMAC-SHA1 over the URL and the pairs in the order of their names, equal ones once (source: Twilio's
    /// documentation, "Validating requests", and its libraries).
    fn mac(&self, url: &str, parameters: &[(String, String)]) -> Option<Hmac<Sha1>> {
        let mut mac = Hmac::<Sha1>::new_from_slice(self.auth_token.as_bytes()).ok()?;
        mac.update(url.as_bytes());
        let mut pairs: Vec<_> = parameters.iter().collect();
        pairs.sort();
        pairs.dedup();
        for (name, value) in pairs {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        Some(mac)
    }
}

fn delivery_state(status: &str) -> DeliveryState {
    match status {
        "delivered" | "read" => DeliveryState::Delivered,
        "undelivered" | "failed" | "canceled" => DeliveryState::Failed,
        _ => DeliveryState::OnItsWay,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        DeliveryState, Engine, Hmac, KeyInit, Mac, STANDARD, Sha1, TwilioWebhook, WebhookRefused,
    };

    const URL: &str = "https://example.com/twilio/status?foo=1";
    const SIGNATURE: &str = "STVasRHTt/g6XpwPm5Q9R82oNko=";

    fn report(status: &str) -> Vec<(String, String)> {
        let pairs = [
            ("To", "+905551234567"),
            ("AccountSid", "ACxxx"),
            ("From", "+15005550006"),
            ("MessageSid", "SM123"),
            ("MessageStatus", status),
        ];
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    fn webhook() -> TwilioWebhook {
        TwilioWebhook::new("12345".to_owned().into())
    }

    #[test]
    fn a_report_signed_by_twilio_is_read() {
        let read = webhook().read(URL, &report("delivered"), SIGNATURE);
        assert_eq!(read, Ok(("SM123".to_owned(), DeliveryState::Delivered)));
    }

    /// Signed as Twilio does it, over these words.
    fn signed(words: &str) -> String {
        let mac = Hmac::<Sha1>::new_from_slice(b"12345").unwrap();
        STANDARD.encode(mac.chain_update(words).finalize().into_bytes())
    }

    #[test]
    fn a_report_to_a_url_with_a_fragment_or_another_form_of_the_port_is_read() {
        let words =
            "AccountSidACxxxFrom+15005550006MessageSidSM123MessageStatusdeliveredTo+905551234567";
        for (told, called) in [
            ("https://s.example/t?a=1#rc=5", "https://s.example/t?a=1"),
            ("https://s.example/t", "https://s.example:443/t"),
            ("https://s.example:443/t", "https://s.example/t"),
            ("https://s.example:8443/t", "https://s.example/t"),
        ] {
            let signature = signed(&format!("{called}{words}"));
            let read = webhook().read(told, &report("delivered"), &signature);
            assert!(read.is_ok(), "{told} {called}");
        }
        let elsewhere = signed(&format!("https://s.example:444/t{words}"));
        let refused = webhook().read("https://s.example/t", &report("delivered"), &elsewhere);
        assert_eq!(refused, Err(WebhookRefused::Signature));
    }

    #[test]
    fn a_parameter_that_is_repeated_with_the_same_value_is_signed_once() {
        let mut twice = report("delivered");
        twice.extend(report("delivered"));
        assert!(webhook().read(URL, &twice, SIGNATURE).is_ok());
        twice.extend(report("failed"));
        assert!(webhook().read(URL, &twice, SIGNATURE).is_err());
    }

    #[test]
    fn a_report_changed_on_the_way_is_refused() {
        let refused = Err(WebhookRefused::Signature);
        assert_eq!(webhook().read(URL, &report("failed"), SIGNATURE), refused);
        assert_eq!(
            webhook().read("https://example.com/", &report("delivered"), SIGNATURE),
            refused
        );
        assert_eq!(webhook().read(URL, &report("delivered"), ""), refused);
        assert_eq!(
            webhook().read(URL, &report("delivered"), "no base64!"),
            refused
        );
    }
}
