//! The limits of a report of mistakes.

use payments_core::json::Violations;
use serde_json::{Value, json};

use super::parse;

#[test]
fn a_report_stops_at_its_limit_and_says_that_there_are_more() {
    let wrong = |count: usize| {
        let banks: Vec<Value> = (0..count)
            .map(|_| json!({"pk": 1, "name": "A", "slug": "A"}))
            .collect();
        parse(&json!({"banks": banks})).unwrap_err()
    };
    // Each bank has a wrong slug; all but the first repeat a key.
    assert_eq!(wrong(100).len(), 199);
    let violations = wrong(101);
    assert_eq!(violations.len(), Violations::MAX_REPORTED + 1);
    let last = violations.last().unwrap();
    assert_eq!(last.pointer, "");
    assert_eq!(
        last.problem.to_string(),
        "there are more mistakes; these are the first 200"
    );
}
