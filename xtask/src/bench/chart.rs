//! The rows as bars: how each figure stands to its goal.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "places on a picture are no money"
)]

use super::row::{Goal, Row, Verdict};

const WIDTH: f64 = 860.0;
const ROW_HEIGHT: f64 = 26.0;
const TOP: f64 = 44.0;
/// Where the bars begin, and where the goal is.
const BARS_LEFT: f64 = 420.0;
const GOAL_AT: f64 = 580.0;
/// A bar ends here, however good the figure is.
const BARS_RIGHT: f64 = 740.0;

/// Draws every row that has a goal and a decided figure, or a word instead of the bar. Longer is better.
pub(crate) fn chart(rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.goal.is_some()).collect();
    let height = TOP + ROW_HEIGHT * rows.len() as f64 + 12.0;
    let head = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-label="Measured figures against their goals">
<style>
text {{ font: 13px system-ui, sans-serif; fill: #24292f; }}
.small {{ font-size: 12px; fill: #57606a; }}
.met {{ fill: #2da44e; }} .missed {{ fill: #cf222e; }} .goal {{ stroke: #57606a; stroke-dasharray: 4 3; }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3; }} .small {{ fill: #9198a1; }} .met {{ fill: #3fb950; }} .missed {{ fill: #f85149; }} .goal {{ stroke: #9198a1; }}
}}
</style>
<text class="small" x="{GOAL_AT}" y="18" text-anchor="middle">goal</text>
<text class="small" x="{BARS_RIGHT}" y="18" text-anchor="end">longer is better</text>
"#
    );
    let bars = rows.iter().enumerate();
    let bars: String = bars
        .map(|(place, row)| bar(row, TOP + ROW_HEIGHT * place as f64))
        .collect();
    let end = height - 8.0;
    format!(
        "{head}{bars}<line class=\"goal\" x1=\"{GOAL_AT}\" y1=\"26\" x2=\"{GOAL_AT}\" y2=\"{end}\"/>\n</svg>\n"
    )
}

fn bar(row: &Row, top: f64) -> String {
    let baseline = top + 13.0;
    let name = escaped(&format!("{}  {}", row.id, row.what));
    let label = format!("<text x=\"8\" y=\"{baseline}\">{name}</text>\n");
    let verdict = row.verdict();
    let kind = match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided | Verdict::ForInformation | Verdict::NotMeasured => {
            let word = verdict.word();
            let text =
                format!("<text class=\"small\" x=\"{BARS_LEFT}\" y=\"{baseline}\">{word}</text>\n");
            return label + &text;
        }
    };
    let figure = row.samples().median();
    let width = (GOAL_AT - BARS_LEFT) * to_goal(figure, row.goal);
    let width = width.clamp(2.0, BARS_RIGHT - BARS_LEFT);
    let figure = escaped(&row.unit().written(figure));
    let after = BARS_LEFT + width + 6.0;
    format!(
        "{label}<rect class=\"{kind}\" x=\"{BARS_LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"16\" rx=\"2\"/>\n\
         <text class=\"small\" x=\"{after:.1}\" y=\"{baseline}\">{figure}</text>\n"
    )
}

/// How many times as good as the goal.
fn to_goal(figure: f64, goal: Option<Goal>) -> f64 {
    match goal {
        Some(Goal::AtLeast(goal)) => figure / goal,
        Some(Goal::AtMost(goal)) => goal / figure,
        None => 0.0,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{chart, to_goal};
    use crate::bench::row::{Figure, Goal, Row, Unit};
    use crate::bench::samples::Samples;

    fn row(what: &str, samples: &[f64], goal: Option<Goal>) -> Row {
        Row {
            id: "P1".to_owned(),
            what: what.to_owned(),
            figure: Figure::Measured {
                unit: Unit::Times,
                samples: Samples::of(samples.iter().copied()),
            },
            goal,
            note: String::new(),
        }
    }

    #[test]
    fn only_decided_goals_have_bars() {
        let goal = Some(Goal::AtLeast(1.0));
        let svg = chart(&[
            row("good", &[2.0], goal),
            row("bad", &[0.5], goal),
            row("unclear", &[0.5, 2.0], goal),
            row("by the way", &[9.0], None),
        ]);
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(svg.contains(r#"class="met""#) && svg.contains(r#"class="missed""#));
        assert!(svg.contains("unclear") && svg.contains(">undecided<"));
        assert!(!svg.contains("by the way"));
    }

    #[test]
    fn words_do_not_break_the_picture() {
        let svg = chart(&[row("a < b & c", &[1.0], Some(Goal::AtMost(2.0)))]);
        assert!(svg.contains("a &lt; b &amp; c"));
    }

    #[test]
    fn twice_as_good_as_the_goal_is_twice_as_long() {
        assert!((to_goal(300.0, Some(Goal::AtLeast(150.0))) - 2.0).abs() < 1e-9);
        assert!((to_goal(30.0, Some(Goal::AtMost(60.0))) - 2.0).abs() < 1e-9);
    }
}
