//! Builds one operation of the description.

use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Required, ResponseBuilder, Schema};

use super::examples::Refusal;
use crate::error::Problem;

/// A whole number from 1 on.
pub(super) fn number(most: Option<u32>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(most)
}

/// An operation that is being described.
pub(super) struct Operation {
    method: HttpMethod,
    builder: OperationBuilder,
    /// Whether it describes its own 503.
    has_503: bool,
}

impl Operation {
    /// A method of a path, with the operation id for code generators.
    pub(super) fn new(method: HttpMethod, tag: &str, id: &str, summary: &str) -> Self {
        let builder = OperationBuilder::new()
            .tag(tag)
            .operation_id(Some(id))
            .summary(Some(summary));
        Self {
            method,
            builder,
            has_503: false,
        }
    }

    fn with(self, change: impl FnOnce(OperationBuilder) -> OperationBuilder) -> Self {
        Self {
            builder: change(self.builder),
            ..self
        }
    }

    /// Adds a paragraph to the description.
    pub(super) fn about(self, text: &str) -> Self {
        self.with(|builder| builder.description(Some(text)))
    }

    pub(super) fn parameter(self, parameter: ParameterBuilder) -> Self {
        self.with(|builder| builder.parameter(parameter.build()))
    }

    /// The parameters of a list that is read from the newest entry on.
    pub(super) fn paged(self) -> Self {
        self.parameter(in_query("after", Required::False, number(None)))
            .parameter(in_query("page_size", Required::False, number(Some(1_000))))
    }

