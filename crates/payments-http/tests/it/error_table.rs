//! Every row of the error table, in every language.

use std::collections::HashSet;
use std::fmt::Write as _;

use actix_web::body::MessageBody as _;
use payments_core::language::Language;
use payments_http::answer::error_response;
use payments_http::error::{ApiError, Problem};
use payments_http::i18n::Sentences;

#[test]
fn every_row_has_a_status_and_a_sentence_in_six_languages() {
    let sentences = Sentences::read().expect("the language files");
    let mut table = String::new();
    for problem in Problem::ALL {
        writeln!(table, "{} {problem:?}", problem.status().as_u16()).expect("a line");
        for language in Language::ALL {
            let error = ApiError::new(*problem).retry_after(30);
            let body = error_response(&error, language, &sentences).into_body();
            let bytes = body.try_into_bytes().expect("a whole body");
            let body = std::str::from_utf8(&bytes).expect("UTF-8");
            writeln!(table, "  {} {body}", language.code()).expect("a line");
        }
    }
    insta::assert_snapshot!("error_table", table);
}

#[test]
fn no_two_rows_share_a_code() {
    let codes: Vec<&str> = Problem::ALL.iter().map(|problem| problem.code()).collect();
    let distinct: HashSet<&&str> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len(), "{codes:?}");
    for code in codes {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(code.bytes().all(is_word), "{code}");
    }
}

#[test]
fn an_answer_with_english_in_it_is_english_in_every_language() {
    let sentences = Sentences::read().expect("the language files");
    let english = vec![payments_http::error::FieldError::at(
        "/pk",
        "use a positive integer",
    )];
    let error = ApiError::validation(english);
    let bodies = Language::ALL.map(|language| {
        let body = error_response(&error, language, &sentences).into_body();
        body.try_into_bytes().expect("a whole body")
    });
    let text = std::str::from_utf8(&bodies[0]).expect("UTF-8");
    assert!(text.contains("Some of the information"), "{text}");
    assert!(bodies.iter().all(|body| body == &bodies[0]));
}

#[test]
fn fields_stand_under_errors_each_with_its_sentences() {
    let sentences = Sentences::read().expect("the language files");
    let fields = vec![
        payments_http::error::FieldError::new("otp", "otp-format"),
        payments_http::error::FieldError::new("phone_number", "phone-invalid"),
        payments_http::error::FieldError::new("otp", "otp-wrong"),
        payments_http::error::FieldError::at("/cards/0/pk", "use a positive integer"),
    ];
    let answer = error_response(&ApiError::validation(fields), Language::En, &sentences);
    let bytes = answer.into_body().try_into_bytes().expect("a whole body");
    insta::assert_snapshot!(std::str::from_utf8(&bytes).expect("UTF-8"), @r#"{"code":"validation_failed","detail":"Some of the information is missing or incorrect. Please check it.","errors":{"/cards/0/pk":["use a positive integer"],"otp":["The code must be 4 to 8 digits.","The code is wrong."],"phone_number":["Enter a phone number of 10 to 14 digits."]}}"#);
}
