//! The flow store of one process.

use payments_core::testkit::contract;
use payments_store::{FlowSettings, Flows, MemoryFlows, OpenFlowsError};

use crate::fixture::now;

#[tokio::test]
async fn flow_states_keep_their_obligations() {
    contract::flow_store(&MemoryFlows::new(), now()).await;
}

#[tokio::test]
async fn held_cards_keep_their_obligations() {
    contract::held_cards(&MemoryFlows::new(), now()).await;
}

#[tokio::test]
async fn a_url_of_no_flow_store_is_refused_without_repeating_it() {
    let refused = Flows::open(&FlowSettings::new("mongodb://user:secret@host/".to_owned())).await;
    let error = refused.expect_err("no flow store");
    assert!(matches!(error, OpenFlowsError::UnknownUrl));
    assert!(error.to_string().starts_with("flows.url ") && !error.to_string().contains("secret"));
}
