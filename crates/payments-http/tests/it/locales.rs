//! The language files: each has the same messages in every language, with the same variables, and French punctuation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Message, Pattern, Resource};
use fluent_syntax::{parser, serializer};
use payments_core::language::Language;

/// A message's or attribute's name, and the variables in its text.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn messages(text: &str) -> Result<Messages, String> {
    let resource = parser::parse(text).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut messages = Messages::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let name = message.id.name;
        let attributes = message.attributes.into_iter();
        let attributes = attributes.map(|it| (format!("{name}.{}", it.id.name), it.value));
        let value = message.value.map(|value| (name.to_owned(), value));
        for (name, pattern) in value.into_iter().chain(attributes) {
            let variables = variables(pattern);
            if messages.insert(name.clone(), variables).is_some() {
                return Err(format!("{name} is defined twice"));
            }
        }
    }
    Ok(messages)
}

fn variables(pattern: Pattern<&str>) -> BTreeSet<String> {
    let id = fluent_syntax::ast::Identifier { name: "message" };
    let message = Entry::Message(Message {
        id,
        value: Some(pattern),
        attributes: Vec::new(),
        comment: None,
    });
    let text = serializer::serialize(&Resource {
        body: vec![message],
    });
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| is_of_a_name(*c)).collect())
        .collect()
}

/// Compares a language's file with the Turkish one.
fn difference(text: &str, reference: &str) -> Option<String> {
    match (messages(text), messages(reference)) {
        (Ok(messages), Ok(reference)) if messages == reference => None,
        (Ok(messages), Ok(reference)) => {
            let all = messages.keys().chain(reference.keys());
            let different = all.filter(|name| messages.get(*name) != reference.get(*name));
            Some(format!(
                "differs in {:?}",
                different.collect::<BTreeSet<_>>()
            ))
        }
        (Err(error), _) | (_, Err(error)) => Some(error),
    }
}

/// Every `locales` folder of the workspace's crates.
fn locale_folders() -> Vec<PathBuf> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = fs::read_dir(crates).expect("the crates");
    let folders = crates.map(|entry| entry.expect("a crate").path().join("locales"));
    folders.filter(|folder| folder.is_dir()).collect()
}

/// The languages of a folder: those of the console, or all.
fn languages_of(folder: &Path) -> &'static [Language] {
    if folder
        .parent()
        .is_some_and(|of| of.ends_with("payments-console"))
    {
        &payments_console::LANGUAGES
    } else {
        &Language::ALL
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let mut compared = 0;
    for folder in locale_folders() {
        let languages = languages_of(&folder);
        let folders = fs::read_dir(&folder).expect("languages");
        assert_eq!(folders.count(), languages.len(), "{folder:?}");
        let reference = folder.join(Language::Tr.code());
        for file in fs::read_dir(&reference).expect("the Turkish files") {
            let name = file.expect("a file").file_name();
            let turkish = fs::read_to_string(reference.join(&name)).expect("the Turkish file");
            for &language in languages {
                let path = folder.join(language.code()).join(&name);
                let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
                assert_eq!(difference(&text, &turkish), None, "{path:?}");
                compared += 1;
            }
        }
        for &language in languages {
            let files = |language: Language| fs::read_dir(folder.join(language.code()));
            let count = |language| files(language).expect("files").count();
            assert_eq!(
                count(language),
                count(Language::Tr),
                "{language:?} in {folder:?}"
            );
        }
    }
    assert!(compared >= 20, "only {compared} language files were found");
}

#[test]
fn a_missing_message_another_variable_a_duplicate_and_a_syntax_error_are_found() {
    let plan = "plan = { $count ->\n    [one] Single payment\n   *[other] { $count } times\n }\n";
    let arabic = "plan = { $count ->\n    [zero] -\n    [two] =\n   *[other] { $count }\n }\n";
    assert_eq!(difference(arabic, plan), None);
    let expected = Some(r#"differs in {"plan"}"#.to_owned());
    assert_eq!(difference("", plan), expected);
    assert_eq!(difference("plan = { $number } fois\n", plan), expected);
    assert_eq!(
        difference("plan = { NUMBER($count) } .\n    .more = x\n", plan).as_deref(),
        Some(r#"differs in {"plan.more"}"#)
    );
    assert_eq!(
        difference(&plan.repeat(2), plan).as_deref(),
        Some("plan is defined twice")
    );
    assert!(difference(&format!("{plan}broken = {{ $"), plan).is_some());
}

/// The lines of a French file whose punctuation can be separated from its word. Text messages are left out: their
/// alphabets have no no-break space.
fn separable(text: &str) -> Vec<&str> {
    let is_text = |line: &&str| !line.starts_with('#') && !line.starts_with("sms-");
    text.lines()
        .filter(is_text)
        .filter(|line| is_separable(line))
        .collect()
}

/// French sets a no-break space before `:` and `»` and after `«`, and a narrow one before `;`, `?` and `!`.
fn is_separable(text: &str) -> bool {
    let mut pairs = text.chars().zip(text.chars().skip(1));
    pairs.any(|(one, next)| match (one, next) {
        ('«', _) => next != '\u{a0}',
        (_, ':' | '»') => one != '\u{a0}',
        (_, ';' | '?' | '!') => one != '\u{202f}',
        (_, _) => false,
    })
}

#[test]
fn french_punctuation_has_its_no_break_space() {
    let has_french = |folder: &PathBuf| languages_of(folder).contains(&Language::Fr);
    for folder in locale_folders().into_iter().filter(has_french) {
        for file in fs::read_dir(folder.join("fr")).expect("the French files") {
            let path = file.expect("a file").path();
            let text = fs::read_to_string(&path).expect("a French file");
            assert_eq!(separable(&text), Vec::<&str>::new(), "{path:?}");
        }
    }
    let component = Path::new(env!("CARGO_MANIFEST_DIR"));
    let component = component.join("static/component/payments-installments.js");
    let component = fs::read_to_string(component).expect("the component");
    let (_, french) = component.split_once("\n  fr: {").expect("its texts");
    let (french, _) = french.split_once("\n  },").expect("their end");
    let texts: Vec<&str> = french.split('"').skip(1).step_by(2).collect();
    assert!(texts.len() > 10, "{texts:?}");
    for text in texts {
        assert!(!is_separable(text), "{text}");
    }
}

#[test]
fn french_punctuation_after_another_space_or_none_is_found() {
    let right = "# a: b\nsms-code = Code : { $code }\na = Oui\u{202f}! «\u{a0}un\u{a0}»\u{a0}:\n";
    assert_eq!(separable(right), Vec::<&str>::new());
    for wrong in [
        "a = Total :",
        "a = Total:",
        "a = Sûr ?",
        "a = Sûr\u{a0}?",
        "a = « un\u{a0}»",
        "    .title = Oui ;",
    ] {
        assert_eq!(separable(wrong), [wrong]);
    }
}
