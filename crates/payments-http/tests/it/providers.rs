//! `payments providers`, against the fakes of the providers.

use std::process::{Command, Output};
use std::sync::Arc;

use payments_gateways::fakes::{FakeCertificate, FakeIyzico, FakeNetgsm, FakeServer, FaultMode};

fn payments(folder: &std::path::Path, variables: &[(&str, String)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payments"));
    command
        .current_dir(folder)
        .args(arguments)
        .env("PAYMENTS__DEMO__ENABLED", "false");
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_provider_and_its_keys_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = payments(folder.path(), &[], &["providers", "list"]);
    assert!(listed.status.success());
    let listed = text(&listed.stdout);
    for word in [
        "iyzico",
        "craftgate",
        "stripe",
        "netgsm",
        "iletimerkezi",
        "twilio",
        "secret_key",
    ] {
        assert!(listed.contains(word), "{word}");
    }
}

#[test]
fn a_check_without_real_providers_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let checked = payments(folder.path(), &[], &["providers", "check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert!(text(&checked.stdout).contains("but the sandbox"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_calls_what_is_configured_and_fails_when_one_fails() {
    let iyzico = FakeIyzico::with_accounts(&[("fake-key", "fake-secret")]);
    let netgsm = FakeNetgsm::new("8500000000", "fake-password", "MAGAZA");
    let any = || std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let iyzico_server = FakeServer::start(any(), iyzico).await.unwrap();
    let netgsm_server = FakeServer::start(any(), Arc::clone(&netgsm) as _)
        .await
        .unwrap();

    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!(
        "[sms]\nproviders = [\"netgsm\"]\n[sms.settings.netgsm]\nbase_url = \"{}\"\nusercode = \"8500000000\"\n\
         password = \"env:NETGSM_PASSWORD\"\nheader = \"MAGAZA\"\n\
         [gateways]\nenabled = [\"iyzico\"]\nextra_hosts = [\"{}\", \"{}\"]\n",
        netgsm_server.base_url(),
        netgsm_server.authority(),
        iyzico_server.authority(),
    );
    std::fs::write(folder.path().join("shop.toml"), settings).unwrap();
    let document = format!(
        r#"{{"pos": [{{"pk": 1, "name": "iyzico", "slug": "main", "gateway": "iyzico", "is_active": true,
            "config": {{"base_url": "{}", "api_key": "fake-key", "secret_key": "env:IYZICO_SECRET"}}}}]}}"#,
        iyzico_server.base_url(),
    );
    std::fs::write(folder.path().join("shop.json"), document).unwrap();
    let variables = |secret: &str| {
        [
            ("NETGSM_PASSWORD", "fake-password".to_owned()),
            ("IYZICO_SECRET", secret.to_owned()),
        ]
    };
    let run = |secret: &str, arguments: &[&str]| {
        let arguments = [&["--config", "shop.toml"], arguments].concat();
        payments(folder.path(), &variables(secret), &arguments)
    };

    let imported = run("fake-secret", &["import", "shop.json"]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let good = run("fake-secret", &["providers", "check"]);
    assert_eq!(
        good.status.code(),
        Some(0),
        "{}{}",
        text(&good.stdout),
        text(&good.stderr)
    );
    let table = text(&good.stdout);
    assert_eq!(table.matches("yes      none     ok ").count(), 2, "{table}");

    netgsm_server.put(FaultMode::Redirect);
    let lost = run("fake-secret", &["providers", "check"]);
    assert_eq!(lost.status.code(), Some(1));
    let told = text(&lost.stdout);
    assert!(told.contains("HTTP 302 (base_url"), "{told}");
    netgsm_server.put(FaultMode::Well);

    let bad = run("another", &["providers", "check"]);
    assert_eq!(bad.status.code(), Some(1));
    let told = format!("{}{}", text(&bad.stdout), text(&bad.stderr));
    assert!(
        told.contains("misconfigured") && told.contains("secret_key"),
        "{told}"
    );
    assert!(!told.contains("another"), "{told}");
    assert!(netgsm.sent().all().is_empty(), "a check sends nothing");
}

/// A certificate, whether the settings trust its authority, and another port to call instead of the server's.
struct Host {
    certificate: FakeCertificate,
    is_trusted: bool,
    port: Option<u16>,
}

impl Host {
    fn under(host: &str, years: std::ops::Range<i32>, is_trusted: bool) -> Self {
        Self {
            certificate: FakeCertificate::new(host, years).expect("a certificate"),
            is_trusted,
            port: None,
        }
    }

    /// The output and exit code of a check of Netgsm at this host.
    async fn checked(&self) -> (Option<i32>, String) {
        let netgsm = FakeNetgsm::new("8500000000", "fake-password", "MAGAZA");
        let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let server = FakeServer::start_secured(any, netgsm, &self.certificate);
        let server = server.await.expect("a server");
        let host = match self.port {
            Some(port) => format!("localhost:{port}"),
            None => server.authority(),
        };
        let folder = tempfile::tempdir().expect("a folder");
        let trusted = if self.is_trusted { "ca.pem" } else { "" };
        std::fs::write(folder.path().join("ca.pem"), self.certificate.pem()).expect("written");
        let settings = format!(
            "[sms]\nproviders = [\"netgsm\"]\n[sms.settings.netgsm]\nbase_url = \"https://{host}\"\n\
             usercode = \"8500000000\"\npassword = \"fake-password\"\nheader = \"MAGAZA\"\n\
             [gateways]\nextra_hosts = [\"{host}\"]\nca_file = \"{trusted}\"\n"
        );
        std::fs::write(folder.path().join("shop.toml"), settings).expect("written");
        let arguments = ["--config", "shop.toml", "providers", "check"];
        let checked = payments(folder.path(), &[], &arguments);
        let said = [checked.stdout, checked.stderr].concat();
        (checked.status.code(), text(&said))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_what_is_wrong_with_a_host_and_which_setting_leads_there() {
    let good_years = 2020..2090;
    let unreachable = Host {
        port: Some(9),
        ..Host::under("localhost", good_years.clone(), true)
    };
    for (host, row, words) in [
        (
            Host::under("localhost", good_years.clone(), false),
            "yes      refused  ?",
            "certificate is self-signed, or of an authority that is not trusted (base_url; gateways.ca_file",
        ),
        (
            Host::under("localhost", 2020..2021, true),
            "yes      refused  ?",
            "certificate is expired or not valid yet (base_url",
        ),
        (
            Host::under("another.example", good_years.clone(), true),
            "yes      refused  ?",
            "certificate is another host's (base_url",
        ),
        (
            unreachable,
            "no       ?        ?",
            "no connection (base_url",
        ),
    ] {
        let (code, said) = host.checked().await;
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains(row) && said.contains(words),
            "{words}: {said}"
        );
    }
    let (code, said) = Host::under("localhost", good_years, true).checked().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("yes      ok       ok"), "{said}");
}
