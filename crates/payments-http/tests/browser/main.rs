//! The demo store, the component and the console in a real browser: Debian's `chromium-headless-shell` and `chromium-driver` over the `WebDriver`
//! protocol, against a service on a random port. axe-core comes from npm, once, into `target/`.
//!
//! Without a browser, its driver or npm these tests fail with one line that says what is missing.

#![expect(
    clippy::expect_used,
    reason = "a helper of the tests fails the test that calls it"
)]

mod axe;
mod browser;
mod card_form;
mod component;
mod component_attributes;
mod console;
mod console_catalog;
mod console_customers;
mod console_openid_connect;
mod console_pages;
mod console_status;
mod console_work;
mod docs;
mod driver;
mod failures;
mod first_page;
mod journeys;
mod keyboard;
mod leftovers;
mod outages;
mod paying;
mod paying_changes;
mod pictures;
mod product_page;
mod profile;
mod shop;
mod themes;
mod three_d_secure;
mod weight;
mod wire;
mod words;
