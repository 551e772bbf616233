//! Sealed cards open only in their own context.

use chrono::{DateTime, Utc};
use payments_core::card::{Cvv, SealedCard, SealingContext, SealingError, SubmittedCard};
use payments_core::consent::ConsentVersion;
use payments_core::flow::FlowId;
use payments_core::keys::Keys;
use payments_core::ports::Entropy as _;
use payments_core::testkit::fakes::SeededEntropy;

use super::harness::{CVV, NUMBER, card, keys, later, owner, pos, start};

struct Case {
    customer: i64,
    session: u8,
    pos: i64,
    flow: u8,
    deadline: DateTime<Utc>,
    now: DateTime<Utc>,
    ring: Vec<u32>,
}

fn case() -> Case {
    let (deadline, now) = (later(300), later(1));
    Case {
        customer: 7,
        session: 1,
        pos: 1,
        flow: 1,
        deadline,
        now,
        ring: vec![1],
    }
}

impl Case {
    fn with<T>(&self, use_it: impl FnOnce(&SealingContext<'_>, &Keys) -> T) -> T {
        let owner = owner(self.customer, self.session);
        let context = SealingContext {
            session: &owner.session,
            customer: owner.customer,
            pos: pos(self.pos),
            flow: FlowId([self.flow; 16]),
            deadline: self.deadline,
        };
        use_it(&context, &keys(&self.ring))
    }

    fn seal(&self, card: &SubmittedCard) -> SealedCard {
        let entropy = SeededEntropy::new(1);
        self.with(|context, keys| {
            SealedCard::seal(card, context, keys, |bytes| entropy.fill(bytes))
        })
        .unwrap()
    }

    fn open(&self, sealed: &SealedCard) -> Result<SubmittedCard, SealingError> {
        self.with(|context, keys| sealed.open(context, keys, self.now))
    }
}

#[test]
fn a_sealed_card_opens_as_it_was() {
    let opened = case().open(&case().seal(&card(NUMBER))).unwrap();
    assert_eq!(opened.details.pan.expose(str::to_owned), NUMBER);
    assert_eq!(opened.details.cvv.unwrap().expose(str::to_owned), CVV);
    assert_eq!(opened.details.holder.as_str(), "Ayşe Yılmaz");
    assert_eq!(
        (opened.details.expiry.month(), opened.details.expiry.year()),
        (12, 2030)
    );
    assert_eq!(opened.name.unwrap().as_str(), "Maaş");
    assert_eq!(opened.consented_at, start());
    let version = opened.consent_version.as_ref();
    assert_eq!(version.map(ConsentVersion::as_str), Some("2026-11"));
}

#[test]
fn the_longest_number_and_cvv_open_as_they_were() {
    let (number, cvv) = ("6799990100000000019", "7391");
    let mut longest = card(number);
    longest.details.cvv = Cvv::parse(cvv).ok();
    let opened = case().open(&case().seal(&longest)).unwrap();
    assert_eq!(opened.details.pan.expose(str::to_owned), number);
    assert_eq!(opened.details.cvv.unwrap().expose(str::to_owned), cvv);
}

#[test]
fn a_card_without_cvv_and_name_opens_without_them() {
    let mut bare = card(NUMBER);
    bare.details.cvv = None;
    bare.name = None;
    let opened = case().open(&case().seal(&bare)).unwrap();
    assert!(opened.details.cvv.is_none() && opened.name.is_none());
}

#[test]
fn a_card_that_an_earlier_release_sealed_opens() {
    // During an upgrade, processes of both releases use the same store.
    let digits = include_str!("sealed_card.hex")
        .split_whitespace()
        .collect::<String>();
    let bytes = (0..digits.len()).step_by(2);
    let bytes = bytes.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
    let opened = case().open(&SealedCard(bytes.collect())).unwrap();
    assert_eq!(opened.details.pan.expose(str::to_owned), NUMBER);
    assert_eq!(opened.details.cvv.unwrap().expose(str::to_owned), CVV);
    assert_eq!(opened.name.unwrap().as_str(), "Maaş");
}

#[test]
fn a_sealed_card_reveals_nothing_by_its_bytes_or_length() {
    let full = case().seal(&card(NUMBER));
    let mut bare = card("4222222222222");
    bare.details.cvv = None;
    bare.name = None;
    assert_eq!(full.0.len(), case().seal(&bare).0.len());
    for secret in [NUMBER, CVV, "Yılmaz"] {
        assert!(
            !full
                .0
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        );
    }
}

#[test]
fn a_sealed_card_does_not_open_in_another_context() {
    let sealed = case().seal(&card(NUMBER));
    let strangers = [
        Case {
            customer: 8,
            ..case()
        },
        Case {
            session: 2,
            ..case()
        },
        Case { pos: 2, ..case() },
        Case { flow: 2, ..case() },
        Case {
            deadline: later(301),
            ..case()
        },
        Case {
            now: later(300),
            ..case()
        },
        Case {
            ring: vec![2],
            ..case()
        },
    ];
    for (place, stranger) in strangers.into_iter().enumerate() {
        assert!(stranger.open(&sealed).is_err(), "stranger {place}");
    }
    assert!(
        Case {
            ring: vec![2, 1],
            ..case()
        }
        .open(&sealed)
        .is_ok(),
        "an older key still opens"
    );
}

#[test]
fn altered_truncated_and_extended_envelopes_are_refused() {
    let sealed = case().seal(&card(NUMBER));
    for place in 0..sealed.0.len() {
        let mut flipped = sealed.clone();
        flipped.0[place] ^= 0x10;
        assert!(case().open(&flipped).is_err(), "byte {place}");
        let truncated = SealedCard(sealed.0[..place].to_vec());
        assert!(case().open(&truncated).is_err(), "{place} bytes");
    }
    let mut longer = sealed;
    longer.0.push(0);
    assert!(case().open(&longer).is_err());
}

#[test]
fn two_seals_of_one_card_have_nothing_in_common() {
    let entropy = SeededEntropy::new(1);
    let seal = || {
        case().with(|context, keys| {
            SealedCard::seal(&card(NUMBER), context, keys, |bytes| entropy.fill(bytes))
        })
    };
    let (one, two) = (seal().unwrap(), seal().unwrap());
    let same = one
        .0
        .iter()
        .zip(&two.0)
        .skip(5)
        .filter(|(one, two)| one == two)
        .count();
    assert!(
        same < 20,
        "about one byte of 256 is equal by chance, not {same}"
    );
}

#[test]
fn fingerprints_distinguish_cards_and_depend_only_on_the_lasting_key() {
    let print = |number: &str, ring: &[u32]| card(number).details.pan.fingerprint(&keys(ring));
    assert_eq!(print(NUMBER, &[1]), print(NUMBER, &[3, 2]));
    assert_ne!(print(NUMBER, &[1]), print("4111111111111111", &[1]));
}

#[test]
fn a_console_tag_of_any_key_of_the_ring_is_valid_and_a_csrf_tag_is_none() {
    let tag = keys(&[1]).console_tag(b"message");
    assert!(keys(&[2, 1]).console_tag_is_valid(b"message", &tag));
    assert!(!keys(&[2]).console_tag_is_valid(b"message", &tag));
    assert!(!keys(&[1]).console_tag_is_valid(b"another", &tag));
    assert!(!keys(&[1]).console_tag_is_valid(b"message", &keys(&[1]).csrf_tag(b"message")));
}

#[test]
fn a_csrf_tag_of_any_key_of_the_ring_is_valid() {
    let tag = keys(&[1]).csrf_tag(b"message");
    assert!(keys(&[2, 1]).csrf_tag_is_valid(b"message", &tag));
    assert!(!keys(&[2]).csrf_tag_is_valid(b"message", &tag));
    assert!(!keys(&[1]).csrf_tag_is_valid(b"another", &tag));
    assert!(!keys(&[1]).csrf_tag_is_valid(b"message", &tag[..31]));
    assert!(!keys(&[1]).csrf_tag_is_valid(b"message", b""));
}
