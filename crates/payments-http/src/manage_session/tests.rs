use chrono::{DateTime, TimeDelta, Utc};
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};

use super::{IDLE, LONGEST, ManageSession, NoSession, RENEWED_AFTER, SignedInBy, set};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// The keys of a process; all processes derive the same ones.
fn keys(ring: &[u8]) -> Keys {
    let master = |byte: &u8| MasterKey::new(KeyId(u32::from(*byte)), &[*byte; 32]).unwrap();
    let ring = ring.iter().map(master).collect();
    Keys::new(ring, &LastingKey::new(&[9; 32]).unwrap()).unwrap()
}

fn session() -> ManageSession {
    let by = SignedInBy::Token("back office.ş".to_owned());
    ManageSession::begin([3; 16], by, [7; 16], now())
}

fn open(value: &str, at: DateTime<Utc>) -> Result<ManageSession, NoSession> {
    ManageSession::open(value, &keys(&[1]), at)
}

#[test]
fn a_session_is_read_by_every_process_with_the_key() {
    let value = session().sealed(&keys(&[1]));
    assert_eq!(open(&value, now()), Ok(session()));
    assert_eq!(
        ManageSession::open(&value, &keys(&[2, 1]), now()),
        Ok(session())
    );
    assert_eq!(
        ManageSession::open(&value, &keys(&[2]), now()),
        Err(NoSession::Forged)
    );
}

#[test]
fn a_changed_cookie_is_forged() {
    let value = session().sealed(&keys(&[1]));
    for (place, letter) in value.char_indices() {
        let other = if letter == '1' { "2" } else { "1" };
        let mut forged = value.clone();
        forged.replace_range(place..=place, other);
        assert_eq!(open(&forged, now()), Err(NoSession::Forged), "{forged}");
    }
    let long = format!("{}.{value}", "1".repeat(5_000));
    let (message, tag) = value.rsplit_once('.').unwrap();
    for forged in ["", ".", message, tag, &value[1..], &long] {
        assert_eq!(open(forged, now()), Err(NoSession::Forged), "{forged}");
    }
}

#[test]
fn a_cookie_of_another_form_has_ended() {
    let keys = keys(&[1]);
    for message in ["", "x", "1.2.3", &format!("{}.1", session().message())] {
        let tag = hex::encode(keys.console_tag(message.as_bytes()));
        let value = format!("{message}.{tag}");
        assert_eq!(open(&value, now()), Err(NoSession::Ended), "{message}");
    }
}

#[test]
fn a_session_ends_half_an_hour_after_its_last_use() {
    let second = TimeDelta::seconds(1);
    let value = session().sealed(&keys(&[1]));
    assert!(open(&value, now() + IDLE - second).is_ok());
    assert_eq!(open(&value, now() + IDLE), Err(NoSession::Ended));
}

#[test]
fn a_used_session_is_renewed_each_minute_and_ends_after_twelve_hours() {
    let second = TimeDelta::seconds(1);
    assert_eq!(session().used(now() + RENEWED_AFTER - second), None);
    let mut session = session();
    let mut at = now();
    while at - now() < LONGEST - RENEWED_AFTER {
        at += RENEWED_AFTER;
        session = session.used(at).unwrap();
        let opened = open(&session.sealed(&keys(&[1])), at);
        assert_eq!(opened.as_ref(), Ok(&session));
    }
    let value = session.sealed(&keys(&[1]));
    assert!(open(&value, now() + LONGEST - second).is_ok());
    assert_eq!(open(&value, now() + LONGEST), Err(NoSession::Ended));
}

#[test]
fn a_session_of_a_person_has_their_name_and_roles() {
    for roles in [&[][..], &["campaigns"], &["campaigns", "müşteri desteği"]] {
        let by = SignedInBy::Person {
            person: "anna.ş@store.example".to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        let session = ManageSession::begin([3; 16], by, [7; 16], now());
        assert_eq!(open(&session.sealed(&keys(&[1])), now()), Ok(session));
    }
}

#[test]
fn in_production_the_cookie_is_secure_and_no_sibling_domain_can_plant_it() {
    assert_eq!(
        set("value", "", true),
        "__Host-payments_console=value; Path=/; HttpOnly; SameSite=Strict; Secure"
    );
}
