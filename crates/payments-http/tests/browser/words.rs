//! The expected texts of a page, from the language files and from the component.

use std::fs;
use std::path::Path;

/// A sentence of the shop or the service, up to its first variable.
pub(crate) fn sentence(language: &str, name: &str) -> String {
    of_files(
        language,
        name,
        &[
            &format!("../payments-demo/locales/{language}/shop.ftl"),
            &format!("locales/{language}/payments.ftl"),
        ],
    )
}

/// A sentence of the console, up to its first variable.
pub(crate) fn console(language: &str, name: &str) -> String {
    let file = format!("../payments-console/locales/{language}/console.ftl");
    of_files(language, name, &[&file])
}

fn of_files(language: &str, name: &str, files: &[&str]) -> String {
    let texts: Vec<String> = files.iter().map(|file| read(file)).collect();
    let beginning = format!("{name} = ");
    let line = texts
        .iter()
        .flat_map(|text| text.lines())
        .find_map(|line| line.strip_prefix(&beginning));
    let line = line.unwrap_or_else(|| panic!("{name} is not a sentence of one line in {language}"));
    line.split("{ ")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// A text of the component.
pub(crate) fn component(language: &str, name: &str) -> String {
    let source = read("static/component/payments-installments.js");
    let (_, texts) = source
        .split_once(&format!("\n  {language}: {{"))
        .expect("the language");
    let (_, text) = texts.split_once(&format!("{name}: \"")).expect("the text");
    text.split('"').next().unwrap_or_default().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}
