//! `check-settings`.

use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

use crate::command_line::{payments, text};

/// Two random-looking keys.
fn keys() -> [String; 2] {
    [b'a', b'b'].map(|byte| STANDARD.encode([byte; 32]))
}

/// What `check-settings` does with one setting.
fn check(setting: &str, value: &str) -> Output {
    let folder = TempDir::new().expect("a folder");
    payments(&folder, &["check-settings"], &[(setting, value)])
}

#[test]
fn check_settings_says_which_step_of_a_key_rotation_a_ring_is_in() {
    let keys = keys();
    let (old, new) = (format!("1:{}", keys[0]), format!("2:{}", keys[1]));
    let check = |ring: &str| check("PAYMENTS__SECURITY__KEY_RING", ring);
    for (ring, words) in [
        (old.clone(), "encrypts with key 1; no rotation in progress"),
        (
            format!("{old},{new}"),
            "encrypts with key 1; decrypts only: 2; step 1 of 3: put key 2 first once every process has this ring",
        ),
        (
            format!("{new},{old}"),
            "encrypts with key 2; decrypts only: 1; step 2 of 3: drop key 1 once every process has had this ring for 10 minutes",
        ),
    ] {
        let said = check(&ring);
        assert!(said.status.success(), "{}", text(&said.stderr));
        let said = text(&said.stdout);
        let line = format!("# security.key_ring: {words}");
        assert!(said.lines().any(|one| one == line), "{said}");
        assert!(!keys.iter().any(|key| said.contains(key)), "{said}");
    }
    for (ring, words) in [
        (format!("{old},2:{}", keys[0]), "one key under two ids"),
        (
            format!("{old},1:{}", keys[1]),
            "two keys of the ring have the same id",
        ),
    ] {
        let refused = check(&ring);
        assert_eq!(refused.status.code(), Some(2));
        assert!(
            text(&refused.stderr).contains(words),
            "{}",
            text(&refused.stderr)
        );
    }
}

#[test]
fn check_settings_says_which_keys_sign_and_verify_quotes_without_showing_them() {
    let keys = keys();
    let (old, new) = (format!("1:{}", keys[0]), format!("2:{}", keys[1]));
    let check = |list: &str| check("PAYMENTS__QUOTES__KEYS", list);
    for (list, words) in [
        (old.clone(), "signs with key 1; no rotation in progress"),
        (
            format!("{new}, {old}"),
            "signs with key 2; verifies also with: 1",
        ),
    ] {
        let said = text(&check(&list).stdout);
        let line = format!("# quotes.keys: {words}");
        assert!(said.lines().any(|one| one == line), "{said}");
        assert!(said.contains("quotes.keys = \"********\""), "{said}");
        assert!(!keys.iter().any(|key| said.contains(key)), "{said}");
    }
    for list in [
        format!("{old},2:{}", keys[0]),
        format!("{old},1:{}", keys[1]),
        format!("1:{}", STANDARD.encode([b'a'; 31])),
        keys[0].clone(),
        vec![old.clone(); 9].join(","),
    ] {
        let refused = check(&list);
        assert_eq!(refused.status.code(), Some(2), "{list}");
        let said = text(&refused.stderr);
        assert!(said.contains("quotes.keys"), "{said}");
        assert!(!keys.iter().any(|key| said.contains(key)), "{said}");
    }
}

#[test]
fn check_settings_prints_what_is_in_force() {
    let folder = TempDir::new().expect("a folder");
    let done = payments(
        &folder,
        &["check-settings"],
        &[("PAYMENTS__HTTP__BIND", "127.0.0.1:1")],
    );
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(
        text(&done.stdout).contains("http.bind = \"127.0.0.1:1\""),
        "{}",
        text(&done.stdout)
    );
    assert_eq!(
        std::fs::read_dir(&folder).expect("a folder").count(),
        0,
        "nothing was made"
    );
}

#[test]
fn a_setting_that_serve_refuses_is_refused_by_check_settings_too() {
    for (variable, value) in [
        ("PAYMENTS__DATABASE__URL", "file:x.db"),
        ("PAYMENTS__DATABASE__URL", "mysql://u:p@h/d"),
        (
            "PAYMENTS__DATABASE__URL",
            "postgresql+psycopg2://u:p@127.0.0.1:1/d",
        ),
        (
            "PAYMENTS__DATABASE__URL",
            "postgres://127.0.0.1:1/d?sslmode=prefer",
        ),
        (
            "PAYMENTS__DATABASE__REPLICA_URL",
            "postgres://127.0.0.1:1/d",
        ),
        ("PAYMENTS__FLOWS__URL", "http://127.0.0.1:1"),
        ("PAYMENTS__FLOWS__URL", "redis://"),
    ] {
        let said = ["serve", "check-settings"].map(|command| {
            let folder = TempDir::new().expect("a folder");
            let bind = ("PAYMENTS__HTTP__BIND", "127.0.0.1:0");
            let refused = payments(&folder, &[command], &[(variable, value), bind]);
            assert_eq!(refused.status.code(), Some(2), "{command} {value}");
            text(&refused.stderr)
        });
        let setting = variable
            .trim_start_matches("PAYMENTS__")
            .replace("__", ".")
            .to_lowercase();
        for said in said {
            assert!(said.contains(&setting), "{said}");
        }
    }
}

