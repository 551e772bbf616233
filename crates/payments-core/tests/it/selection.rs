//! Which cards the first digits of a number can mean.

use payments_core::catalog::{
    Bin, BinRange, CardSelection, Catalog, CatalogParts, CatalogVersion, LeadingDigits, PaymentType,
};
use payments_core::id::PosId;
use payments_core::listing::{Candidate, Fact, Reason, explain_only, list_only};
use payments_core::money::Rounding;
use payments_core::purchase::Purchase;
use proptest::prelude::*;

use crate::shop::{LAST_DAY, at, lira, parts, payment_option, pos};

fn digits(text: &str) -> LeadingDigits {
    LeadingDigits::parse(text).unwrap()
}

fn catalog(parts: &CatalogParts) -> Catalog {
    Catalog::build(CatalogVersion(1), parts.clone()).unwrap()
}

fn with_bins(bins: [&[&str]; 3]) -> CatalogParts {
    let mut parts = parts();
    for (card, bins) in parts.cards.iter_mut().zip(bins) {
        let ranges = bins.iter().map(|text| BinRange::parse(text).unwrap());
        card.bins = ranges.flat_map(BinRange::bins).collect();
    }
    parts
}

fn slugs(catalog: &Catalog, selection: &CardSelection) -> Vec<String> {
    let cards = selection.cards(catalog);
    cards.map(|card| card.slug.to_string()).collect()
}

fn meant(parts: &CatalogParts, text: &str) -> Vec<String> {
    let catalog = catalog(parts);
    slugs(&catalog, &catalog.select_by_digits(digits(text)))
}

/// The specification, word for word.
fn obviously_meant(parts: &CatalogParts, typed: &str) -> Vec<String> {
    let catalog = catalog(parts);
    let can_charge = |pos: PosId| parts.pos.iter().any(|one| one.pk == pos && one.is_active);
    let active = || {
        let cards = catalog.cards().iter();
        cards.filter(|card| card.is_active && can_charge(card.pos))
    };
    let prefixes = active().flat_map(|card| &card.bins);
    let longest = prefixes
        .filter(|bin| typed.starts_with(bin.as_str()))
        .max_by_key(|bin| bin.as_str().len());
    let is_meant = |bin: &Bin| Some(bin) == longest || bin.as_str().starts_with(typed);
    let meant: Vec<String> = active()
        .filter(|card| card.bins.iter().any(is_meant))
        .map(|card| card.slug.to_string())
        .collect();
    if meant.is_empty() {
        let fallbacks = active().filter(|card| card.is_fallback);
        fallbacks.map(|card| card.slug.to_string()).collect()
    } else {
        meant
    }
}

#[test]
fn leading_digits_are_six_to_eight_ascii_digits() {
    for text in ["554960", "5549600", "55496001", "000000"] {
        assert_eq!(digits(text).as_bytes(), text.as_bytes());
    }
    for text in [
        "",
        "55496",
        "554960012",
        "5549601234567890",
        "55496a",
        "554 960",
        "+554960",
        "٥٥٤٩٦٠",
    ] {
        assert!(LeadingDigits::parse(text).is_err(), "{text}");
    }
    assert_eq!(format!("{:?}", digits("554960")), "LeadingDigits(6)");
}

#[test]
fn the_longest_bin_wins_and_longer_bins_can_still_be_meant() {
    let parts = with_bins([
        &["5549"],
        &["554960"],
        &["55496012-55496013", "55496099123"],
    ]);
    assert_eq!(meant(&parts, "554961"), ["bonus-card"]);
    assert_eq!(meant(&parts, "554960"), ["axess-card", "garanti-debit"]);
    assert_eq!(meant(&parts, "55496011"), ["axess-card"]);
    assert_eq!(meant(&parts, "55496013"), ["garanti-debit"]);
    assert_eq!(meant(&parts, "55496099"), ["axess-card", "garanti-debit"]);
    assert_eq!(meant(&parts, "400000"), [""; 0]);
}

