//! Cards for which the gateway requires an action of the customer.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_executor::block_on;
use futures_util::future::{join, join_all};
use payments_core::action::ActionId;
use payments_core::audit::{AuditOutcome, Author};
use payments_core::card_storage::{
    ActionSettings, ActionVerdict, FlowOwner, Reconciled, StorageRefusal, Verdict,
};
use payments_core::ports::{Erasure, Tokenizers};
use payments_core::testkit::fakes::{FakeFlows, Fault, FaultInjection, GatewayAct};
use payments_core::testkit::mocks::MockTokenizer;
use payments_core::tokenization::{
    ActionHandle, ActionUrl, GatewayAction, RefusalReason, Tokenized,
};

use super::harness::{NUMBER, OTHER_NUMBER, World, later, owner, pos, start};

/// A harness whose gateway requires an action for the next card.
pub(super) fn requiring_action(mut world: World) -> World {
    world.storage.settings_mut().actions = Some(ActionSettings {
        base_url: "https://shop.example/a/".to_owned(),
        lifetime_seconds: 900,
    });
    world.gateway.next(GatewayAct::AskCustomer);
    world
}

fn required_action(answer: Result<Verdict, StorageRefusal>) -> ActionId {
    match answer {
        Ok(Verdict::ActionRequired(id)) => id,
        other => panic!("{other:?}"),
    }
}

/// A harness in which the customer was sent to the gateway.
fn at_the_gateway() -> (World, FlowOwner, String, ActionId) {
    let (world, owner) = (requiring_action(World::new()), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    let id = required_action(world.enter(&owner, &code));
    (world, owner, code, id)
}

fn returned(world: &World, id: &ActionId) -> Option<ActionVerdict> {
    block_on(world.storage.finish_action(&world.catalog, id)).unwrap()
}

fn url(world: &World, id: &ActionId) -> Option<String> {
    let url = block_on(world.storage.action_url(&world.catalog, id)).unwrap();
    url.map(|url| url.as_str().to_owned())
}

fn reconcile(world: &World) -> Reconciled {
    block_on(world.storage.reconcile(&world.catalog, 100)).unwrap()
}

fn check_when_idle(world: &World) {
    world.run_until_idle();
    world.check();
}

#[test]
fn a_repeated_right_code_gets_the_same_url_and_counts_no_try() {
    let (world, owner, code, id) = at_the_gateway();
    assert_eq!(world.gateway.return_urls().len(), 1);
    let settings = world.storage.settings().actions.as_ref().unwrap();
    assert_eq!(world.gateway.return_urls()[0], settings.return_url(id));
    assert_eq!(
        url(&world, &id).as_deref(),
        Some("https://bank.example/action-1")
    );
    world.clock.advance(400);
    for _ in 0..20 {
        assert_eq!(required_action(world.enter(&owner, &code)), id);
    }
    assert_eq!(world.gateway.tokenize_calls(), 1);
    let tries = world.database.tries(owner.customer, later(0).date_naive());
    assert_eq!(tries, 0);
    assert!(world.database.cards().is_empty(), "nothing is saved yet");
}

#[test]
fn the_answer_to_a_code_entered_at_the_end_of_an_action_is_repeated_for_five_seconds() {
    let (world, owner, code, id) = at_the_gateway();
    world.clock.advance(899);
    assert!(world.gateway.approve());
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.clock.advance(4);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.clock.advance(1);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
}

#[test]
fn a_card_that_needs_an_action_is_refused_without_the_setting() {
    let (mut world, owner) = (requiring_action(World::new()), owner(7, 1));
    world.storage.settings_mut().actions = None;
    let code = world.ready(&owner, NUMBER);
    for _ in 0..2 {
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::GatewayRefused(RefusalReason::NotAllowed))
        ));
    }
    assert!(world.gateway.return_urls().is_empty());
    check_when_idle(&world);
}

#[test]
fn a_customer_is_not_sent_to_a_url_that_is_not_the_gateways() {
    let (mut world, owner) = (requiring_action(World::new()), owner(7, 1));
    let mut gateway = MockTokenizer::new();
    gateway.expect_tokenize().once().returning(|_, _| {
        Ok(Tokenized::ActionRequired(GatewayAction {
            handle: ActionHandle::parse("action-1").unwrap(),
            url: ActionUrl::parse("https://bank.example.com/action-1").unwrap(),
        }))
    });
    gateway.expect_needs_cvv().return_const(false);
    gateway.expect_is_own_url().once().return_const(false);
    world.storage.ports_mut().tokenizers = Tokenizers::default().with("fake", Arc::new(gateway));
    let code = world.ready(&owner, NUMBER);
    for _ in 0..2 {
        let verdict = world.enter(&owner, &code);
        assert!(!matches!(verdict, Ok(Verdict::ActionRequired(_))));
    }
}

