//! Rules that never hold, and rules that never hold again.

use alloc::string::String;
use alloc::vec::Vec;

use super::answer::{Answer, Steps, found, is_never};
use super::finding::{FindingKind, Witness};
use super::formula::Part;
use super::point::Point;
use super::region::Region;
use super::report::{Found, Report};
use super::search::Query;
use super::store::{ActiveRule, Store};

/// For each rule a point at which it holds, now or later; `None` if there is none or it is not decided.
pub(super) fn points(store: &Store<'_>, report: &mut Report) -> Vec<Option<Point>> {
    let mut steps = Steps::of_kind();
    let rules = store.rules.iter();
    let points = rules.map(
        |rule| match steps.ask(|steps| standing(store, rule, steps)) {
            Ok(Standing::Holds(point)) => Some(point),
            Ok(Standing::Not(found)) => {
                report.add(rule.rule, found);
                None
            }
            Err(_) => {
                report.undecided(rule.rule);
                None
            }
        },
    );
    points.collect()
}

enum Standing<'c> {
    /// The rule holds here.
    Holds(Point),
    /// The rule does not hold.
    Not(Found<'c>),
}

fn standing<'c>(
    store: &Store<'_>,
    rule: &ActiveRule<'_>,
    steps: &mut Steps,
) -> Answer<Standing<'c>> {
    let parts: Vec<&Part<'_>> = rule.parts()?.iter().collect();
    let from_now = Region::from(store.now, &store.all_plans);
    if let Some(point) = found(search(store, &from_now, &parts, steps))? {
        return Ok(Standing::Holds(point));
    }
    let always = Region::always(&store.all_plans);
    let held = found(search(store, &always, &parts, steps))?;
    let is_over = held.is_some();
    let region = if is_over { from_now } else { always };
    let tests = core(store, &region, parts, steps);
    Ok(Standing::Not(if is_over {
        over(tests)
    } else {
        never_holds(tests)
    }))
}

fn search<'f>(
    store: &'f Store<'_>,
    region: &Region<'f>,
    parts: &[&'f Part<'f>],
    steps: &mut Steps,
) -> Answer<Point> {
    let goals = parts.iter().map(|part| (&part.formula, true));
    Query::of(region.clone(), goals.collect()).search(&store.points, steps)
}

fn never_holds<'c>(tests: Vec<String>) -> Found<'c> {
    let message = match tests.split_last() {
        None => String::from("the rule never holds"),
        Some((only, [])) => format!("the rule never holds: nothing can match {only}"),
        Some((last, rest)) => {
            let rest = rest.join(", ");
            format!("the rule never holds: {rest} and {last} contradict each other")
        }
    };
    of_tests(FindingKind::NeverHolds, message, tests)
}

fn over<'c>(tests: Vec<String>) -> Found<'c> {
    let message = match tests.split_last() {
        None => String::from("the rule never holds again"),
        Some((only, [])) => format!("the rule never holds again: {only} is over"),
        Some((last, rest)) => {
            let rest = rest.join(", ");
            format!(
                "the rule never holds again: {rest} and {last} contradict each other from now on"
            )
        }
    };
    of_tests(FindingKind::Over, message, tests)
}

fn of_tests<'c>(kind: FindingKind, message: String, tests: Vec<String>) -> Found<'c> {
    let first = tests.first().cloned();
    Found {
        kind,
        pointer: first.unwrap_or_else(|| String::from("/when")),
        others: Vec::new(),
        message,
        witness: Some(Witness::Tests { tests }),
    }
}

/// The pointers to parts that cannot hold together in a region, none of which can be left out.
fn core<'f>(
    store: &'f Store<'_>,
    region: &Region<'f>,
    mut parts: Vec<&'f Part<'f>>,
    steps: &mut Steps,
) -> Vec<String> {
    let mut at = 0;
    while at < parts.len() {
        let part = parts.remove(at);
        if !is_never(&search(store, region, &parts, steps)) {
            parts.insert(at, part);
            at += 1;
        }
    }
    parts.into_iter().map(|part| part.pointer.clone()).collect()
}