#[test]
fn a_fallback_stands_in_only_where_no_active_card_can_be_meant() {
    let mut parts = with_bins([&["554960"], &["400000"], &[]]);
    parts.cards[2].is_fallback = true;
    assert_eq!(meant(&parts, "454671"), ["garanti-debit"]);
    assert_eq!(meant(&parts, "554960"), ["bonus-card"]);
    parts.cards[0].is_active = false;
    assert_eq!(meant(&parts, "554960"), ["garanti-debit"]);
    parts.cards[2].is_active = false;
    assert_eq!(meant(&parts, "554960"), [""; 0]);
}

#[test]
fn an_expired_saved_card_is_offered_nothing() {
    let parts = with_bins([&["55496012"], &[], &[]]);
    let catalog = catalog(&parts);
    let selection = catalog.select_for_token(digits("554960"), parts.pos[0].pk, LAST_DAY);
    let purchase = Purchase::of_product(lira(10_000));
    let explained =
        |moment| explain_only(&catalog, &purchase, moment, Rounding::Up, Some(&selection));
    // In the shop, it is three hours later.
    assert_eq!(explained(at("2026-11-30T20:59:59Z")).listing.len(), 1);
    let expired = explained(at("2026-11-30T21:00:00Z"));
    assert_eq!(expired.listing.len(), 0);
    let reasons: Vec<_> = expired.left_out.iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [Reason::Fact(Fact::SavedCardExpired)]);
    assert!(selection.only_card(&catalog).is_some(), "it is still known");
}

#[test]
fn a_saved_card_is_offered_at_its_own_point_of_sale_only() {
    let mut parts = with_bins([&["55496012"], &["55496013"], &[]]);
    parts.pos.push(pos(2, "sandbox"));
    parts
        .payment_options
        .push(payment_option(9, "second", PaymentType::CreditCard, 2));
    parts.cards[1].pos = parts.pos[1].pk;
    let catalog = catalog(&parts);
    let selection = catalog.select_for_token(digits("554960"), parts.pos[1].pk, LAST_DAY);
    assert_eq!(slugs(&catalog, &selection), ["axess-card"]);
    let purchase = Purchase::of_product(lira(10_000));
    let moment = at("2026-11-24T10:00:00+03:00");
    let explained = explain_only(&catalog, &purchase, moment, Rounding::Up, Some(&selection));
    let offers = explained.listing.offers();
    let offered: Vec<_> = offers.map(|offer| offer.card.slug.to_string()).collect();
    assert_eq!(offered, ["axess-card"]);
    let facts = explained.left_out.iter().filter_map(|left_out| {
        let (Candidate::Card { card, .. }, Reason::Fact(fact)) =
            (left_out.candidate, left_out.reason)
        else {
            return None;
        };
        Some((card.slug.as_str(), fact))
    });
    assert_eq!(
        facts.collect::<Vec<_>>(),
        [
            ("bonus-card", Fact::TokenOfAnotherPos),
            ("garanti-debit", Fact::OtherDigits)
        ]
    );
}

#[test]
fn digits_and_a_point_of_sale_mean_one_card_or_none() {
    let mut parts = with_bins([&["55496012"], &["55496013"], &[]]);
    parts.cards[2].is_fallback = true;
    let only = |parts: &CatalogParts, text| {
        let catalog = catalog(parts);
        let selection = catalog.select_for_token(digits(text), parts.pos[0].pk, LAST_DAY);
        let position = selection.only_card(&catalog);
        position.map(|position| catalog.cards()[position].slug.to_string())
    };
    assert_eq!(only(&parts, "55496012").as_deref(), Some("bonus-card"));
    assert_eq!(only(&parts, "554960"), None, "two can be meant");
    assert_eq!(only(&parts, "400000"), None, "a fallback is not meant");
    parts.pos.push(pos(2, "sandbox"));
    parts.cards[1].pos = parts.pos[1].pk;
    assert_eq!(only(&parts, "554960").as_deref(), Some("bonus-card"));
    assert_eq!(only(&parts, "55496013"), None, "it is of another POS");
}

