//! The rows in words: a line as each is measured, a table for the documentation.

use super::report::Report;
use super::row::{Figure, Goal, Row, Side, Unit, Verdict};
use super::samples::Samples;

/// One line for the person who waits.
pub(crate) fn line(row: &Row) -> String {
    let verdict = row.verdict().word();
    let goal = row
        .goal
        .map(|goal| format!(", goal {}", goal_in_words(goal, row.unit())));
    let note = if row.note.is_empty() {
        String::new()
    } else {
        format!(" ({})", row.note)
    };
    format!(
        "{:<11} {verdict:<12} {}: {}{}{note}",
        row.id,
        row.what,
        figure(row),
        goal.unwrap_or_default()
    )
}

/// A Markdown table of all rows, and what they were measured on.
pub(crate) fn table(report: &Report) -> String {
    let rows: String = report.rows.iter().map(table_row).collect();
    format!(
        "| | what | median (worst and best round) | goal | |\n|---|---|---|---|---|\n{rows}\n{}",
        origin(report)
    )
}

fn table_row(row: &Row) -> String {
    let goal = row.goal.map(|goal| goal_in_words(goal, row.unit()));
    let note = if row.note.is_empty() {
        String::new()
    } else {
        format!("; {}", row.note)
    };
    format!(
        "| {} | {} | {}{note} | {} | {} |\n",
        row.id,
        row.what,
        figure(row),
        goal.unwrap_or_default(),
        row.verdict().word()
    )
}

/// Where and how it was measured.
fn origin(report: &Report) -> String {
    format!(
        "Measured at revision `{}` on {} processors ({}), {}; {} rounds of {} s on each side{}. \
         The host took at most {:.1} % of the machine's time away in a round.\n",
        report.revision,
        report.machine.processors,
        report.machine.processor,
        report.compiler,
        report.rounds,
        report.round_seconds,
        if report.is_quick { " (`--quick`)" } else { "" },
        report.most_stolen_percent(),
    )
}

/// A figure, or both sides of it where their ratio would claim what the rounds do not show.
fn figure(row: &Row) -> String {
    let is_undecided = row.verdict() == Verdict::Undecided;
    let (samples, unit) = (row.samples(), row.unit());
    match &row.figure {
        Figure::Absent { why } => why.clone(),
        Figure::Ratio { ours, theirs } if is_undecided => {
            format!("{}; {}", alone(ours), alone(theirs))
        }
        Figure::Ratio { ours, theirs } => format!(
            "{}: {} of {}",
            with_range(&samples, unit),
            Unit::PerSecond.written(ours.per_second().median()),
            Unit::PerSecond.written(theirs.per_second().median())
        ),
        Figure::Measured { .. } if is_undecided => format!(
            "between {} and {}",
            unit.written(samples.min()),
            unit.written(samples.max())
        ),
        Figure::Measured { .. } => with_range(&samples, unit),
    }
}

fn alone(side: &Side) -> String {
    let per_second = side.per_second();
    format!("{} {}", side.name, with_range(&per_second, Unit::PerSecond))
}

fn with_range(samples: &Samples, unit: Unit) -> String {
    let [median, min, max] =
        [samples.median(), samples.min(), samples.max()].map(|figure| unit.written(figure));
    if min == max {
        return median;
    }
    format!("{median} ({min} – {max})")
}

fn goal_in_words(goal: Goal, unit: Unit) -> String {
    match goal {
        Goal::AtLeast(goal) => format!("≥ {}", unit.written(goal)),
        Goal::AtMost(goal) => format!("≤ {}", unit.written(goal)),
    }
}

#[cfg(test)]
mod tests {
    use super::{line, table};
    use crate::bench::report::Report;
    use crate::bench::row::{Figure, Goal, Row, Side, Unit};
    use crate::bench::samples::Samples;
    use crate::bench::test_rounds::rounds;

    fn ratio(ours: &[f64], theirs: &[f64]) -> Row {
        let side = |name: &str, rates: &[f64]| Side {
            name: name.to_owned(),
            rounds: rounds(rates),
        };
        Row {
            id: "P1".to_owned(),
            what: "ours ÷ theirs".to_owned(),
            figure: Figure::Ratio {
                ours: side("ours", ours),
                theirs: side("theirs", theirs),
            },
            goal: Some(Goal::AtLeast(0.8)),
            note: String::new(),
        }
    }

    #[test]
    fn a_ratio_stands_with_its_range_and_both_sides() {
        assert_eq!(
            line(&ratio(&[90.0, 85.0, 95.0], &[100.0, 100.0, 100.0])),
            "P1          met          ours ÷ theirs: 0.90 × (0.85 × – 0.95 ×): 90/s of 100/s, goal ≥ 0.80 ×"
        );
    }

    #[test]
    fn no_ratio_is_printed_where_the_goal_lies_among_the_rounds() {
        let line = line(&ratio(&[90.0, 70.0, 95.0], &[100.0, 100.0, 100.0]));
        assert_eq!(
            line,
            "P1          undecided    ours ÷ theirs: ours 90/s (70/s – 95/s); theirs 100/s, goal ≥ 0.80 ×"
        );
        assert!(!line.contains("0.9"));
    }

    #[test]
    fn the_table_has_a_row_for_each_and_says_where_it_is_from() {
        let absent = Row {
            figure: Figure::Absent {
                why: "not offered".to_owned(),
            },
            goal: None,
            ..ratio(&[], &[])
        };
        let memory = Row {
            figure: Figure::Measured {
                unit: Unit::Megabytes,
                samples: Samples::of([50.0]),
            },
            goal: Some(Goal::AtMost(60.0)),
            note: "PostgreSQL".to_owned(),
            ..ratio(&[], &[])
        };
        let text = table(&Report::of_rows(vec![absent, memory]));
        assert!(text.contains("| P1 | ours ÷ theirs | not offered |  | not measured |\n"));
        assert!(text.contains("| 50.0 MB; PostgreSQL | ≤ 60.0 MB | met |\n"));
        assert!(text.contains("revision `abc`"));
    }
}
