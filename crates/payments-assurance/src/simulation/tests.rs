//! Seeds that found something, and what a simulation promises of itself.

use super::shop::Shop;
use super::{checked, is_same, simulate};

#[test]
fn a_seed_is_one_history() {
    let shop = Shop::new().unwrap();
    for seed in 0..20 {
        let twice = [(); 2].map(|()| simulate(&shop, seed, None, false).unwrap());
        assert!(is_same(&twice[0], &twice[1]), "seed {seed}");
    }
}

#[test]
fn a_few_seeds_break_nothing() {
    let shop = Shop::new().unwrap();
    for seed in 0..50 {
        checked(&shop, seed).unwrap();
    }
}

#[test]
fn seeds_that_once_found_something_break_nothing() {
    let shop = Shop::new().unwrap();
    for seed in [22_142, 71_269, 244_844, 349_439, 503_825, 827_757] {
        checked(&shop, seed).unwrap();
    }
}