#[test]
fn check_settings_refuses_what_serve_would_and_makes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    let no_certificate = folder.path().join("notes.pem");
    std::fs::write(&no_certificate, "notes").expect("written");
    let no_certificate = no_certificate.display().to_string();
    let twice = format!("1:{key},1:{key}");
    for (variable, value, problem) in [
        (
            "SMS__PROVIDERS",
            "pigeons",
            "sms.providers: there is no provider \"pigeons\"",
        ),
        (
            "SMS__PROVIDERS",
            "sandbox,stripe",
            "sms.providers: there is no provider \"stripe\"",
        ),
        ("SMS__PROVIDERS", "", "sms.providers: name at least one"),
        (
            "SMS__SETTINGS__PIGEONS__X",
            "1",
            "sms.settings: there is no provider \"pigeons\"",
        ),
        (
            "GATEWAYS__ENABLED",
            "iyzco",
            "gateways.enabled: there is no provider \"iyzco\"",
        ),
        (
            "GATEWAYS__CA_FILE",
            "missing.pem",
            "gateways.ca_file: missing.pem",
        ),
        ("GATEWAYS__CA_FILE", &no_certificate, "gateways.ca_file: "),
        ("LOG__FILTER", "warning", "log.filter must be"),
        (
            "SECURITY__KEY_RING",
            "1:abc",
            "security.key_ring needs entries",
        ),
        ("SECURITY__KEY_RING", &twice, "security.key_ring "),
        (
            "SECURITY__KEY_RING",
            "env:NOPE_NOT_SET",
            "security.key_ring names an environment variable",
        ),
        ("SECURITY__LASTING_KEY", "abc", "security.lasting_key needs"),
        (
            "SECURITY__LASTING_KEY",
            "file:missing",
            "security.lasting_key names a file",
        ),
    ] {
        let variable = format!("PAYMENTS__{variable}");
        let refused = payments(&folder, &["check-settings"], &[(&variable, value)]);
        let said = text(&refused.stderr);
        assert!(!refused.status.success(), "{variable}={value}");
        assert!(said.contains(problem), "{variable}={value}: {said}");
        assert!(refused.stdout.is_empty(), "{variable}={value}");
    }
    assert_eq!(
        std::fs::read_dir(&folder).expect("a folder").count(),
        1,
        "nothing was made"
    );
}

#[test]
fn check_settings_reads_the_keys_that_were_made_up_before() {
    let folder = TempDir::new().expect("a folder");
    let keys = folder.path().join("var/keys");
    std::fs::create_dir_all(&keys).expect("a folder");
    std::fs::write(keys.join("lasting_key"), "damaged").expect("written");
    let refused = payments(&folder, &["check-settings"], &[]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("security.lasting_key needs"), "{said}");
    assert!(!said.contains("damaged"), "{said}");
}

#[test]
fn check_settings_refuses_a_sender_that_serve_could_not_use_in_development_too() {
    for command in ["check-settings", "serve"] {
        let folder = TempDir::new().expect("a folder");
        let set = [
            ("PAYMENTS__SMS__PROVIDERS", "netgsm"),
            ("PAYMENTS__HTTP__BIND", "127.0.0.1:0"),
        ];
        let refused = payments(&folder, &[command], &set);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{command}: {said}");
        assert!(said.contains("sms.settings.netgsm.usercode"), "{said}");
    }
}

#[test]
fn every_mistake_is_reported_at_once_with_its_file_and_the_name_that_may_be_meant() {
    let folder = TempDir::new().expect("a folder");
    let file = "[otp]\nlenght = 6\nlength = 3\ncode_lifetime_seconds = 999\n[http]\nworkers = \"many\"\n[nothing]\nx = 1\n";
    std::fs::write(folder.path().join("shop.toml"), file).expect("written");
    let arguments = ["--config", "shop.toml", "check-settings"];
    let set = [
        ("PAYMENTS_HTTP_BIND", "127.0.0.1:1"),
        ("PAYMENTS__HTTP_BIND", "127.0.0.1:1"),
        // The names of secrets that settings may refer to.
        ("PAYMENTS_DATABASE_URL", "x"),
        ("PAYMENTS_KEY_RING", "x"),
    ];
    let refused = payments(&folder, &arguments, &set);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    let mut lines: Vec<&str> = said.trim_start_matches("payments: ").lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "PAYMENTS_HTTP_BIND is not read; did you mean PAYMENTS__HTTP__BIND?",
            "http.workers must be an integer (in shop.toml)",
            "http_bind is not a setting (in the environment); did you mean http.bind?",
            "nothing.x is not a setting (in shop.toml)",
            "otp.code_lifetime_seconds must be 30 to 180 (in shop.toml)",
            "otp.lenght is not a setting (in shop.toml); did you mean otp.length?",
            "otp.length must be 4 to 8 digits (in shop.toml)",
        ]
    );
}

#[test]
fn a_value_of_the_wrong_type_does_not_hide_the_mistakes_of_settings_whose_names_begin_alike() {
    let folder = TempDir::new().expect("a folder");
    let set = [
        ("PAYMENTS__GATEWAYS__THREE_D_SECURE", "maybe"),
        ("PAYMENTS__GATEWAYS__THREE_D_SECURE_RETURN_URL", "nowhere"),
    ];
    let said = text(&payments(&folder, &["check-settings"], &set).stderr);
    for beginning in [
        "gateways.three_d_secure must be ",
        "gateways.three_d_secure_return_url must be ",
    ] {
        let mut lines = said.trim_start_matches("payments: ").lines();
        assert!(lines.any(|line| line.starts_with(beginning)), "{said}");
    }
}

#[test]
fn a_settings_file_that_is_not_there_is_named() {
    let folder = TempDir::new().expect("a folder");
    let arguments = ["--config", "shop.toml", "check-settings"];
    let refused = payments(&folder, &arguments, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        text(&refused.stderr).trim(),
        "payments: shop.toml does not exist"
    );
}
