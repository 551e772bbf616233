//! Prometheus's rules and Grafana's dashboard: they parse, they name what the service exposes, and each alert is tested
//! and documented.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::promql::Metrics;
use crate::checkers::{Findings, Outcome, findings};
use crate::command::program;
use crate::services::programs;
use crate::tree::{ProjectFile, text};

const METRICS: &str = "deploy/prometheus/metrics.txt";
const RULES: &str = "deploy/prometheus/alerts.yaml";
const TESTS: [&str; 2] = [
    "deploy/prometheus/alerts.test.yaml",
    "deploy/prometheus/alerts.long.test.yaml",
];
const SCRAPES: &str = "deploy/prometheus/prometheus.yml";
const DASHBOARD: &str = "deploy/grafana/payments.json";
const BOOK: &str = "docs/operate.md";
const RUNBOOK: &str = "docs/runbook.md";
/// Variables of Grafana, with a value for which a query parses.
const VARIABLES: [(&str, &str); 1] = [("$__rate_interval", "5m")];

pub(super) fn check(files: &[ProjectFile]) -> Result<Vec<(&'static str, Outcome)>> {
    let queries = queries(text(files, DASHBOARD))?;
    let metrics = Metrics::read(text(files, METRICS));
    let undocumented = metrics
        .names()
        .filter(|name| !text(files, BOOK).contains(&format!("`{name}")));
    let mut names: Findings = undocumented
        .map(|name| format!("{BOOK} does not name {name}"))
        .collect();
    let rules = rules(text(files, RULES));
    for (place, query) in rules.iter().map(|(name, rule)| (*name, *rule)) {
        names.extend(metrics.mistakes(query).map(|it| format!("{place}: {it}")));
    }
    for query in &queries {
        names.extend(
            metrics
                .mistakes(query)
                .map(|it| format!("{DASHBOARD}: {it}")),
        );
    }
    let tests: Vec<&str> = TESTS
        .iter()
        .flat_map(|path| text(files, path).lines())
        .collect();
    Ok(vec![
        (
            "monitoring: rules, their tests and queries (promtool)",
            promtool(&queries)?,
        ),
        (
            "monitoring: rules, dashboard and book name the service's metrics",
            Outcome::Ran(names),
        ),
        (
            "monitoring: every alert is tested and in the runbook",
            Outcome::Ran(incomplete(&rules, &tests, text(files, RUNBOOK))),
        ),
    ])
}

/// Whether the rules are valid and pass their tests, and the dashboard's queries parse.
fn promtool(queries: &[String]) -> Result<Outcome> {
    let promtool = match programs::PROMTOOL.folder() {
        Ok(folder) => folder.join("promtool").to_string_lossy().into_owned(),
        Err(error) => return Ok(Outcome::NotRun(format!("{error:#}"))),
    };
    let rules: Vec<Value> = queries
        .iter()
        .map(|query| json!({ "record": "query", "expr": query }))
        .collect();
    // JSON is YAML.
    let groups = json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dashboard.yaml");
    fs::write(&path, groups.to_string())?;
    let path = path.to_string_lossy();
    let runs = [
        &["check", "config", SCRAPES][..],
        &["check", "rules", "--lint=none", &path],
        &[&["test", "rules"][..], &TESTS].concat(),
    ];
    let runs = runs.map(|arguments| findings(&mut program(&promtool, arguments)));
    Ok(Outcome::Ran(runs.concat()))
}

/// The dashboard's queries.
fn queries(dashboard: &str) -> Result<Vec<String>> {
    let dashboard: Value = serde_json::from_str(dashboard).context(DASHBOARD)?;
    let panels = dashboard["panels"].as_array().into_iter().flatten();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let queries = targets.map(|target| target["expr"].as_str().context("a target without expr"));
    queries
        .map(|query| {
            let with_values = VARIABLES
                .iter()
                .fold(query?.to_owned(), |query, (name, value)| {
                    query.replace(name, value)
                });
            Ok(with_values)
        })
        .collect()
}

