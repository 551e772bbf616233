//! The rows with a goal as bars of an SVG; longer is better.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "coordinates"
)]

use super::row::{Goal, Row, Verdict};

const BARS_LEFT: f64 = 420.0;
const GOAL_AT: f64 = 580.0;
const MAX_WIDTH: f64 = 320.0;

const STYLE: &str = "<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.small { font-size: 12px; fill: #57606a; }
.met { fill: #2da44e; } .missed { fill: #cf222e; } .goal { stroke: #57606a; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .small { fill: #9198a1; } .met { fill: #3fb950; } .missed { fill: #f85149; }
}
</style>";

pub(crate) fn chart(rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.goal.is_some()).collect();
    let height = 56.0 + 26.0 * rows.len() as f64;
    let tops = (0..).map(|place| 44.0 + 26.0 * f64::from(place));
    let bars: String = rows
        .iter()
        .zip(tops)
        .map(|(row, top)| bar(row, top))
        .collect();
    let end = height - 8.0;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" width="860" height="{height}" role="img" aria-label="Measured figures against their goals">
{STYLE}
<text class="small" x="{GOAL_AT}" y="18" text-anchor="middle">goal</text>
<text class="small" x="740" y="18" text-anchor="end">longer is better</text>
{bars}<line class="goal" x1="{GOAL_AT}" y1="26" x2="{GOAL_AT}" y2="{end}"/>
</svg>
"#
    )
}

fn bar(row: &Row, top: f64) -> String {
    let (baseline, figure, verdict) = (top + 13.0, row.samples.median(), row.verdict());
    let name = format!("{}  {}", row.id, row.what)
        .replace('&', "&amp;")
        .replace('<', "&lt;");
    let label = format!("<text x=\"8\" y=\"{baseline}\">{name}</text>\n");
    let text = |x: f64, text: &str| {
        format!("<text class=\"small\" x=\"{x:.1}\" y=\"{baseline}\">{text}</text>\n")
    };
    if verdict == Verdict::Undecided {
        return label + &text(BARS_LEFT, verdict.word());
    }
    let to_goal = match row.goal {
        Some(Goal::AtLeast(goal)) => figure / goal,
        Some(Goal::AtMost(goal)) => goal / figure,
        None => 0.0,
    };
    let width = ((GOAL_AT - BARS_LEFT) * to_goal).clamp(2.0, MAX_WIDTH);
    let class = verdict.word();
    let rect = format!(
        "<rect class=\"{class}\" x=\"{BARS_LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"16\" rx=\"2\"/>\n"
    );
    label + &rect + &text(BARS_LEFT + width + 6.0, &row.unit.written(figure))
}

#[cfg(test)]
mod tests {
    use super::chart;
    use crate::bench::row::{Goal, Row, Samples, Unit};

    #[test]
    fn only_decided_goals_have_bars() {
        let row = |what, samples: [f64; 2]| Row::new("P1", what, Unit::Times, Samples::of(samples));
        let svg = chart(&[
            row("a < b & c", [2.0, 2.0]).with_goal(Goal::AtLeast(1.0)),
            row("bad", [3.0, 3.0]).with_goal(Goal::AtMost(1.0)),
            row("unclear", [0.5, 2.0]).with_goal(Goal::AtLeast(1.0)),
            row("without a goal", [9.0, 9.0]),
        ]);
        assert_eq!(svg.matches("<rect").count(), 2);
        // Twice as good as the goal is twice as long, up to the picture's end.
        assert!(svg.contains(r#"class="met" x="420" y="44" width="320.0""#));
        assert!(svg.contains(r#"class="missed" x="420" y="70" width="53.3""#));
        assert!(svg.contains(">undecided<") && !svg.contains("without a goal"));
        assert!(svg.contains("a &lt; b &amp; c"));
    }
}
