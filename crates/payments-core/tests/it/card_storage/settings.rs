//! The bounds of card storage's settings.

use payments_core::card_storage::{ActionSettings, InvalidSetting, Settings};

type Set = fn(&mut Settings, u32);

/// A setting's name, how to set it, and its bounds.
const BOUNDED: [(&str, Set, u32, u32); 8] = [
    (
        "code_lifetime_seconds",
        |s, n| s.code_lifetime_seconds = n,
        30,
        180,
    ),
    (
        "card_lifetime_seconds",
        |s, n| s.card_lifetime_seconds = n,
        60,
        300,
    ),
    (
        "wrong_codes_per_day",
        |s, n| s.wrong_codes_per_day = n,
        1,
        15,
    ),
    (
        "cooldown_seconds",
        |s, n| s.sending.cooldown_seconds = n,
        0,
        3_600,
    ),
    ("saving_seconds", |s, n| s.saving_seconds = n, 10, 3_600),
    (
        "gateway_horizon_seconds",
        |s, n| s.gateway_horizon_seconds = n,
        60,
        86_400,
    ),
    ("lease_seconds", |s, n| s.lease_seconds = n, 10, 3_600),
    (
        "action_lifetime_seconds",
        |s, n| s.actions = Some(actions(n)),
        60,
        3_600,
    ),
];

fn actions(lifetime_seconds: u32) -> ActionSettings {
    ActionSettings {
        base_url: "https://shop.example/a/".to_owned(),
        lifetime_seconds,
    }
}

#[test]
fn a_setting_out_of_bounds_is_named_with_its_bounds() {
    for (name, set, least, most) in BOUNDED {
        let check = |value| {
            let mut settings = Settings::default();
            set(&mut settings, value);
            settings.check()
        };
        let refused = InvalidSetting { name, least, most };
        assert_eq!(check(least), Ok(()), "{name}");
        assert_eq!(check(most), Ok(()), "{name}");
        assert_eq!(check(most + 1), Err(refused));
        if let Some(below) = least.checked_sub(1) {
            assert_eq!(check(below), Err(refused));
        }
    }
}