/// The name of each alert, and its lines up to the next.
fn rules(rules: &str) -> Vec<(&str, &str)> {
    let rules = rules.split("- alert: ").skip(1);
    rules
        .map(|rule| rule.split_once('\n').unwrap_or((rule, "")))
        .collect()
}

/// Alerts without a severity, a summary, a section of the runbook, a case that fires or one that does not; and sections
/// without an alert.
fn incomplete(rules: &[(&str, &str)], tests: &[&str], runbook: &str) -> Findings {
    let mut findings = Findings::new();
    let sections: Vec<&str> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("## Payments"))
        .collect();
    for (name, rule) in rules {
        let anchor = format!("runbook: {RUNBOOK}#{}", name.to_lowercase());
        for needed in ["severity: ", "summary: ", &anchor] {
            if !rule.contains(needed) {
                findings.push(format!("{name} has no `{needed}`"));
            }
        }
        if !sections
            .iter()
            .any(|section| name.strip_prefix("Payments") == Some(section))
        {
            findings.push(format!("{RUNBOOK} has no section {name}"));
        }
        let named = format!("alertname=\"{name}\"");
        let cases = || tests.iter().filter(|line| line.contains(&named));
        if !cases().any(|line| line.contains("exp_samples")) {
            findings.push(format!("{name}: no test in which it fires"));
        }
        if cases().all(|line| line.contains("exp_samples")) {
            findings.push(format!("{name}: no test in which it does not fire"));
        }
    }
    let alone = sections.iter().filter(|section| {
        !rules
            .iter()
            .any(|(name, _)| name.strip_prefix("Payments") == Some(section))
    });
    findings.extend(alone.map(|section| format!("{RUNBOOK}: there is no alert Payments{section}")));
    findings
}

#[cfg(test)]
mod tests {
    use super::{incomplete, queries, rules};

    const RULES: &str = "- alert: PaymentsA\n  severity: critical\n  summary: x\n  \
                         runbook: docs/runbook.md#paymentsa\n";
    const FIRES: &str = "{ expr: 'ALERTS{alertname=\"PaymentsA\"}', exp_samples: [] }";
    const IS_QUIET: &str = "{ expr: 'ALERTS{alertname=\"PaymentsA\"}' }";

    #[test]
    fn what_an_alert_lacks_is_found() {
        let rules = rules(RULES);
        let find = |tests, runbook| incomplete(&rules, tests, runbook);
        assert!(find(&[FIRES, IS_QUIET], "## PaymentsA\n").is_empty());
        let expected = ["PaymentsA: no test in which it does not fire"];
        assert_eq!(find(&[FIRES], "## PaymentsA\n"), expected);
        let expected = ["PaymentsA: no test in which it fires"];
        assert_eq!(find(&[IS_QUIET], "## PaymentsA\n"), expected);
        let expected = [
            "docs/runbook.md has no section PaymentsA",
            "docs/runbook.md: there is no alert PaymentsB",
        ];
        assert_eq!(find(&[FIRES, IS_QUIET], "## PaymentsB\n"), expected);
    }

    #[test]
    fn an_alert_needs_a_severity_a_summary_and_its_own_anchor() {
        let rules = rules("- alert: PaymentsA\n  runbook: docs/runbook.md#paymentsb\n");
        let findings = incomplete(&rules, &[FIRES, IS_QUIET], "## PaymentsA\n");
        let expected = [
            "severity: ",
            "summary: ",
            "runbook: docs/runbook.md#paymentsa",
        ];
        let expected = expected.map(|needed| format!("PaymentsA has no `{needed}`"));
        assert_eq!(findings, expected);
    }

    #[test]
    fn queries_have_values_for_grafanas_variables() {
        let dashboard = r#"{"panels": [{}, {"targets": [{"expr": "rate(a[$__rate_interval])"}]}]}"#;
        assert_eq!(queries(dashboard).unwrap(), ["rate(a[5m])"]);
        assert!(queries(r#"{"panels": [{"targets": [{}]}]}"#).is_err());
    }
}