#[test]
fn a_completed_action_saves_the_card_as_entered() {
    let (world, owner, code, id) = at_the_gateway();
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Pending));
    assert!(world.gateway.approve());
    for _ in 0..3 {
        assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    }
    assert_eq!(url(&world, &id), None, "its URL no longer redirects");
    let rows = world.database.cards();
    assert_eq!(rows.len(), 1);
    let card = &rows[0].card;
    assert_eq!((card.customer, card.pos), (owner.customer, pos(1)));
    assert_eq!(card.masked_number.as_str(), "552879******0008");
    assert_eq!(card.leading_digits.as_str(), "55287900");
    assert_eq!((card.expiry.month(), card.expiry.year()), (12, 2030));
    assert_eq!(card.holder.as_str(), "Ayşe Yılmaz");
    assert_eq!(card.name.as_ref().unwrap().as_str(), "Maaş");
    assert_eq!(card.consented_at, start());
    assert_eq!(card.consent_version.as_ref().unwrap().as_str(), "2026-11");
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Saved]);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    check_when_idle(&world);
}

#[test]
fn a_failed_action_is_reported_by_the_return_and_by_the_code() {
    let (world, owner, code, id) = at_the_gateway();
    assert!(world.gateway.decline());
    for _ in 0..2 {
        let refused = ActionVerdict::Refused(RefusalReason::Declined);
        assert_eq!(returned(&world, &id), Some(refused));
    }
    for _ in 0..2 {
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::GatewayRefused(RefusalReason::Declined))
        ));
    }
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Refused]);
    check_when_idle(&world);
}

#[test]
fn a_forged_action_id_is_unknown() {
    let (world, ..) = at_the_gateway();
    let forged = ActionId::parse(&"0".repeat(64)).unwrap();
    assert_eq!(url(&world, &forged), None);
    assert_eq!(returned(&world, &forged), None);
}

#[test]
fn a_webhook_finishes_only_the_intent_and_point_of_sale_it_names() {
    let (world, owner, code, id) = at_the_gateway();
    world.gateway.approve();
    let intent = world.database.intents()[0].intent.id.clone();
    let finish = |place| {
        let finish = world
            .storage
            .finish_action_of(&world.catalog, place, &intent);
        block_on(finish).unwrap()
    };
    assert_eq!(finish(pos(2)), None);
    assert!(world.database.cards().is_empty());
    assert_eq!(finish(pos(1)), Some(ActionVerdict::Saved));
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    check_when_idle(&world);
}

#[test]
fn one_of_concurrent_return_webhook_code_and_reconciler_saves_the_card() {
    for seed in 0..60 {
        let (world, owner) = (requiring_action(World::interleaved(seed)), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let id = required_action(world.enter(&owner, &code));
        world.gateway.approve();
        world.clock.advance(901);
        let intent = world.database.intents()[0].intent.id.clone();
        let (storage, catalog) = (&world.storage, &world.catalog);
        let returns = join_all((0..4).map(|_| storage.finish_action(catalog, &id)));
        let notices = join_all((0..4).map(|_| storage.finish_action_of(catalog, pos(1), &intent)));
        let rest = join(
            storage.reconcile(catalog, 100),
            world.enter_async(&owner, &code),
        );
        let ((returns, notices), _) = block_on(join(join(returns, notices), rest));
        for verdict in returns.into_iter().chain(notices) {
            assert_eq!(verdict.unwrap(), Some(ActionVerdict::Saved), "seed {seed}");
        }
        assert_eq!(world.database.cards().len(), 1);
        assert_eq!(world.audit_outcomes(), [AuditOutcome::Saved]);
        check_when_idle(&world);
    }
}

#[test]
fn an_abandoned_action_is_cancelled_at_the_gateway_after_its_deadline() {
    let (world, owner, code, id) = at_the_gateway();
    world.clock.advance(899);
    assert_eq!(reconcile(&world), Reconciled::default());
    world.clock.advance(2);
    assert_eq!(url(&world, &id), None, "its deadline has passed");
    let closed = Reconciled {
        intents_closed: 1,
        ..Reconciled::default()
    };
    assert_eq!(reconcile(&world), closed);
    assert!(!world.gateway.approve(), "it is too late to complete it");
    assert_eq!(
        returned(&world, &id),
        Some(ActionVerdict::Refused(RefusalReason::Other))
    );
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Refused]);
    check_when_idle(&world);
}

