//! Requests with a card's number in every place that it does not belong in.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::system::Customer;

/// A request.
pub(super) struct Odd {
    pub(super) method: String,
    pub(super) path: String,
    /// Replaces the header of the same name, or is added.
    header: Option<(&'static str, String)>,
    body: String,
}

/// A complete card.
pub(super) fn card(number: &str, cvv: &str) -> Value {
    json!({
        "card_holder": "Ayşe Yılmaz", "card_number": number, "card_month": "12",
        "card_year": "2039", "card_cvv": cvv, "consent": true,
    })
}

impl Odd {
    pub(super) fn plain(method: &str, path: &str, body: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            header: None,
            body: body.to_owned(),
        }
    }

    fn with_header(name: &'static str, value: String) -> Self {
        Self {
            header: Some((name, value)),
            ..Self::plain("GET", "/payments/stored-cards/", "")
        }
    }

    /// The request as it is sent.
    pub(super) fn bytes(&self, customer: &Customer) -> Vec<u8> {
        let mut headers = vec![
            ("Host", "shop".to_owned()),
            ("Connection", "close".to_owned()),
            ("Accept-Language", "en".to_owned()),
            ("Cookie", customer.cookie()),
            ("X-CSRFToken", customer.csrf().to_owned()),
            ("Content-Type", "application/json".to_owned()),
            ("Content-Length", self.body.len().to_string()),
        ];
        if let Some((name, value)) = &self.header {
            headers.retain(|(other, _)| other != name);
            headers.push((name, value.clone()));
        }
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        format!("{head}\r\n{}", self.body).into_bytes()
    }
}

/// All of them.
pub(super) fn all(number: &str, cvv: &str) -> Vec<Odd> {
    let mut all = cards(number, cvv);
    all.extend(paths(number));
    all.extend(headers(number));
    all
}

/// Bodies of the three forms.
fn cards(number: &str, cvv: &str) -> Vec<Odd> {
    let whole = card(number, cvv);
    let with = |name: &str, value: Value| {
        let mut body = whole.clone();
        body[name] = value;
        body.to_string()
    };
    let text = whole.to_string();
    let grouped = format!("{} {} {}", &number[..4], &number[4..10], &number[10..]);
    let escaped = number.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\u{byte:04x}");
        text
    });
    let bodies = [
        text[..text.len() - 1].to_owned(),
        format!("{text}{number}"),
        format!("[{text}]"),
        format!("\"{number}\""),
        number.to_owned(),
        format!("{{\"card_number\":\"{number}\",\"card_number\":\"{number}\"}}"),
        format!("{{\"{number}\":\"{cvv}\"}}"),
        format!("{{\"card_number\":\"{escaped}\",\"card_cvv\":\"{cvv}\"}}"),
        with(
            "card_number",
            json!(number.parse::<u64>().unwrap_or_default()),
        ),
        with("card_number", json!([number])),
        with("card_number", json!({ "number": number })),
        with("card_number", json!(format!("{number}1"))),
        with("card_number", json!(format!("{number}\u{0}"))),
        with("card_number", json!(format!("x{number}"))),
        with("card_holder", json!(number)),
        with("card_holder", json!(grouped)),
        with("card_month", json!(number)),
        with("card_year", json!(number)),
        with("card_cvv", json!(number)),
        with("card_cvv", json!(cvv.parse::<u64>().unwrap_or_default())),
        with("name", json!(number)),
        with("name", json!(grouped)),
        with("consent", json!(number)),
        json!({ "phone_number": number }).to_string(),
        json!({ "otp": number }).to_string(),
    ];
    let paths = ["card", "phone-number", "otp"];
    let mut all = Vec::new();
    for body in bodies {
        for path in paths {
            all.push(Odd::plain(
                "POST",
                &format!("/payments/stored-cards/{path}/"),
                &body,
            ));
        }
    }
    for content_type in [
        "application/x-www-form-urlencoded",
        "text/xml",
        "text/plain",
    ] {
        let form = format!("card_number={number}&card_cvv={cvv}&%zz={number}");
        let mut odd = Odd::plain("POST", "/payments/stored-cards/card/", &form);
        odd.header = Some(("Content-Type", content_type.to_owned()));
        all.push(odd);
    }
    all
}

fn paths(number: &str) -> Vec<Odd> {
    let paths = [
        format!("/payments/stored-cards/?card_number={number}"),
        format!("/payments/stored-cards/{number}x/"),
        format!("/payments/cards/product/1/?bin={number}"),
        format!("/payments/cards/basket/?bin={number}"),
        format!("/payments/cards/basket/?card={number}&language={number}"),
        format!("/static/{number}"),
        format!("/{number}"),
        format!("/{number}/%zz"),
        format!("//{number}"),
        format!("http://{number}/"),
    ];
    of_all_methods(&paths, number)
}

/// Requests with a number as an object's key.
pub(super) fn keys(number: &str) -> Vec<Odd> {
    let paths = [
        format!("/payments/stored-cards/{number}/"),
        format!("/payments/cards/product/{number}/"),
        format!("/manage/v1/saved-cards/{number}/?customer={number}"),
    ];
    of_all_methods(&paths, number)
}

fn of_all_methods(paths: &[String], number: &str) -> Vec<Odd> {
    let of_path =
        |path| ["GET", "POST", "DELETE", number].map(|method| Odd::plain(method, path, ""));
    paths.iter().flat_map(|path| of_path(path)).collect()
}

fn headers(number: &str) -> Vec<Odd> {
    let hyphened = format!(
        "{}-{}-{}-{}",
        &number[..4],
        &number[4..8],
        &number[8..12],
        &number[12..]
    );
    let names = [
        "X-Request-ID",
        "User-Agent",
        "Accept-Language",
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Cookie",
        "X-CSRFToken",
        "Content-Type",
        "Content-Length",
        "Transfer-Encoding",
        "Host",
        "If-None-Match",
        "Origin",
        "Referer",
        "X-Forwarded-For",
        "Forwarded",
        "Upgrade",
        "Expect",
        "Idempotency-Key",
        "traceparent",
    ];
    let values = |name| {
        [
            number.to_owned(),
            hyphened.clone(),
            format!("id-{hyphened}"),
            format!("Bearer {number}"),
            format!("osessionid={number}"),
        ]
        .map(|value| Odd::with_header(name, value))
    };
    names.into_iter().flat_map(values).collect()
}
