//! The provider by which people sign in to the console.

use payments_http::scope::Scope;
use payments_http::settings::{Sources, load, show};

use super::from_file;

const VALID: [(&str, &str); 6] = [
    ("issuer", "https://login.example"),
    ("client_id", "payments"),
    ("client_secret", "env:CONSOLE_SECRET"),
    (
        "redirect_url",
        "https://payments.example/console/openid-connect/callback/",
    ),
    ("roles__campaigns", "catalog,purchases"),
    ("roles__support", "support"),
];

fn variables(changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = VALID.iter().chain(changed);
    all.map(|(key, value)| {
        let name = format!("PAYMENTS__CONSOLE__OPENID_CONNECT__{}", key.to_uppercase());
        (name, (*value).to_owned())
    })
    .collect()
}

fn sources(environment: Vec<(String, String)>) -> Sources {
    Sources {
        files: Vec::new(),
        environment,
    }
}

fn problems(changed: &[(&str, &str)]) -> String {
    let loaded = load(&sources(variables(changed)));
    loaded.map_or_else(|error| error.to_string(), |_| String::new())
}

#[test]
fn roles_have_scopes_and_a_person_those_of_all_their_roles() {
    let settings = from_file(
        "[console.openid_connect]\nissuer = \"https://login.example\"\nclient_id = \"payments\"\n\
         redirect_url = \"https://payments.example/console/openid-connect/callback/\"\n\
         [console.openid_connect.roles]\ncampaigns = [\"catalog\"]\nsupport = [\"support\"]",
    );
    let provider = settings.expect("settings").console.openid_connect;
    let scopes = |roles: &[&str]| {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        provider.scopes_of(&roles)
    };
    assert!(scopes(&["campaigns"]).allow(Scope::Catalog));
    assert!(!scopes(&["campaigns"]).allow(Scope::Support));
    let both = scopes(&["support", "cooks", "campaigns"]);
    assert!(both.allow(Scope::Support) && both.allow(Scope::Read) && !both.allow(Scope::Admin));
    assert_eq!(scopes(&["cooks", "admin"]).names().count(), 0);
}

#[test]
fn what_is_wrong_is_said() {
    assert_eq!(problems(&[]), "");
    for (key, value, says) in [
        (
            "issuer",
            "http://login.example",
            "issuer must be a URL with https://",
        ),
        (
            "issuer",
            "http://127.0.0.1.evil.example",
            "issuer must be a URL",
        ),
        ("issuer", "https://", "issuer must be a URL"),
        (
            "redirect_url",
            "",
            "redirect_url must be the console's address",
        ),
        (
            "redirect_url",
            "http://payments.example/console/openid-connect/callback/",
            "redirect_url",
        ),
        (
            "redirect_url",
            "https://payments.example/",
            "redirect_url must be",
        ),
        ("client_id", "", "client_id is empty"),
        ("person_claim", "", "person_claim is empty"),
        ("scope", "profile", "scope must contain openid"),
        (
            "roles__campaigns",
            "everything",
            "roles.campaigns must be one or more of read",
        ),
        (
            "roles__campaigns",
            "",
            "roles.campaigns must be one or more of read",
        ),
    ] {
        let said = problems(&[(key, value)]);
        assert!(
            said.contains(&format!("console.openid_connect.{says}")),
            "{key}={value}: {said}"
        );
    }
    // Without an issuer, nothing of it counts.
    assert_eq!(
        problems(&[("issuer", ""), ("client_id", ""), ("scope", "")]),
        ""
    );
    for local in ["http://127.0.0.1:9000", "http://localhost:9000/realm"] {
        assert_eq!(problems(&[("issuer", local)]), "");
    }
}

#[test]
fn the_secret_is_never_shown_and_in_production_only_a_reference() {
    let mut environment = variables(&[
        ("client_secret", "hunter2"),
        ("issuer", "http://127.0.0.1:9000"),
    ]);
    let shown = show(&load(&sources(environment.clone())).expect("settings"));
    assert!(
        shown.contains("console.openid_connect.client_secret = \"********\""),
        "{shown}"
    );
    assert!(!shown.contains("hunter2"));
    environment.push(("PAYMENTS__ENVIRONMENT".to_owned(), "production".to_owned()));
    let error = load(&sources(environment))
        .expect_err("many problems")
        .to_string();
    assert!(
        error.contains("console.openid_connect.client_secret must be a reference"),
        "{error}"
    );
    assert!(!error.contains("hunter2"));
    assert!(
        error.contains("console.openid_connect.issuer must have https://"),
        "{error}"
    );
}

#[test]
fn with_four_eyes_production_wants_to_know_who_holds_a_token_that_writes() {
    let hash = "ab".repeat(32);
    let said = |person: &str, four_eyes: &str| {
        let mut environment = variables(&[]);
        let own = [
            ("ENVIRONMENT", "production"),
            ("CONSOLE__FOUR_EYES", four_eyes),
            ("MANAGE__TOKENS__ERP__SHA256", &*hash),
            ("MANAGE__TOKENS__ERP__SCOPES", "catalog"),
            ("MANAGE__TOKENS__ERP__PERSON", person),
        ];
        environment
            .extend(own.map(|(name, value)| (format!("PAYMENTS__{name}"), value.to_owned())));
        let error = load(&sources(environment))
            .expect_err("other problems")
            .to_string();
        error.contains("manage.tokens.erp.person: name who holds it")
    };
    assert!(said("", "true"));
    assert!(!said("anna", "true"));
    assert!(!said("", "false"));
}
