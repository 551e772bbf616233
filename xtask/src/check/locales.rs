//! Every language has the same messages, with the same variables in them.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast;
use fluent_syntax::parser;

use super::Complaints;
use crate::tree::{ProjectFile, text_files};

const FOLDER: &str = "crates/payments-http/locales/";
const LANGUAGES: [&str; 6] = ["ar", "de", "en", "fr", "ru", "tr"];
/// The language that the others are compared with: the service's default.
const REFERENCE: &str = "tr";

/// Message and attribute names with the variables that their texts use.
type Messages = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(files: &[ProjectFile]) -> Complaints {
    let texts: BTreeMap<&str, &str> = text_files(files, FOLDER, "/payments.ftl")
        .map(|(path, text)| (path[FOLDER.len()..].trim_end_matches("/payments.ftl"), text))
        .collect();
    complaints(&texts)
}

/// Compares the languages' files, given by language.
fn complaints(texts: &BTreeMap<&str, &str>) -> Complaints {
    let mut complaints = Complaints::new();
    let mut languages: BTreeMap<&str, Messages> = BTreeMap::new();
    for (language, text) in texts {
        let (messages, mistakes) = read(text);
        complaints.extend(
            mistakes
                .into_iter()
                .map(|mistake| format!("{language}: {mistake}")),
        );
        languages.insert(language, messages);
    }
    for language in LANGUAGES {
        match (languages.get(REFERENCE), languages.get(language)) {
            (_, None) => complaints.push(format!("{FOLDER}{language}/payments.ftl is missing")),
            (None, Some(_)) => {}
            (Some(reference), Some(messages)) => {
                complaints.extend(differences(language, reference, messages));
            }
        }
    }
    complaints
}

fn differences(language: &str, reference: &Messages, messages: &Messages) -> Complaints {
    let mut complaints = Complaints::new();
    for (name, variables) in reference {
        match messages.get(name) {
            None => complaints.push(format!("{language}: {name} is missing")),
            Some(used) if used != variables => complaints.push(format!(
                "{language}: {name} uses {used:?}, in {REFERENCE} {variables:?}"
            )),
            Some(_) => {}
        }
    }
    let unknown = messages
        .keys()
        .filter(|name| !reference.contains_key(*name));
    complaints.extend(unknown.map(|name| format!("{language}: {name} is not in {REFERENCE}")));
    complaints
}

/// The messages of a file, and what in it is not Fluent or stands twice.
fn read(text: &str) -> (Messages, Complaints) {
    let mut messages = Messages::new();
    let mut mistakes = Complaints::new();
    let resource = parser::parse(text).unwrap_or_else(|(resource, errors)| {
        mistakes.extend(
            errors
                .iter()
                .map(|error| format!("a syntax error, {error}")),
        );
        resource
    });
    for entry in &resource.body {
        let ast::Entry::Message(message) = entry else {
            continue;
        };
        let attributes = message.attributes.iter().map(|attribute| {
            (
                format!("{}.{}", message.id.name, attribute.id.name),
                &attribute.value,
            )
        });
        let value = message
            .value
            .iter()
            .map(|value| (message.id.name.to_owned(), value));
        for (name, pattern) in value.chain(attributes) {
            if messages.insert(name.clone(), variables(pattern)).is_some() {
                mistakes.push(format!("{name} stands twice"));
            }
        }
    }
    (messages, mistakes)
}

fn variables(pattern: &ast::Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    in_pattern(pattern, &mut found);
    found
}

fn in_pattern(pattern: &ast::Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression(expression: &ast::Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Inline(inline) => in_inline(inline, found),
        ast::Expression::Select { selector, variants } => {
            in_inline(selector, found);
            for variant in variants {
                in_pattern(&variant.value, found);
            }
        }
    }
}

fn in_inline(inline: &ast::InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                in_inline(argument, found);
            }
        }
        ast::InlineExpression::Placeable { expression } => in_expression(expression, found),
        ast::InlineExpression::StringLiteral { .. }
        | ast::InlineExpression::NumberLiteral { .. }
        | ast::InlineExpression::MessageReference { .. }
        | ast::InlineExpression::TermReference { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{LANGUAGES, complaints};

    const PLAN: &str =
        "plan = { $count ->\n    [one] Single payment\n   *[other] { $count } installments\n }\n";

    fn check(language: &str, text: &str, expected: &[&str]) {
        let mut texts: BTreeMap<&str, &str> = LANGUAGES.map(|language| (language, PLAN)).into();
        texts.insert(language, text);
        assert_eq!(complaints(&texts), expected);
    }

    #[test]
    fn languages_may_have_different_plural_forms() {
        check(
            "ar",
            "plan = { $count ->\n    [zero] -\n    [two] =\n   *[other] { $count }\n }\n",
            &[],
        );
    }

    #[test]
    fn a_message_that_is_missing_or_too_many_is_found() {
        check("de", "", &["de: plan is missing"]);
        check(
            "de",
            &format!("{PLAN}more = Mehr\n"),
            &["de: more is not in tr"],
        );
        check("de", &format!("{PLAN}{PLAN}"), &["de: plan stands twice"]);
    }

    #[test]
    fn a_variable_that_only_one_language_uses_is_found() {
        check(
            "fr",
            "plan = { $number } fois\n",
            &[r#"fr: plan uses {"number"}, in tr {"count"}"#],
        );
    }

    #[test]
    fn a_language_without_a_file_is_found() {
        let texts: BTreeMap<&str, &str> = [("tr", PLAN)].into();
        assert_eq!(complaints(&texts).len(), 5);
    }

    #[test]
    fn a_syntax_error_is_found() {
        let mut texts: BTreeMap<&str, &str> = LANGUAGES.map(|language| (language, PLAN)).into();
        let broken = format!("{PLAN}broken = {{ $");
        texts.insert("en", &broken);
        assert!(complaints(&texts)[0].starts_with("en: a syntax error"));
    }
}
