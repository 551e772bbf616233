//! Management tokens.

use payments_http::scope::Scope;
use payments_http::settings::{load, show};

use super::{from_environment, from_file, sources};

#[test]
fn tokens_have_scopes_and_an_end_and_production_wants_them() {
    let hash = "ab".repeat(32);
    let other = "cd".repeat(32);
    let settings = from_file(&format!(
        "[manage.tokens]\nerp = {{ sha256 = \"{hash}\", scopes = [\"catalog\", \"support\"], \
         expires_at = 2031-01-01T00:00:00Z }}\nold = \"{other}\""
    ))
    .expect("settings");
    let erp = &settings.manage.tokens["erp"];
    let scopes = erp.scopes().expect("scopes");
    assert!(scopes.allow(Scope::Read) && scopes.allow(Scope::Support));
    assert!(!scopes.allow(Scope::Purchases) && !scopes.allow(Scope::Admin));
    let end = "2031-01-01T00:00:00Z".parse().expect("a time");
    assert_eq!(erp.expires_at(), Some(Some(end)));
    let old = &settings.manage.tokens["old"];
    assert!(old.scopes().expect("scopes").allow(Scope::Admin));
    let from_variables = from_environment(&[
        ("PAYMENTS__MANAGE__TOKENS__ERP__SHA256", &hash),
        ("PAYMENTS__MANAGE__TOKENS__ERP__SCOPES", "read,support"),
    ])
    .expect("settings");
    let scopes = from_variables.manage.tokens["erp"].scopes();
    assert!(scopes.expect("scopes").allow(Scope::Support));

    for (text, says) in [
        (
            format!("erp = {{ sha256 = \"{hash}\", scopes = [] }}"),
            "manage.tokens.erp.scopes must be one or more of read, catalog",
        ),
        (
            format!("erp = {{ sha256 = \"{hash}\", scopes = [\"all\"] }}"),
            "manage.tokens.erp.scopes",
        ),
        (
            "erp = { sha256 = \"x\", scopes = [\"read\"] }".to_owned(),
            "manage.tokens.erp must hold a SHA-256",
        ),
        (
            format!("erp = {{ sha256 = \"{hash}\", scopes = [\"read\"], expires_at = \"soon\" }}"),
            "manage.tokens.erp.expires_at",
        ),
        (
            format!("erp = {{ sha256 = \"{hash}\", scope = [\"read\"] }}"),
            "manage.tokens.erp must be a table with sha256, scopes and expires_at",
        ),
        (
            format!("erp = \"{hash}\"\nshop = \"{hash}\""),
            "manage.tokens.shop is the same token as another one",
        ),
        (
            format!(
                "anna = \"{other}\"\nerp = {{ sha256 = \"{hash}\", scopes = [\"read\"], person = \"anna\" }}"
            ),
            "manage.tokens.erp.person is the name of another token",
        ),
        (
            format!(
                "erp = {{ sha256 = \"{hash}\", scopes = [\"read\"], person = \"ben (approved by anna)\" }}"
            ),
            "manage.tokens.erp.person must be at most 43 letters",
        ),
    ] {
        let error = from_file(&format!("[manage.tokens]\n{text}")).expect_err(&text);
        assert!(error.to_string().contains(says), "{text}: {error}");
    }
    let of_production = from_environment(&[
        ("PAYMENTS__ENVIRONMENT", "production"),
        ("PAYMENTS__MANAGE__TOKENS__ERP", &hash),
    ]);
    let error = of_production.expect_err("production").to_string();
    assert!(
        error.contains("manage.tokens.erp: production wants scopes"),
        "{error}"
    );
    let shown = show(
        &load(&sources(&[
            ("PAYMENTS__MANAGE__TOKENS__SCOPES", &other),
            ("PAYMENTS__MANAGE__TOKENS__ERP__SHA256", &hash),
            ("PAYMENTS__MANAGE__TOKENS__ERP__SCOPES", "read"),
        ]))
        .expect("settings"),
    );
    assert!(!shown.contains(&hash) && !shown.contains(&other), "{shown}");
    assert!(
        shown.contains("manage.tokens.erp.scopes = [\"read\"]"),
        "{shown}"
    );
}
