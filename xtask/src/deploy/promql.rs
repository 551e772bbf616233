//! The metrics and labels that a query names.

use std::collections::{BTreeMap, BTreeSet};

/// What Prometheus and the blackbox exporter add.
const ADDED: &str = "up gauge\nprobe_success gauge";
const ADDED_LABELS: [&str; 2] = ["job", "instance"];
/// The prefixes of what is certainly a metric.
const PREFIXES: [&str; 2] = ["payments_", "process_"];
const OF_A_HISTOGRAM: [&str; 3] = ["_bucket", "_sum", "_count"];

/// The values of each label; `*` for any.
type Labels<'t> = BTreeMap<&'t str, BTreeSet<&'t str>>;

/// The known metrics, with their labels.
pub(super) struct Metrics<'t> {
    listed: Vec<&'t str>,
    labels: BTreeMap<String, Labels<'t>>,
}

impl<'t> Metrics<'t> {
    /// Reads lines `name type label=value,value`.
    pub(super) fn read(list: &'t str) -> Self {
        let mut listed = Vec::new();
        let mut metrics = BTreeMap::new();
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        for line in lines.chain(ADDED.lines()) {
            let mut words = line.split(' ');
            let (Some(name), Some(kind)) = (words.next(), words.next()) else {
                continue;
            };
            let labels = words.filter_map(|word| word.split_once('='));
            let mut labels: Labels<'_> = labels
                .map(|(label, values)| (label, values.split(',').collect()))
                .collect();
            for label in ADDED_LABELS {
                labels.insert(label, ["*"].into());
            }
            if kind == "histogram" {
                labels.insert("le", ["*"].into());
                metrics.extend(OF_A_HISTOGRAM.map(|it| (format!("{name}{it}"), labels.clone())));
            } else {
                metrics.insert(name.to_owned(), labels);
            }
            if PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
                listed.push(name);
            }
        }
        Self {
            listed,
            labels: metrics,
        }
    }

    /// The names in the list.
    pub(super) fn names(&self) -> impl Iterator<Item = &'t str> {
        self.listed.iter().copied()
    }

    /// Metrics, labels and values of a query that the list does not have.
    pub(super) fn mistakes<'q>(&'q self, query: &'q str) -> impl Iterator<Item = String> + 'q {
        let selectors = selectors(query);
        let mut grouped: Vec<&str> = Vec::new();
        for selector in &selectors {
            let labels = self.labels.get(selector.metric);
            grouped.extend(labels.into_iter().flat_map(Labels::keys).copied());
        }
        let groupings = groupings(query).into_iter();
        let groupings = groupings.filter(move |label| !grouped.contains(label));
        let groupings =
            groupings.map(|label| format!("no metric of the query has the label {label}"));
        let selectors = selectors.into_iter();
        selectors
            .flat_map(|selector| self.mistakes_of(&selector))
            .chain(groupings)
    }

    fn mistakes_of(&self, selector: &Selector<'_>) -> Vec<String> {
        let metric = selector.metric;
        let Some(labels) = self.labels.get(metric) else {
            return vec![format!("no metric {metric}")];
        };
        let mut mistakes = Vec::new();
        for (label, value) in &selector.matchers {
            let Some(known) = labels.get(label) else {
                mistakes.push(format!("{metric} has no label {label}"));
                continue;
            };
            let mut values = value.split('|');
            if let Some(value) = values.find(|it| !known.contains("*") && !known.contains(it)) {
                mistakes.push(format!("{label} of {metric} is never {value}"));
            }
        }
        mistakes
    }
}

/// A metric and its matchers, each a label and a value.
struct Selector<'q> {
    metric: &'q str,
    matchers: Vec<(&'q str, &'q str)>,
}

