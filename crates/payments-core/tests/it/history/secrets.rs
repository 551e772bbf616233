//! Secrets of restored points of sale.

use payments_core::history::{Objects, Restoration};
use payments_core::record::{Effect, Key, Part, Record};
use serde_json::{Value, json};

use super::pos;

#[test]
fn a_restored_point_of_sale_keeps_the_present_secrets_of_its_accounts() {
    let then = pos(
        "Old",
        &json!({"locale": "tr", "accounts": {"former": {"locale": "en"}}}),
    );
    let config = json!({"api_key": "present", "locale": "en", "accounts": {
        "former": {"api_key": "former"}, "other": {"api_key": "other"}}});
    let present = pos("New", &config);
    let place = (Part::Pos, Key::Pk(1));
    let of = |record: &Record| Objects::from([(place.clone(), record.clone())]);
    let config_of = |restoration: &Restoration| match &restoration.objects[..] {
        [(Record::Pos(pos), Effect::Updates)] => Value::from(pos.config.clone()),
        other => panic!("one point of sale is restored: {other:?}"),
    };
    let restoration = Restoration::of(of(&then), &of(&present));
    let kept = json!({"api_key": "present", "locale": "tr", "accounts": {
        "former": {"api_key": "former", "locale": "en"}}});
    assert_eq!(config_of(&restoration), kept);

    let moved = json!({"account": "second", "api_key": "second", "accounts": {"main": {"api_key": "main"}}});
    let restoration = Restoration::of(of(&then), &of(&pos("New", &moved)));
    assert_eq!(config_of(&restoration)["api_key"], "main");

    let reference = pos("Old", &json!({"api_key": "env:KEY"}));
    let restoration = Restoration::of(of(&reference), &of(&present));
    assert_eq!(config_of(&restoration), json!({"api_key": "env:KEY"}));
}