#[test]
fn a_reconciler_that_comes_before_the_deadline_waits_for_it() {
    let (mut world, owner) = (requiring_action(World::new()), owner(7, 1));
    world.storage.settings_mut().gateway_horizon_seconds = 60;
    let code = world.ready(&owner, NUMBER);
    let id = required_action(world.enter(&owner, &code));
    world.clock.advance(61);
    assert_eq!(reconcile(&world).still_open, 1);
    world.clock.advance(700);
    assert_eq!(
        reconcile(&world),
        Reconciled::default(),
        "no gateway is asked before"
    );
    assert!(world.gateway.approve());
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    check_when_idle(&world);
}

#[test]
fn an_action_completed_without_a_return_saves_the_card() {
    let (world, _, _, id) = at_the_gateway();
    world.gateway.approve();
    world.clock.advance(901);
    assert_eq!(reconcile(&world).intents_closed, 1);
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    assert_eq!(world.database.cards().len(), 1);
    check_when_idle(&world);
}

#[test]
fn a_gateway_that_is_unavailable_at_the_return_is_asked_again() {
    let (world, _, _, id) = at_the_gateway();
    world.gateway.approve();
    world.faults.fail("gateway.action", Fault::Before);
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Pending));
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    check_when_idle(&world);
}

#[test]
fn neither_the_session_nor_the_flow_store_is_needed_to_finish() {
    let (mut world, owner, code, id) = at_the_gateway();
    let flows = std::sync::Arc::new(FakeFlows::new(FaultInjection::default()));
    world.storage.ports_mut().flows = flows.clone();
    world.flows = flows;
    assert_eq!(
        required_action(world.enter(&owner, &code)),
        id,
        "the database recognizes the code"
    );
    world.gateway.approve();
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    check_when_idle(&world);
}

#[test]
fn a_customer_may_enter_another_card_meanwhile_and_both_are_saved() {
    let (world, owner, _, id) = at_the_gateway();
    let code = world.ready(&owner, OTHER_NUMBER);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.gateway.approve();
    assert_eq!(returned(&world, &id), Some(ActionVerdict::Saved));
    assert_eq!(world.database.cards().len(), 2);
    check_when_idle(&world);
}

#[test]
fn a_wrong_code_meanwhile_is_wrong() {
    let (world, owner, code, _) = at_the_gateway();
    assert!(matches!(
        world.enter(&owner, &super::harness::wrong(&code, 0)),
        Err(StorageRefusal::WrongCode { .. })
    ));
}

#[test]
fn the_card_of_a_customer_who_was_erased_meanwhile_is_not_saved() {
    for is_done in [true, false] {
        let (world, owner, _, id) = at_the_gateway();
        let author = Author {
            principal: "support".to_owned(),
            request_id: None,
            at: start() + TimeDelta::seconds(10),
        };
        block_on(world.database.erase(owner.customer, &author)).unwrap();
        assert_eq!(url(&world, &id), None);
        if is_done {
            world.gateway.approve();
            assert_eq!(returned(&world, &id), Some(ActionVerdict::NotSaved));
        }
        check_when_idle(&world);
        assert!(!world.gateway.approve(), "it is cancelled at the gateway");
        assert!(world.database.cards().is_empty());
    }
}

#[test]
fn a_token_that_contains_the_card_number_is_deleted_and_not_saved() {
    let (world, owner) = (requiring_action(World::new()), owner(7, 2));
    let code = world.ready(&owner, OTHER_NUMBER);
    required_action(world.enter(&owner, &code));
    world.gateway.decline();
    world.gateway.next(GatewayAct::AskCustomerAndReveal);
    let code = world.ready(&owner, NUMBER);
    let id = required_action(world.enter(&owner, &code));
    world.gateway.approve();
    assert_eq!(returned(&world, &id), Some(ActionVerdict::NotSaved));
    check_when_idle(&world);
    assert_eq!(returned(&world, &id), Some(ActionVerdict::NotSaved));
    assert!(world.database.cards().is_empty());
}
