//! Invalid bodies get the documented error and change nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, GOOD_NUMBER, PHONE, TestApp, json};

const PHONE_NUMBER: &str = "/payments/stored-cards/phone-number/";
const OTP: &str = "/payments/stored-cards/otp/";
const CARD: &str = "/payments/stored-cards/card/";

pub(crate) async fn send(
    app: &TestApp,
    path: &str,
    content_type: Option<&str>,
    body: impl Into<reqwest::Body>,
) -> (StatusCode, Value) {
    let mut request = app
        .as_session(CUSTOMER, Method::POST, path)
        .await
        .body(body);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Returns the only invalid field and its sentence.
async fn field_error(app: &TestApp, path: &str, body: Value) -> (String, String) {
    let response = app.post(CUSTOMER, path, body.clone()).await;
    assert_eq!(response.status(), 400, "{body}");
    let answer = json(response).await;
    assert!(
        answer["detail"]
            .as_str()
            .is_some_and(|detail| !detail.is_empty()),
        "{answer}"
    );
    let errors = answer["errors"]
        .as_object()
        .unwrap_or_else(|| panic!("{body}: {answer}"));
    let (field, sentences) = errors.iter().next().expect("a field");
    assert_eq!(errors.len(), 1, "{body}: {answer}");
    (
        field.clone(),
        sentences[0].as_str().expect("a sentence").to_owned(),
    )
}

#[tokio::test]
async fn phones_are_10_to_14_digits_after_spaces_and_one_zero_are_gone() {
    let app = TestApp::start().await;
    let refused = [
        "0555123456",
        "555123456",
        "555123456789012",
        "+905551234567",
        "5551234567a",
        "٥٥٥١٢٣٤٥٦٧",
        "５５５１２３４５６７",
        "555-123-4567",
        "00555123456\u{a0}",
        "0 5551234567",
        "\u{200b}5551234567",
        "005551234",
        "          ",
        "5551234\t567",
    ];
    for phone in refused {
        let digits: String = phone
            .chars()
            .filter(|character| *character != ' ')
            .collect();
        let is_fine = (10..=14).contains(&phone.chars().count())
            && (10..=14).contains(&digits.strip_prefix('0').unwrap_or(&digits).len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        assert!(!is_fine || phone == "0 5551234567", "{phone}");
        if !is_fine {
            let (field, _) =
                field_error(&app, PHONE_NUMBER, json!({ "phone_number": phone })).await;
            assert_eq!(field, "phone_number", "{phone}");
        }
    }
    assert_eq!(app.messages(), 0);
    for phone in [
        "05551234567",
        "555 123 4567",
        "5551234567",
        "0 555 123 4567",
    ] {
        let answer = app
            .post(CUSTOMER, PHONE_NUMBER, json!({ "phone_number": phone }))
            .await;
        assert_eq!(answer.status(), 204, "{phone}");
        assert_eq!(answer.text().await.expect("a body"), "");
    }
    assert_eq!(app.messages(), 4);
    assert_eq!(app.newest_code(PHONE).len(), 6);
}

#[tokio::test]
async fn fields_are_required_and_typed() {
    let app = TestApp::start().await;
    let cases = [
        (
            PHONE_NUMBER,
            json!({}),
            "phone_number",
            "This field is required.",
        ),
        (
            PHONE_NUMBER,
            json!({ "phone_number": null }),
            "phone_number",
            "This field is required.",
        ),
        (
            PHONE_NUMBER,
            json!({ "phone_number": 5_551_234_567_u64 }),
            "phone_number",
            "This field must be text.",
        ),
        (
            PHONE_NUMBER,
            json!({ "phone_number": ["5551234567"] }),
            "phone_number",
            "This field must be text.",
        ),
        (
            PHONE_NUMBER,
            json!({ "phone_number": "" }),
            "phone_number",
            "This field must not be blank.",
        ),
        (
            PHONE_NUMBER,
            json!({ "phone_number": "555123\u{0}4567" }),
            "phone_number",
            "This value is not valid.",
        ),
        (
            OTP,
            json!({ "otp": 123_456 }),
            "otp",
            "This field must be text.",
        ),
        (
            OTP,
            json!({ "otp": "123" }),
            "otp",
            "The code must be 4 to 8 digits.",
        ),
        (
            OTP,
            json!({ "otp": "123456789" }),
            "otp",
            "The code must be 4 to 8 digits.",
        ),
        (
            OTP,
            json!({ "otp": "12 456" }),
            "otp",
            "The code must be 4 to 8 digits.",
        ),
        (
            OTP,
            json!({ "otp": "١٢٣٤٥٦" }),
            "otp",
            "The code must be 4 to 8 digits.",
        ),
        (
            OTP,
            json!({ "otp": "+12345" }),
            "otp",
            "The code must be 4 to 8 digits.",
        ),
    ];
    for (path, body, field, sentence) in cases {
        let error = field_error(&app, path, body.clone()).await;
        assert_eq!(error, (field.to_owned(), sentence.to_owned()), "{body}");
    }
    assert_eq!(app.messages(), 0);
}

#[tokio::test]
async fn a_card_is_refused_field_by_field_and_never_echoed() {
    let app = TestApp::start().await;
    let good = json!({
        "card_holder": "Ayşe Yılmaz", "card_number": GOOD_NUMBER, "card_month": "12", "card_year": "2035",
        "card_cvv": "123", "consent": true,
    });
    let cases = [
        ("card_number", json!("5528790000000009")),
        ("card_number", json!("55287900")),
        ("card_number", json!(5_528_790_000_000_008_u64)),
        ("card_number", json!("55287900000000080000")),
        ("card_number", json!("５５２８７９００００００００８")),
        ("card_cvv", json!("12")),
        ("card_cvv", json!("12345")),
        ("card_cvv", json!(123)),
        ("card_month", json!("13")),
        ("card_month", json!("+1")),
        ("card_month", json!("")),
        ("card_year", json!("20350")),
        ("card_year", json!(-1)),
        ("card_holder", json!("x")),
        ("card_holder", json!("<b>Ayşe</b>")),
        ("card_holder", json!("5528 7900 0000 0008")),
        ("name", json!("x".repeat(51))),
        ("name", json!(7)),
        ("consent", json!(false)),
        ("consent", json!("no")),
        ("consent", Value::Null),
    ];
    for (field, value) in cases {
        let mut body = good.clone();
        body[field] = value.clone();
        let (found, sentence) = field_error(&app, CARD, body).await;
        assert_eq!(found, field, "{value}");
        assert!(!sentence.contains("5528"), "{sentence}");
    }
    let mut past = good.clone();
    past["card_year"] = json!("2020");
    let answer = json(app.post(CUSTOMER, CARD, past).await).await;
    let expired = json!(["Your card has expired."]);
    assert_eq!(
        answer["errors"],
        json!({ "card_month": expired, "card_year": expired })
    );
    let answer = json(app.post(CUSTOMER, CARD, json!({})).await).await;
    let missing: Vec<&String> = answer["errors"]
        .as_object()
        .expect("errors")
        .keys()
        .collect();
    assert_eq!(
        missing,
        [
            "card_cvv",
            "card_holder",
            "card_month",
            "card_number",
            "card_year",
            "consent"
        ]
    );
    // Front ends also send two-digit years, numbers, and spaces between groups.
    for (field, value) in [
        ("card_year", json!("35")),
        ("card_month", json!(1)),
        ("card_number", json!("5528 7900 0000 0008")),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        assert_eq!(
            app.post(CUSTOMER, CARD, body).await.status(),
            204,
            "{value}"
        );
    }
}

#[tokio::test]
async fn json_also_as_text_and_forms_are_read_and_nothing_else() {
    let app = TestApp::start().await;
    let text = r#"{"phone_number":"05551234567"}"#;
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain;charset=UTF-8",
        "Application/JSON",
    ] {
        assert_eq!(
            send(&app, PHONE_NUMBER, Some(content_type), text).await.0,
            204,
            "{content_type}"
        );
    }
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(
        send(&app, PHONE_NUMBER, form, "phone_number=0555+123+45+67")
            .await
            .0,
        204
    );
    assert_eq!(
        send(&app, PHONE_NUMBER, form, "phone_number=05551234567")
            .await
            .0,
        204
    );
    let refused = [
        None,
        Some("application/xml"),
        Some("multipart/form-data; boundary=x"),
        Some("json"),
        Some(""),
    ];
    for content_type in refused {
        let (status, body) = send(&app, PHONE_NUMBER, content_type, text).await;
        assert_eq!(status, 415, "{content_type:?}");
        assert_eq!(body["detail"], "This content type is not supported.");
    }
    let request = app.as_session(CUSTOMER, Method::POST, PHONE_NUMBER).await;
    let packed = request
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    assert_eq!(
        packed.body(text).send().await.expect("an answer").status(),
        415
    );
}

#[tokio::test]
async fn an_unreadable_body_is_refused_without_an_echo() {
    let app = TestApp::start().await;
    let malformed: [&[u8]; 9] = [
        b"",
        b"{\"otp\":\"123456\"",
        b"[\"123456\"]",
        b"\"5528790000000008\"",
        b"{\"otp\":\"123456\",\"otp\":\"654321\"}",
        b"{\"otp\":\"\xff\xfe\"}",
        b"{\"otp\":\"123456\",\"ignored\":\"\xff\"}",
        b"{\"otp\":\"12\x003456\"}",
        b"otp=123456",
    ];
    for body in malformed {
        let (status, answer) = send(&app, OTP, Some("application/json"), body.to_vec()).await;
        assert_eq!(status, 400);
        assert_eq!(
            answer,
            json!({ "detail": "The request body could not be read.", "code": "malformed_body" })
        );
    }
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let (status, _) = send(
        &app,
        OTP,
        Some("application/json"),
        format!(r#"{{"x":{deep}}}"#),
    )
    .await;
    assert_eq!(status, 400);
}