/// Words before braces, and words that begin as a metric does.
fn selectors(query: &str) -> Vec<Selector<'_>> {
    let mut selectors = Vec::new();
    for (word, rest) in words(query) {
        let braces = rest.strip_prefix('{').filter(|rest| !rest.starts_with('{'));
        if braces.is_some() || PREFIXES.iter().any(|prefix| word.starts_with(prefix)) {
            selectors.push(Selector {
                metric: word,
                matchers: braces.map(matchers).unwrap_or_default(),
            });
        }
    }
    selectors
}

/// `label="value", …}`; a value is in either kind of quotes.
fn matchers(mut text: &str) -> Vec<(&str, &str)> {
    let mut matchers = Vec::new();
    while let Some(start) = text.find(|letter| "\"'}".contains(letter)) {
        let (before, quoted) = text.split_at(start);
        let mut letters = quoted.chars();
        let Some(quote) = letters.next().filter(|quote| *quote != '}') else {
            break;
        };
        let label = before.trim_matches(|letter: char| !is_of_word(letter));
        let (value, after) = letters.as_str().split_once(quote).unwrap_or_default();
        matchers.push((label, value));
        text = after;
    }
    matchers
}

/// The labels in `by (…)` and `without (…)`.
fn groupings(query: &str) -> Vec<&str> {
    let clauses = words(query).into_iter();
    let clauses = clauses.filter(|(word, _)| ["by", "without"].contains(word));
    let lists = clauses.filter_map(|(_, rest)| {
        let (list, _) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
        Some(list)
    });
    lists
        .flat_map(|list| list.split(',').map(str::trim))
        .collect()
}

/// Each word outside of quotes, with what follows it.
fn words(query: &str) -> Vec<(&str, &str)> {
    let mut words = Vec::new();
    let mut text = query;
    while let Some(start) = text.find(|letter| is_of_word(letter) || "\"'".contains(letter)) {
        text = &text[start..];
        let mut letters = text.chars();
        if let Some(quote @ ('"' | '\'')) = letters.next() {
            text = letters.as_str().split_once(quote).unwrap_or_default().1;
            continue;
        }
        let end = text
            .find(|letter| !is_of_word(letter))
            .unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        words.push((word, rest));
        text = rest;
    }
    words
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::Metrics;

    const LIST: &str = "# name type labels\n\
                        payments_calls_total counter outcome=done,refused provider=*\n\
                        payments_time_seconds histogram route=*\n\
                        process_open_fds gauge\n";

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let metrics = Metrics::read(LIST);
        let mistakes: Vec<_> = metrics.mistakes(query).collect();
        assert_eq!(mistakes, expected, "{query}");
    }

    #[test]
    fn metrics_labels_and_values_of_the_list_are_right() {
        for query in [
            "sum by (provider, job) (rate(payments_calls_total{outcome=~\"done|refused\", instance=~'$process'}[5m]))",
            "histogram_quantile(0.5, sum by (le) (rate(payments_time_seconds_bucket{route='/a/{pk}/'}[5m])))",
            "process_open_fds > 3 and on (job) up{job=\"by (x)\"} == 0",
        ] {
            check(query, &[]);
        }
    }

    #[test]
    fn a_metric_a_label_and_a_value_that_do_not_exist_are_found() {
        check("payments_call_total", &["no metric payments_call_total"]);
        check("payment_calls{}", &["no metric payment_calls"]);
        check(
            "payments_time_seconds",
            &["no metric payments_time_seconds"],
        );
        let expected = ["payments_calls_total has no label result"];
        check("payments_calls_total{result=\"done\"}", &expected);
        let expected = ["outcome of payments_calls_total is never gone"];
        check("payments_calls_total{outcome=~\"done|gone\"}", &expected);
        let expected = ["no metric of the query has the label route"];
        check("sum by (route) (payments_calls_total)", &expected);
    }

    #[test]
    fn the_names_are_those_of_the_list() {
        let expected = [
            "payments_calls_total",
            "payments_time_seconds",
            "process_open_fds",
        ];
        assert!(Metrics::read(LIST).names().eq(expected));
    }
}
