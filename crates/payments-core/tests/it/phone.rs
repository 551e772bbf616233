//! Parsing of phones and session ids.

use payments_core::phone::{Phone, ProfilePhone};
use payments_core::session::SessionId;

fn normalized(text: &str) -> Option<String> {
    Phone::parse(text)
        .ok()
        .map(|phone| phone.expose(str::to_owned))
}

#[test]
fn a_phone_is_normalized_as_the_contract_says() {
    for (text, expected) in [
        ("05551234567", Some("5551234567")),
        ("5551234567", Some("5551234567")),
        ("555 123 45 67", Some("5551234567")),
        ("905551234567", Some("905551234567")),
        ("12345678901234", Some("12345678901234")),
        ("00551234567", Some("0551234567")),
        ("0555123456", None),
        ("0 555 123 4567", Some("5551234567")),
        ("555 123 456", None),
        ("055512345678901", None),
        ("+905551234567", None),
        ("٠٥٥٥١٢٣٤٥٦٧", None),
        ("5551234567\u{a0}", None),
        ("555123456a", None),
        ("          ", None),
        ("", None),
    ] {
        assert_eq!(normalized(text).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn a_profile_keeps_its_phone_as_given() {
    let phone = ProfilePhone::parse("05551234567").unwrap();
    assert_eq!(phone.as_given(), "05551234567");
    assert_eq!(
        phone.normalized("90").unwrap().expose(str::to_owned),
        "5551234567"
    );
    assert_eq!(serde_json::to_string(&phone).unwrap(), r#""05551234567""#);
    assert!(serde_json::from_str::<ProfilePhone>(r#""nonsense""#).is_err());
}

#[test]
fn a_profile_may_have_its_phone_in_e164_form() {
    for (given, calling_code, sent_to) in [
        ("+905551234567", "90", Some("5551234567")),
        ("+4915112345678", "90", Some("4915112345678")),
        ("+4915112345678", "49", Some("15112345678")),
        // Without the calling code the rest would not be a number.
        ("+9055512345", "90", Some("9055512345")),
        ("+0905551234567", "90", None),
        ("+90 555 123 45 67", "90", None),
        ("++905551234567", "90", None),
        ("+90555123456789", "90", Some("555123456789")),
        ("+905551234567890", "90", None),
        ("+905", "90", None),
    ] {
        let profile = ProfilePhone::parse(given).ok();
        let phone = profile.map(|phone| phone.normalized(calling_code).unwrap());
        let digits = phone.map(|phone| phone.expose(str::to_owned));
        assert_eq!(digits.as_deref(), sent_to, "{given}");
    }
}

#[test]
fn phones_and_session_ids_are_not_printed() {
    let (phone, profile) = (
        Phone::parse("5551234567"),
        ProfilePhone::parse("5551234567"),
    );
    let session = SessionId::parse("session_0000000000000000000001");
    let shown = format!("{phone:?} {profile:?} {session:?}");
    assert!(!shown.contains("555") && !shown.contains("0001"), "{shown}");
}

#[test]
fn session_ids_hold_128_bits_in_their_alphabet() {
    for (text, fits) in [
        ("A".repeat(22), true),
        ("a_0".repeat(10), true),
        ("A".repeat(128), true),
        ("A".repeat(21), false),
        ("A".repeat(129), false),
        (format!("{}-", "A".repeat(30)), false),
        (format!("{}é", "A".repeat(30)), false),
        (format!("{}\u{0}", "A".repeat(30)), false),
    ] {
        assert_eq!(SessionId::parse(&text).is_ok(), fits, "{text:?}");
    }
}

#[test]
fn a_phone_is_printed_without_its_digits() {
    let phone = Phone::parse("05551234567").unwrap();
    assert_eq!(format!("{phone:?}"), "Phone(…)");
    let of_profile = ProfilePhone::parse("+905551234567").unwrap();
    assert_eq!(format!("{of_profile:?}"), "ProfilePhone(…)");
}
