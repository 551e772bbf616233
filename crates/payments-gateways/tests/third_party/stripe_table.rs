//! The fake Stripe's table of parameters, regenerated from Stripe's own library.

use crate::parties::Parties;
use crate::program;

const TABLE: &str = include_str!("../../src/fakes/stripe/parameters.tsv");

pub(crate) async fn is_up_to_date(parties: Parties) {
    let made = program::node(&parties, "stripe_parameters.cjs", "null").await;
    for (made, kept) in made.lines().zip(TABLE.lines()) {
        assert_eq!(made, kept);
    }
    assert_eq!(made.lines().count(), TABLE.lines().count());
}
