//! Keys of objects, and secrets.

use payments_core::catalog::Policy;
use payments_core::import::{Document, Written, write_document};
use payments_core::record::{Key, Part};
use payments_core::session::SessionId;
use payments_core::slug::Slug;
use serde_json::{Value, json};

use super::{card, check, mistakes, parse, policy};

#[test]
fn a_session_is_kept_by_its_digest_and_written_without_its_id() {
    let id = "demo_visitor_00000000000000000001";
    let document =
        parse(&json!({"sessions": [{"id": id, "expires_at": "2027-01-01T00:00:00Z"}]})).unwrap();
    let record = &document.change().upserts[0];
    assert_eq!(
        record.key(),
        Key::Session(SessionId::parse(id).unwrap().digest())
    );
    assert_eq!(
        serde_json::to_value(Written(record)).unwrap(),
        json!({"customer": null, "basket": null, "pre_order": null, "expires_at": "2027-01-01T00:00:00Z"}),
    );
    let exported: Value =
        serde_json::from_str(&write_document(&document.change().upserts).unwrap()).unwrap();
    assert!(exported.get("sessions").is_none());
    check(
        &json!({"sessions": [{"id": "short", "expires_at": "2027-01-01T00:00:00Z"}]}),
        &["/sessions/0/id: use 22 to 128 letters, digits and underscores"],
    );
}

#[test]
fn a_secret_is_a_reference_unless_the_policy_says_otherwise() {
    let pos = |config: Value| json!({"pos": [{"pk": 1, "name": "A", "slug": "a", "gateway": "iyzico", "config": config}]});
    parse(&pos(
        json!({"secret_key": "env:IYZICO_SECRET", "api_key": "file:/run/secrets/key"}),
    ))
    .unwrap();
    for name in [
        "secret_key",
        "API-KEY",
        "password",
        "merchant_key",
        "client_secret",
        "storeKey_token",
    ] {
        let messages = mistakes(&pos(json!({name: "hunter2"})).to_string());
        assert_eq!(
            messages,
            [format!(
                "/pos/0/config/{name}: name the secret, as env:NAME or file:/path, instead of giving it"
            )]
        );
    }
    check(
        &pos(json!({"base": "env:1 2"})),
        &["/pos/0/config/base: use env:NAME or file:/path"],
    );
    let lenient = Policy {
        literal_secrets: true,
        ..policy()
    };
    let document = Document::parse(
        pos(json!({"secret_key": "hunter2", "terminal": "7"}))
            .to_string()
            .as_bytes(),
        &lenient,
    )
    .unwrap();
    let written = serde_json::to_value(Written(&document.change().upserts[0])).unwrap();
    assert_eq!(
        written["config"],
        json!({"terminal": "7"}),
        "a literal secret is never given out"
    );
}

#[test]
fn a_masterpass_configuration_is_checked_when_it_is_written() {
    let pos = |config: Value| json!({"pos": [{"pk": 2, "name": "M", "slug": "m", "gateway": "masterpass", "config": config}]});
    let url = "https://mp.example.com/orders/?page=MasterpassCompletePage";
    parse(&pos(
        json!({"js": url, "client_id": "1", "merchant_id": "2", "s3d_return_url": url}),
    ))
    .unwrap();
    check(
        &pos(
            json!({"js": "http://mp.example.com/x.js", "client_id": "1", "s3d_return_url": "https://evil.example/"}),
        ),
        &[
            "/pos/0/config/js: use an absolute https URL",
            "/pos/0/config/merchant_id: this is required",
            "/pos/0/config/s3d_return_url: this host is not allowed",
        ],
    );
}

#[test]
fn an_object_may_leave_the_paths_key_out_but_not_contradict_it() {
    let put = |part, key, body: Value| {
        Document::parse_object(part, key, body.to_string().as_bytes(), &policy())
    };
    let bank = put(Part::Banks, Key::Pk(5), json!({"name": "A", "slug": "a"})).unwrap();
    assert_eq!(bank.change().upserts[0].key(), Key::Pk(5));
    put(
        Part::Banks,
        Key::Pk(5),
        json!({"pk": 5, "name": "A", "slug": "a"}),
    )
    .unwrap();
    let messages = put(
        Part::Banks,
        Key::Pk(5),
        json!({"pk": 6, "name": "A", "slug": "a"}),
    )
    .unwrap_err();
    assert_eq!(
        messages[0].to_string(),
        "/pk: this is not the key in the path"
    );
    let slug = Slug::parse("gold").unwrap();
    let rule = put(
        Part::Rules,
        Key::Slug(slug.clone()),
        json!({"name": "Gold"}),
    )
    .unwrap();
    assert_eq!(rule.change().upserts[0].key(), Key::Slug(slug));
    let card =
        card(&json!([{"pk": 11, "installment_count": 1, "interest_rate": 0}]))["cards"][0].take();
    put(Part::Cards, Key::Pk(1), card).unwrap();
}

#[test]
fn former_accounts_are_checked_and_returned_like_the_current_one() {
    let pos = |config: Value| json!({"pos": [{"pk": 1, "name": "A", "slug": "a", "gateway": "iyzico", "config": config}]});
    let good = json!({
        "account": "new", "api_key": "env:NEW_KEY",
        "accounts": {"main": {"api_key": "env:OLD_KEY", "base_url": "https://api.iyzipay.com"}},
    });
    parse(&pos(good)).unwrap();
    for (config, mistake) in [
        (
            json!({"account": "New account"}),
            "/account: use 1 to 64 lower-case letters and digits, joined by single dashes or underscores",
        ),
        (json!({"accounts": []}), "/accounts: use an object"),
        (
            json!({"accounts": {"main": {}}}),
            "/accounts/main: this is the current account: put its settings into the configuration itself",
        ),
        (
            json!({"accounts": {"Old": {}}}),
            "/accounts/Old: use 1 to 64 lower-case letters and digits, joined by single dashes or underscores",
        ),
        (
            json!({"accounts": {"old": "env:OLD"}}),
            "/accounts/old: use an object",
        ),
        (
            json!({"accounts": {"old": {"secret_key": "hunter2"}}}),
            "/accounts/old/secret_key: name the secret, as env:NAME or file:/path, instead of giving it",
        ),
    ] {
        check(&pos(config), &[format!("/pos/0/config{mistake}").as_str()]);
    }
    let lenient = Policy {
        literal_secrets: true,
        ..policy()
    };
    let config = json!({"accounts": {"old": {"secret_key": "hunter2", "terminal": "7"}}});
    let document = Document::parse(pos(config).to_string().as_bytes(), &lenient).unwrap();
    let written = serde_json::to_value(Written(&document.change().upserts[0])).unwrap();
    assert_eq!(
        written["config"],
        json!({"accounts": {"old": {"terminal": "7"}}})
    );
}