    pub(super) fn in_language(self) -> Self {
        let languages = ["tr", "en", "ar", "ru", "de", "fr"];
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(languages))
            .default(Some(json!("tr")));
        self.parameter(
            header("Accept-Language", Required::False)
                .description(Some(
                    "Language preference. Regions and q-values are read; anything else means the setting `language.default`.",
                ))
                .schema(Some(schema)),
        )
    }

    /// Responses for a conditional request.
    pub(super) fn unless_known(self) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String);
        self.parameter(
            header("If-None-Match", Required::False)
                .description(Some("The ETag of the answer the caller has"))
                .schema(Some(text)),
        )
        .answers_empty(304, "The caller has this answer already")
    }

    /// The cookie and the CSRF header of a logged-in customer.
    pub(super) fn of_customer(self) -> Self {
        let text = || Some(ObjectBuilder::new().schema_type(Type::String));
        self.parameter(
            header("X-Cookie", Required::True)
                .description(Some(
                    "Replaces the Cookie header where the setting \
                     session.enable_x_cookie_header is on, for trying the API out from a page. \
                     Everybody else sends Cookie, and nothing here.",
                ))
                .schema(text()),
        )
        .parameter(
            header("X-Csrftoken", Required::True)
                .description(Some("CSRF token from /csrf_token/"))
                .schema(text()),
        )
        .in_language()
        .with(|builder| {
            let no_scopes = || Vec::<String>::new();
            builder
                .security(SecurityRequirement::new("session", no_scopes()).add("csrf", no_scopes()))
        })
        .error(
            401,
            "Authentication required",
            &[Refusal::Of(Problem::NotAuthenticated)],
        )
        .error(
            403,
            "CSRF token missing or not valid",
            &[
                Refusal::Of(Problem::CsrfMissing),
                Refusal::Of(Problem::CsrfFailed),
            ],
        )
    }

    /// An operation that needs a management token.
    pub(super) fn of_holder(self) -> Self {
        let security = SecurityRequirement::new("manage", Vec::<String>::new());
        self.in_language()
            .with(|builder| builder.security(security))
            .error(
                401,
                "No valid management token; see WWW-Authenticate",
                &[Refusal::Of(Problem::ManageUnauthorized)],
            )
            .error(
                400,
                "A query parameter is not known",
                &[Refusal::At(
                    Problem::ValidationFailed,
                    "colour",
                    "this takes no parameters",
                )],
            )
            .error(
                403,
                "The token lacks the scope that `errors.scope` names",
                &[Refusal::At(Problem::ManageForbidden, "scope", "admin")],
            )
            .errors(&[Problem::TooManyRequests])
    }

    /// An operation that needs the keys of quotes and the database.
    pub(super) fn with_quote_keys(self) -> Self {
        self.error(
            503,
            "No key is configured for quotes, or the database does not answer",
            &[
                Refusal::Of(Problem::QuotesNotConfigured),
                Refusal::Of(Problem::Unavailable),
            ],
        )
    }

    /// A write that conditions in its headers can prevent.
    pub(super) fn with_conditions(self) -> Self {
        let text = || Some(ObjectBuilder::new().schema_type(Type::String));
        self.parameter(
            header("If-Match", Required::False)
                .description(Some("Only if the object still has this ETag"))
                .schema(text()),
        )
        .parameter(
            header("If-None-Match", Required::False)
                .description(Some("`*`: only if there is no such object yet"))
                .schema(text()),
        )
        .error(
            412,
            "The object has changed, or exists already; nothing was written",
            &[Refusal::Of(Problem::PreconditionFailed)],
        )
    }

    /// An answer with an object, whose version a header names.
    pub(super) fn answers_tagged(
        self,
        status: u16,
        text: &str,
        schema: impl Into<RefOr<Schema>>,
        example: Value,
    ) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(schema))
            .example(Some(example));
        let tag = ObjectBuilder::new().schema_type(Type::String);
        let response = ResponseBuilder::new()
            .description(text)
            .content("application/json", content.build())
            .header("ETag", Header::new(tag));
        self.with(|builder| builder.response(status.to_string(), response))
    }

    /// A body that has to be there, in each of these content types.
    pub(super) fn body(self, schema: &str, example: &Value, content_types: &[&str]) -> Self {
        let mut body = RequestBodyBuilder::new().required(Some(Required::True));
        for content_type in content_types {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(schema)))
                .example(Some(example.clone()));
            body = body.content(*content_type, content.build());
        }
        self.with(|builder| builder.request_body(Some(body.build())))
            .errors(&BODY)
    }

    /// An answer with a body.
    pub(super) fn answers(self, status: u16, text: &str, schema: &str, example: Value) -> Self {
        self.answers_with(status, text, Ref::from_schema_name(schema), example)
    }

    /// An answer with a body of any schema.
    pub(super) fn answers_with(
        self,
        status: u16,
        text: &str,
        schema: impl Into<RefOr<Schema>>,
        example: Value,
    ) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(schema))
            .example(Some(example));
        let response = ResponseBuilder::new()
            .description(text)
            .content("application/json", content.build());
        self.with(|builder| builder.response(status.to_string(), response))
    }

    /// An answer with a text of another content type.
    pub(super) fn answers_text(
        self,
        status: u16,
        text: &str,
        content_type: &str,
        example: &str,
    ) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .example(Some(json!(example)));
        let response = ResponseBuilder::new()
            .description(text)
            .content(content_type, content.build());
        self.with(|builder| builder.response(status.to_string(), response))
    }

    /// An answer without a body.
    pub(super) fn answers_empty(self, status: u16, text: &str) -> Self {
        let response = ResponseBuilder::new().description(text);
        self.with(|builder| builder.response(status.to_string(), response))
    }

    /// A status with the refusals it is answered for.
    pub(super) fn error(self, status: u16, text: &str, refusals: &[Refusal]) -> Self {
        let mut content =
            ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorResponse")));
        content = match refusals {
            [one] => content.example(Some(one.body())),
            several => content.examples_from_iter(several.iter().map(|one| {
                let example = ExampleBuilder::new().value(Some(one.body()));
                (one.name(), example.build())
            })),
        };
        let mut response = ResponseBuilder::new()
            .description(text)
            .content("application/json", content.build());
        if status == 429 || status == 503 {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer);
            response = response.header("Retry-After", Header::new(seconds));
        }
        let has_503 = self.has_503 || status == 503;
        let described = self.with(|builder| builder.response(status.to_string(), response));
        Self {
            has_503,
            ..described
        }
    }

    /// Refusals that mean the same everywhere.
    pub(super) fn errors(self, problems: &[Problem]) -> Self {
        problems.iter().fold(self, |operation, problem| {
            let status = problem.status().as_u16();
            let text = match status {
                408 => "The request did not arrive in time",
                413 => "The body is too large",
                415 => "The content type is not supported",
                429 => "Too many requests; see Retry-After",
                _ => "The service is unavailable; see Retry-After",
            };
            operation.error(status, text, &[Refusal::Of(*problem)])
        })
    }
}

/// The refusals of every request with a body.
pub(super) const BODY: [Problem; 3] = [
    Problem::RequestTimeout,
    Problem::PayloadTooLarge,
    Problem::UnsupportedMediaType,
];

/// A path with its operations. Every path refuses other methods and may be unavailable.
pub(super) fn path<const N: usize>(path: &str, operations: [Operation; N]) -> (String, PathItem) {
    let mut item = PathItem::default();
    for operation in operations {
        let mut operation = operation.error(
            405,
            "The method is not allowed; see Allow",
            &[Refusal::Of(Problem::MethodNotAllowed)],
        );
        // A second description of a status would replace the first.
        if !operation.has_503 {
            operation = operation.errors(&[Problem::Unavailable]);
        }
        item.merge_operations(PathItem::new(operation.method, operation.builder));
    }
    (path.to_owned(), item)
}

/// A parameter in a header.
fn header(name: &str, required: Required) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
}

/// The parameter `pk` of a path.
pub(super) fn pk(text: &str) -> ParameterBuilder {
    let schema = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1));
    in_path("pk", text).schema(Some(schema))
}

/// A parameter of a path.
pub(super) fn in_path(name: &str, text: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(text))
}

/// A parameter of a query.
pub(super) fn in_query(name: &str, required: Required, schema: ObjectBuilder) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(required)
        .schema(Some(schema))
}