#[test]
fn the_card_of_a_point_of_sale_that_is_switched_off_is_explained() {
    let mut parts = with_bins([&["55496012"], &["55496013"], &[]]);
    parts.pos[0].is_active = false;
    let catalog = catalog(&parts);
    let selection = catalog.select_for_token(digits("55496012"), parts.pos[0].pk, LAST_DAY);
    let purchase = Purchase::of_product(lira(10_000));
    let moment = at("2026-11-24T10:00:00+03:00");
    let explained = explain_only(&catalog, &purchase, moment, Rounding::Up, Some(&selection));
    assert!(explained.listing.is_empty());
    let mut reasons = explained.left_out.iter().filter_map(|left_out| {
        let is_card = matches!(left_out.candidate, Candidate::Card { .. });
        is_card.then_some(left_out.reason)
    });
    assert!(reasons.all(|reason| reason == Reason::Fact(Fact::PosInactive)));
}

#[test]
fn selections_of_the_same_cards_are_equal_whatever_the_digits_were() {
    let catalog = catalog(&with_bins([&["5549"], &[], &[]]));
    let select = |text| catalog.select_by_digits(digits(text));
    assert_eq!(select("554960"), select("55499999"));
    assert_eq!(select("400000"), select("30000000"));
    assert_ne!(select("554960"), select("400000"));
}

fn any_bins() -> impl Strategy<Value = Vec<String>> {
    // Few digits, so that BINs and typed digits meet.
    prop::collection::btree_set("[12]{4,11}", 0..40).prop_map(|bins| bins.into_iter().collect())
}

/// The ends of a range, inclusive and of equal length.
type Ends = (String, String);

fn any_range() -> impl Strategy<Value = Ends> {
    ("[12]{4,9}", 0_u64..30).prop_map(|(first, more)| {
        let last = first.parse::<u64>().unwrap() + more;
        (first, last.to_string())
    })
}

fn overlap(one: &Ends, other: &Ends) -> bool {
    one.0.len() == other.0.len() && one.0 <= other.1 && other.0 <= one.1
}

/// How many of the typed digits a BIN of the range has, if it begins with them or they with it.
fn meeting_digits(range: &Ends, typed: &str) -> Option<usize> {
    let length = range.0.len().min(typed.len());
    let (first, last) = (&range.0[..length], &range.1[..length]);
    (first..=last)
        .contains(&&typed[..length])
        .then_some(range.0.len())
}

