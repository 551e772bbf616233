//! Commands to try, printed when the demo store is served.

use payments_demo::{CUSTOMER_SESSION, TOKEN, VISITOR_SESSION};

use crate::state::AppState;

/// The commands, if the demo is enabled.
pub fn of(state: &AppState) -> Option<String> {
    let cookie = &state.settings.session.cookie_name;
    state
        .settings
        .demo
        .enabled
        .then(|| lines(&state.public_url, cookie))
}

/// The commands for a service at this URL.
pub fn lines(url: &str, cookie: &str) -> String {
    format!(
        r#"
The demo store is open at {url}  (description: {url}/docs/)
Paste any of these into another terminal; the blocks work one by one.

# A product's cards and installments, for anyone
curl -s {url}/payments/cards/product/1/

# A demo customer's basket and pre-order
curl -s -b {cookie}={CUSTOMER_SESSION} -H 'Accept-Language: en' {url}/payments/cards/basket/
curl -s -b {cookie}={CUSTOMER_SESSION} -H 'Accept-Language: en' {url}/payments/cards/pre-order/
curl -s -b {cookie}={VISITOR_SESSION} {url}/payments/cards/basket/

# The Masterpass configuration
curl -s {url}/masterpass-js/

# Save a card: CSRF token, card, code by SMS (in the outbox), code, and the list of saved cards
CSRF=$(curl -s -b {cookie}={CUSTOMER_SESSION} {url}/csrf_token/ | sed 's/.*"csrf_token":"\([^"]*\)".*/\1/')
curl -s -w '%{{http_code}}\n' -b {cookie}={CUSTOMER_SESSION} -H "X-Csrftoken: $CSRF" -H 'Content-Type: application/json' -d '{{"card_holder":"DEMO CUSTOMER","card_number":"5528790000000008","card_month":"12","card_year":"2035","card_cvv":"123","consent":true}}' {url}/payments/stored-cards/card/
curl -s -w '%{{http_code}}\n' -b {cookie}={CUSTOMER_SESSION} -H "X-Csrftoken: $CSRF" -H 'Content-Type: application/json' -d '{{"phone_number":"05551234567"}}' {url}/payments/stored-cards/phone-number/
CODE=$(curl -s {url}/sandbox/outbox/ | grep -oE '"text":"[^"]*' | head -n 1 | grep -oE '[0-9]{{4,8}}')
curl -s -w '%{{http_code}}\n' -b {cookie}={CUSTOMER_SESSION} -H "X-Csrftoken: $CSRF" -H 'Content-Type: application/json' -d "{{\"otp\":\"$CODE\"}}" {url}/payments/stored-cards/otp/
curl -s -b {cookie}={CUSTOMER_SESSION} -H "X-Csrftoken: $CSRF" {url}/payments/stored-cards/

# Manage: why a plan is not offered, and everything as one document
curl -s -H 'Authorization: Bearer {TOKEN}' '{url}/manage/v1/explain/?context=product&pk=2&language=en'
curl -s -H 'Authorization: Bearer {TOKEN}' {url}/manage/v1/export/

"#
    )
}
