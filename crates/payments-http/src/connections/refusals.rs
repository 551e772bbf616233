//! Responses to requests that never reach the application.

use std::collections::HashMap;
use std::fmt::Write as _;

use actix_web::body::MessageBody as _;
use actix_web::http::StatusCode;
use payments_core::language::Language;

use crate::answer;
use crate::error::{ApiError, Problem};
use crate::i18n::Sentences;

/// Complete responses, after which the connection is closed. In English: the client's language is not known yet.
pub(super) struct Refusals(HashMap<Problem, Box<[u8]>>);

impl Refusals {
    pub(super) fn new(sentences: &Sentences) -> Self {
        let problems = [
            Problem::BadRequest,
            Problem::RequestTimeout,
            Problem::UriTooLong,
            Problem::HeadersTooLarge,
            Problem::TooManyRequests,
            Problem::Internal,
        ];
        Self(
            problems
                .into_iter()
                .map(|problem| (problem, whole(problem, sentences)))
                .collect(),
        )
    }

    pub(super) fn of(&self, problem: Problem) -> &[u8] {
        self.0.get(&problem).map_or(&[], |answer| answer)
    }

    /// What Actix refused with this status.
    pub(super) fn problem_of_status(status: Option<u16>) -> Problem {
        match status {
            Some(408) => Problem::RequestTimeout,
            Some(431) => Problem::HeadersTooLarge,
            Some(500..) => Problem::Internal,
            _ => Problem::BadRequest,
        }
    }
}

fn whole(problem: Problem, sentences: &Sentences) -> Box<[u8]> {
    let mut error = ApiError::new(problem);
    if problem == Problem::TooManyRequests {
        error = error.retry_after(1);
    }
    let mut answer = answer::error_response(&error, Language::En, sentences);
    answer::add_headers(answer.headers_mut());
    let status: StatusCode = answer.status();
    let mut text = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in answer.headers() {
        let value = value.to_str().unwrap_or_default();
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let body = answer.into_body().try_into_bytes().unwrap_or_default();
    let _ = write!(
        text,
        "content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(&body);
    bytes.into_boxed_slice()
}
