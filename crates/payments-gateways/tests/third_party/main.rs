//! The adapters against what others wrote: official clients, an independent Stripe, and a mock server over a published
//! OpenAPI document.
//!
//! `cargo xtask test` installs all of it below `target/third-parties` and names the folder in the environment. Without it
//! every test here counts as skipped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod craftgate;
mod harness;
mod inputs;
mod iyzico;
mod localstripe;
mod netgsm;
mod parties;
mod prism;
mod program;
mod recorder;
mod stripe_table;
mod twilio;

use std::process::ExitCode;

use harness::{Test, test};

fn main() -> ExitCode {
    let tests: Vec<Test> = vec![
        test(
            "iyzico::requests_and_signatures_are_those_of_the_node_client",
            iyzico::node,
        ),
        test(
            "iyzico::requests_and_signatures_are_those_of_the_python_client",
            iyzico::python,
        ),
        test(
            "craftgate::requests_and_signatures_are_those_of_the_node_client",
            craftgate::node,
        ),
        test(
            "craftgate::requests_and_signatures_are_those_of_the_python_client",
            craftgate::python,
        ),
        test(
            "netgsm::requests_are_those_of_the_node_client",
            netgsm::node,
        ),
        test(
            "netgsm::questions_are_those_of_the_python_client",
            netgsm::python,
        ),
        test(
            "twilio::requests_are_those_of_the_node_client",
            twilio::node,
        ),
        test(
            "twilio::requests_are_those_of_the_python_client",
            twilio::python,
        ),
        test(
            "twilio::reports_signed_by_the_node_client_are_read",
            twilio::node_signatures,
        ),
        test(
            "twilio::reports_signed_by_the_python_client_are_read",
            twilio::python_signatures,
        ),
        test(
            "prism::twilio_takes_what_its_openapi_document_allows",
            prism::takes,
        ),
        test(
            "prism::twilio_refuses_what_its_openapi_document_forbids",
            prism::refuses,
        ),
        test(
            "localstripe::a_card_is_stored_and_detached",
            localstripe::stores,
        ),
        test(
            "localstripe::a_card_that_needs_authentication_is_refused_and_its_intent_cancelled",
            localstripe::needs_authentication,
        ),
        test(
            "stripe_table::the_fakes_table_is_made_of_the_library_it_names",
            stripe_table::is_up_to_date,
        ),
    ];
    harness::run(tests)
}
