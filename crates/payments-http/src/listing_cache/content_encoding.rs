//! Content codings (RFC 9110, section 8.4.1): negotiation and compression.

use std::io::{self, Write as _};

use actix_web::HttpRequest;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, ContentEncoding, Encoding, Header as _, HeaderValue,
};
use flate2::write::GzEncoder;

/// Of Brotli's 0 to 11. Higher levels make a listing little smaller and take many times as long.
const BROTLI_QUALITY: i32 = 5;
/// The base-2 logarithm of Brotli's window: 256 KiB. For a listing of 14 KB the default of 4 MiB takes three times as long
/// (869 µs against 272 µs), mostly to initialize, and saves nothing.
const BROTLI_WINDOW: i32 = 18;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Identity,
    /// RFC 7932.
    Brotli,
    /// RFC 1952.
    Gzip,
}

impl Coding {
    /// The codings that compress, best compression first.
    pub const COMPRESSED: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The caller's preferred coding of ours, the best compression among equals. A caller that sends no
    /// `Accept-Encoding` or accepts none of ours gets identity, which is more useful than a 406.
    pub fn of_request(request: &HttpRequest) -> Self {
        const OURS: [Encoding; 3] = [
            Encoding::Known(ContentEncoding::Identity),
            Encoding::Known(ContentEncoding::Brotli),
            Encoding::Known(ContentEncoding::Gzip),
        ];
        if !request.headers().contains_key(ACCEPT_ENCODING) {
            return Self::Identity;
        }
        let accepted = AcceptEncoding::parse(request).ok();
        match accepted.and_then(|accepted| accepted.negotiate(OURS.iter())) {
            Some(Encoding::Known(ContentEncoding::Brotli)) => Self::Brotli,
            Some(Encoding::Known(ContentEncoding::Gzip)) => Self::Gzip,
            Some(Encoding::Known(_) | Encoding::Unknown(_)) | None => Self::Identity,
        }
    }

    /// Its name in `Content-Encoding`.
    pub const fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some(HeaderValue::from_static("br")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }

    pub fn encode(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity => Ok(body.to_vec()),
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut encoded = Vec::new();
                brotli::BrotliCompress(&mut &*body, &mut encoded, &parameters)?;
                Ok(encoded)
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(body)?;
                encoder.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use actix_web::test::TestRequest;

    use super::Coding;

    #[test]
    fn the_preferred_coding_wins_and_the_best_compression_among_equals() {
        let cases = [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip, deflate, br", Coding::Brotli),
            ("gzip, zstd", Coding::Gzip),
            ("gzip", Coding::Gzip),
            ("gzip;q=1.0, br;q=0.5", Coding::Gzip),
            ("br;q=0, gzip", Coding::Gzip),
            ("deflate, compress", Coding::Identity),
            ("identity", Coding::Identity),
            ("*", Coding::Identity),
            ("identity;q=0, *;q=0", Coding::Identity),
            ("", Coding::Identity),
            ("ğ;;q=,,", Coding::Identity),
        ];
        for (header, coding) in cases {
            let request = TestRequest::default().insert_header(("accept-encoding", header));
            assert_eq!(
                Coding::of_request(&request.to_http_request()),
                coding,
                "{header}"
            );
        }
        let silent = TestRequest::default().to_http_request();
        assert_eq!(Coding::of_request(&silent), Coding::Identity);
    }

    #[test]
    fn an_encoded_body_decodes_to_itself_and_is_smaller() {
        let body = br#"{"pk":1,"installment_count":3,"interest_rate":5}"#.repeat(100);
        for coding in Coding::COMPRESSED {
            let encoded = coding.encode(&body).unwrap();
            assert!(encoded.len() < body.len() / 10, "{coding:?}");
            let mut decoded = Vec::new();
            match coding {
                Coding::Identity => decoded.clone_from(&encoded),
                Coding::Brotli => brotli::BrotliDecompress(&mut &*encoded, &mut decoded).unwrap(),
                Coding::Gzip => {
                    let mut gzip = flate2::read::GzDecoder::new(&*encoded);
                    gzip.read_to_end(&mut decoded).unwrap();
                }
            }
            assert_eq!(decoded, body, "{coding:?}");
        }
    }
}
