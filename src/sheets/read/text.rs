//! Text in the encodings that people's programs write.

use std::borrow::Cow;

use encoding_rs::{BIG5, Encoding, UTF_16BE, UTF_16LE};

use super::Unreadable;

/// So many letters of UTF-8 for each sequence that is none make a text broken UTF-8.
const GOOD_FOR_EACH_BAD: usize = 4;

/// Decodes text: by its mark if it has one, else as UTF-8, UTF-16, Big5, or what a detector thinks it is.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strictly(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return strictly(encoding, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return no_controls(Cow::Borrowed(text));
    }
    if let Some(line) = broken_utf_8(bytes) {
        return Err(Unreadable::BrokenText(line));
    }
    if let Ok(text) = strictly(BIG5, bytes) {
        return Ok(text);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    strictly(detector.guess(None, chardetng::Utf8Detection::Allow), bytes)
}

/// The line with the first bytes that spoil what is UTF-8 else; none when it is likely another encoding. Letters of
/// Big5 are hardly ever letters of UTF-8 too, so that far more good ones than bad are no chance.
fn broken_utf_8(bytes: &[u8]) -> Option<usize> {
    let (mut good, mut bad, mut lines, mut first) = (0, 0, 1, None);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        lines += chunk.valid().bytes().filter(|byte| *byte == b'\n').count();
        if !chunk.invalid().is_empty() {
            bad += 1;
            first = first.or(Some(lines));
        }
    }
    first.filter(|_| good > GOOD_FOR_EACH_BAD * bad)
}

fn strictly<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, Unreadable> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => no_controls(text),
        None => Err(Unreadable::Encoding),
    }
}

/// What holds NULs is no text, whatever it decodes to.
fn no_controls(text: Cow<'_, str>) -> Result<Cow<'_, str>, Unreadable> {
    if text.contains('\0') { Err(Unreadable::NotASheet) } else { Ok(text) }
}

/// UTF-16 without a mark: separators and line ends have a NUL beside them, always on the same side.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(4_096))?;
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let nuls = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    match (nuls(0), nuls(1)) {
        (0, 1..) => Some(UTF_16LE),
        (1.., 0) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_the_contract_is_read() {
        let text = "廠商代碼,數量\nV001,3\n";
        let (big5, _, _) = BIG5.encode(text);
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(b"\xEF\xBB\xBF", text.as_bytes()),
            big5.to_vec(),
            marked(b"\xFF\xFE", &le),
            marked(b"\xFE\xFF", &be),
            le,
            be,
        ] {
            assert_eq!(decode(&bytes).unwrap(), text, "{bytes:x?}");
        }
    }

    #[test]
    fn a_bad_byte_in_utf_8_is_told_by_its_line_and_never_read_as_other_letters() {
        let text = "廠商代碼,廠商名稱\nV1,山水茶行\n".as_bytes();
        let broken = [text, b"V2,\xE6\xB5\nV3,\xFF\n"].concat();
        assert_eq!(decode(&broken).unwrap_err(), Unreadable::BrokenText(3));
        let cut = &text[..text.len() - 2];
        assert_eq!(decode(cut).unwrap_err(), Unreadable::BrokenText(2));
        // A text of Big5 stays one, however long.
        let long = "山水茶行,高山烏龍茶,缺貨數量,訂單編號,預計到貨日,備註：請於三日內回覆\n".repeat(200);
        let (big5, _, _) = BIG5.encode(&long);
        assert_eq!(decode(&big5).unwrap(), long);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(decode(b"a\0b\0\0c").is_err());
        assert!(decode(&[0xFF, 0xFE, 0x00, 0xD8]).is_err());
    }
}
