//! İleti Merkezi's JSON.

use serde::{Deserialize, Serialize};

use crate::outcome::Code;

/// The body of `POST /v1/send-sms/json`.
#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    request: Request<'a>,
}

#[derive(Serialize)]
struct Request<'a> {
    authentication: Authentication<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Order<'a>>,
}

/// The body of `POST /v1/get-report/json`.
#[derive(Serialize)]
pub(super) struct GetReport<'a> {
    request: ReportRequest<'a>,
}

#[derive(Serialize)]
struct ReportRequest<'a> {
    authentication: Authentication<'a>,
    order: ReportOrder<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportOrder<'a> {
    id: &'a str,
    page: u8,
    row_count: u8,
}

impl<'a> GetReport<'a> {
    /// An order, which is one message.
    pub(super) fn of(key: &'a str, hash: &'a str, id: &'a str) -> Self {
        let order = ReportOrder {
            id,
            page: 1,
            row_count: 1,
        };
        let authentication = Authentication { key, hash };
        let request = ReportRequest {
            authentication,
            order,
        };
        Self { request }
    }
}

#[derive(Serialize)]
struct Authentication<'a> {
    key: &'a str,
    hash: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    sender: &'a str,
    iys: &'static str,
    /// The message is sent immediately if this is empty.
    send_date_time: [&'a str; 0],
    message: Message<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
    receipents: Numbers<'a>,
}

#[derive(Serialize)]
struct Numbers<'a> {
    number: [&'a str; 1],
}

impl<'a> Envelope<'a> {
    pub(super) fn of(
        key: &'a str,
        hash: &'a str,
        sender: &'a str,
        text: &'a str,
        number: &'a str,
    ) -> Self {
        let receipents = Numbers { number: [number] };
        let message = Message { text, receipents };
        let order = Order {
            sender,
            iys: "0",
            send_date_time: [],
            message,
        };
        let authentication = Authentication { key, hash };
        Self {
            request: Request {
                authentication,
                order: Some(order),
            },
        }
    }

    pub(super) fn without_order(key: &'a str, hash: &'a str) -> Self {
        let authentication = Authentication { key, hash };
        Self {
            request: Request {
                authentication,
                order: None,
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Reply {
    pub(super) response: Response,
}

#[derive(Deserialize)]
pub(super) struct Response {
    pub(super) status: Status,
    pub(super) order: Option<OrderId>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) code: Code,
}

#[derive(Deserialize)]
pub(super) struct OrderId {
    pub(super) id: Code,
}

#[cfg(test)]
mod tests {
    use super::{Envelope, GetReport};

    #[test]
    fn a_report_is_requested_by_the_order_id() {
        let ask = GetReport::of("k", "h", "4000");
        let expected = r#"{"request":{"authentication":{"key":"k","hash":"h"},"order":{"id":"4000","page":1,"rowCount":1}}}"#;
        assert_eq!(serde_json::to_string(&ask).unwrap(), expected);
    }

    #[test]
    fn an_order_is_written_as_the_provider_reads_it() {
        let order = Envelope::of("k", "h", "MAGAZA", "Kodunuz: 1234", "905551234567");
        let expected = r#"{"request":{"authentication":{"key":"k","hash":"h"},"order":{"sender":"MAGAZA","iys":"0","sendDateTime":[],"message":{"text":"Kodunuz: 1234","receipents":{"number":["905551234567"]}}}}}"#;
        assert_eq!(serde_json::to_string(&order).unwrap(), expected);
    }
}