fn obviously_meant_of_ranges(ranges: &[Ends], typed: &str) -> Vec<usize> {
    let meeting = ranges.iter().map(|range| meeting_digits(range, typed));
    let meeting: Vec<_> = meeting.collect();
    let prefixes = meeting
        .iter()
        .flatten()
        .filter(|digits| **digits <= typed.len());
    let longest = prefixes.max().copied();
    let is_meant = |digits: usize| Some(digits) == longest || digits > typed.len();
    let meant = (0..ranges.len()).filter(|one| meeting[*one].is_some_and(is_meant));
    meant.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn ranges_mean_what_their_ends_say_and_overlaps_are_conflicts(
        ranges in prop::collection::vec(any_range(), 3),
        near in 0_usize..3,
        is_last in any::<bool>(),
        offset in 0_u64..4,
        more in "[0-9]{4}",
        length in 6_usize..=8,
    ) {
        let mut parts = parts();
        for (card, (first, last)) in parts.cards.iter_mut().zip(&ranges) {
            let range = BinRange::parse(&format!("{first}-{last}")).unwrap();
            card.bins = range.bins().collect();
        }
        let pairs = [(0, 1), (0, 2), (1, 2)];
        let is_conflict = pairs.iter().any(|(one, other)| overlap(&ranges[*one], &ranges[*other]));
        let built = Catalog::build(CatalogVersion(1), parts);
        prop_assert_eq!(built.is_err(), is_conflict);
        if let Ok(catalog) = built {
            let end = if is_last { &ranges[near].1 } else { &ranges[near].0 };
            let typed = format!("{}{more}", end.parse::<u64>().unwrap() + offset - 1);
            let typed = &typed[..length];
            let selection = catalog.select_by_digits(digits(typed));
            let positions = 0..ranges.len();
            let meant: Vec<_> = positions.filter(|one| selection.contains(&catalog, *one)).collect();
            prop_assert_eq!(meant, obviously_meant_of_ranges(&ranges, typed));
        }
    }

    #[test]
    fn the_index_means_what_the_specification_says(
        bins in any_bins(),
        typed in "[12]{6,8}",
        owners in prop::collection::vec(0_usize..3, 40),
        is_active in prop::collection::vec(any::<bool>(), 3),
        fallback in 0_usize..6,
    ) {
        let mut parts = parts();
        for (card, is_active) in parts.cards.iter_mut().zip(is_active) {
            card.bins.clear();
            card.is_active = is_active;
        }
        for (bin, owner) in bins.iter().zip(owners) {
            parts.cards[owner].bins.push(Bin::parse(bin).unwrap());
        }
        if let Some(card) = parts.cards.get_mut(fallback) {
            card.bins.clear();
            card.is_fallback = true;
        }
        prop_assert_eq!(meant(&parts, &typed), obviously_meant(&parts, &typed));
    }

    #[test]
    fn every_plan_for_a_saved_card_is_of_the_tokens_point_of_sale(
        bins in any_bins(),
        typed in "[12]{6}([12]{2})?",
        owners in prop::collection::vec(0_usize..3, 40),
        places in prop::collection::vec(0_usize..2, 3),
        own in 0_usize..2,
        fallback in 0_usize..6,
    ) {
        let mut parts = parts();
        parts.pos.push(pos(2, "sandbox"));
        let second = payment_option(9, "second", PaymentType::CreditCard, 2);
        parts.payment_options.push(second);
        for (bin, owner) in bins.iter().zip(owners) {
            parts.cards[owner].bins.push(Bin::parse(bin).unwrap());
        }
        if let Some(card) = parts.cards.get_mut(fallback) {
            card.bins.clear();
            card.is_fallback = true;
        }
        for (card, place) in parts.cards.iter_mut().zip(places) {
            card.pos = parts.pos[place].pk;
        }
        let (catalog, own) = (catalog(&parts), parts.pos[own].pk);
        let selection = catalog.select_for_token(digits(&typed), own, LAST_DAY);
        let purchase = Purchase::of_product(lira(10_000));
        let moment = at("2026-11-24T10:00:00+03:00");
        let listing = list_only(&catalog, &purchase, moment, Rounding::Up, Some(&selection));
        for offer in listing.offers() {
            prop_assert_eq!(offer.card.pos, own);
            prop_assert_eq!(offer.payment_option.pos, own);
        }
    }

    #[test]
    fn a_restricted_listing_is_the_whole_one_without_the_other_cards(
        bins in any_bins(),
        typed in "[12]{6,8}",
        owners in prop::collection::vec(0_usize..3, 40),
    ) {
        let mut parts = parts();
        for (bin, owner) in bins.iter().zip(owners) {
            parts.cards[owner].bins.push(Bin::parse(bin).unwrap());
        }
        let catalog = catalog(&parts);
        let selection = catalog.select_by_digits(digits(&typed));
        let purchase = Purchase::of_product(lira(10_000));
        let lines = |selection: Option<&CardSelection>| {
            let moment = at("2026-11-24T10:00:00+03:00");
            let listing = list_only(&catalog, &purchase, moment, Rounding::Up, selection);
            let offers = listing.offers();
            offers
                .map(|offer| (offer.card_position, format!("{:?}", offer.plans)))
                .collect::<Vec<_>>()
        };
        let mut expected = lines(None);
        expected.retain(|(position, _)| selection.contains(&catalog, *position));
        prop_assert_eq!(lines(Some(&selection)), expected);
    }
}
