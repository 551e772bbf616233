//! Content codings (RFC 9110, section 8.4.1): which one a caller takes, and bodies packed in it.

use std::io::{self, Write as _};

use actix_web::HttpRequest;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, ContentEncoding, Encoding, Header as _, HeaderValue,
};
use flate2::write::GzEncoder;

/// Of Brotli's 0 to 11: from here on a listing hardly gets smaller, and packing it takes many times as long.
const BROTLI_QUALITY: i32 = 5;
/// The base-2 logarithm of Brotli's window: 256 KiB. The usual 4 MiB take three times as long to be made ready for a listing
/// of 14 KB (869 µs against 272 µs) and make it no smaller.
const BROTLI_WINDOW: i32 = 18;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Not at all.
    Identity,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstandard,
    /// RFC 1952.
    Gzip,
}

impl Coding {
    /// Those that pack, the tightest first.
    pub const PACKED: [Self; 3] = [Self::Brotli, Self::Zstandard, Self::Gzip];

    /// The coding a caller likes best of ours, the tightest among equals. A caller who says nothing, or takes none of
    /// ours, gets the body as it is: that helps more than a 406.
    pub fn of_request(request: &HttpRequest) -> Self {
        const OURS: [Encoding; 4] = [
            Encoding::Known(ContentEncoding::Identity),
            Encoding::Known(ContentEncoding::Brotli),
            Encoding::Known(ContentEncoding::Zstd),
            Encoding::Known(ContentEncoding::Gzip),
        ];
        if !request.headers().contains_key(ACCEPT_ENCODING) {
            return Self::Identity;
        }
        let accepted = AcceptEncoding::parse(request).ok();
        match accepted.and_then(|accepted| accepted.negotiate(OURS.iter())) {
            Some(Encoding::Known(ContentEncoding::Brotli)) => Self::Brotli,
            Some(Encoding::Known(ContentEncoding::Zstd)) => Self::Zstandard,
            Some(Encoding::Known(ContentEncoding::Gzip)) => Self::Gzip,
            Some(Encoding::Known(_) | Encoding::Unknown(_)) | None => Self::Identity,
        }
    }

    /// Its name in `Content-Encoding`.
    pub const fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some(HeaderValue::from_static("br")),
            Self::Zstandard => Some(HeaderValue::from_static("zstd")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }

    /// Packs a body.
    ///
    /// # Errors
    /// The packer's; none is known to fail in memory.
    pub fn pack(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity => Ok(body.to_vec()),
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut packed = Vec::new();
                brotli::BrotliCompress(&mut &*body, &mut packed, &parameters)?;
                Ok(packed)
            }
            Self::Zstandard => zstd::bulk::compress(body, zstd::DEFAULT_COMPRESSION_LEVEL),
            Self::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::default());
                packer.write_all(body)?;
                packer.finish()
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
    fn the_best_liked_coding_of_ours_is_taken_the_tightest_among_equals() {
        let cases = [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip, deflate, br", Coding::Brotli),
            ("gzip, zstd", Coding::Zstandard),
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
    fn what_is_packed_is_unpacked_to_the_same_and_smaller() {
        let body = br#"{"pk":1,"installment_count":3,"interest_rate":5}"#.repeat(100);
        for coding in Coding::PACKED {
            let packed = coding.pack(&body).unwrap();
            assert!(packed.len() < body.len() / 10, "{coding:?}");
            let mut unpacked = Vec::new();
            match coding {
                Coding::Identity => unpacked.clone_from(&packed),
                Coding::Brotli => brotli::BrotliDecompress(&mut &*packed, &mut unpacked).unwrap(),
                Coding::Zstandard => zstd::stream::copy_decode(&*packed, &mut unpacked).unwrap(),
                Coding::Gzip => {
                    let mut gzip = flate2::read::GzDecoder::new(&*packed);
                    gzip.read_to_end(&mut unpacked).unwrap();
                }
            }
            assert_eq!(unpacked, body, "{coding:?}");
        }
    }
}
