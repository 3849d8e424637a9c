//! Bytes to text: what the page says its charset is, unless the bytes say that it is wrong.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// How far into a page its own word on its charset is looked for, in bytes.
const DECLARED_WITHIN: usize = 4_096;

/// The page as text. A page that says UTF-8 and is Big5, or the other way round, is read right.
pub(super) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return encoding.decode_without_bom_handling(&body[mark..]).0;
    }
    if let Some(encoding) = content_type.and_then(of_header).or_else(|| of_page(body)) {
        let (text, _, had_errors) = encoding.decode(body);
        if !had_errors {
            return text;
        }
        let (better, _, still_wrong) = guess(body).decode(body);
        return if still_wrong { text } else { better };
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    guess(body).decode(body).0
}

fn guess(body: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(body).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(body, true);
    detector.guess(None, Utf8Detection::Allow)
}

fn of_header(content_type: &str) -> Option<&'static Encoding> {
    after_charset(content_type)
}

fn of_page(body: &[u8]) -> Option<&'static Encoding> {
    let start: String = body.iter().take(DECLARED_WITHIN).map(|byte| char::from(*byte)).collect();
    start.to_ascii_lowercase().split("<meta").skip(1).find_map(|tag| after_charset(tag.split('>').next()?))
}

fn after_charset(text: &str) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let (_, label) = lower.split_once("charset")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<html><head><title>保濕面膜 特價 890 元 momo購物網</title></head><body>加入購物車 立即購買 商品規格 退換貨須知</body></html>";

    #[test]
    fn big5_is_read_whoever_says_what() {
        let big5 = encoding_rs::BIG5.encode(TEXT).0.into_owned();
        for content_type in
            [None, Some("text/html"), Some("text/html; charset=big5"), Some("text/html; charset=UTF-8")]
        {
            assert_eq!(decode(&big5, content_type), TEXT, "{content_type:?}");
        }
        let declared = TEXT
            .replace("<head>", r#"<head><meta http-equiv="Content-Type" content="text/html; charset=Big5">"#);
        let bytes = encoding_rs::BIG5.encode(&declared).0.into_owned();
        assert_eq!(decode(&bytes, None), declared);
    }

    #[test]
    fn utf8_that_is_called_big5_is_read_as_what_it_is() {
        assert_eq!(decode(TEXT.as_bytes(), Some("text/html; charset=big5")), TEXT);
        assert_eq!(decode(b"\xef\xbb\xbfabc", None), "abc");
        assert_eq!(decode(b"", None), "");
    }
}
