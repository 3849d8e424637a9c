//! Cuts a body into its items without reading them: one broken item does not spoil the others.

use crate::http::ApiError;
use crate::limits;

/// Gives each item with its place, from 0: those of a JSON array, or the lines that are not blank. A line that is no
/// text is given as none.
///
/// # Errors
/// 400 when nothing of it is text, when it is an array that is no text or has no end, or when there are too many
/// items.
pub(super) fn each(body: &[u8], mut give: impl FnMut(usize, Option<&str>)) -> Result<(), ApiError> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii();
    if body.is_empty() {
        return Err(ApiError::invalid("the body is empty: a JSON array or lines of JSON are expected"));
    }
    let mut count = 0;
    let mut next = |item: Option<&str>| {
        if count == limits::OBSERVATIONS {
            let most = limits::OBSERVATIONS;
            return Err(ApiError::invalid(format!("the body has more than {most} observations")));
        }
        give(count, item);
        count += 1;
        Ok(())
    };
    let Some(array) = body.strip_prefix(b"[") else {
        let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let mut texts = lines.map(|line| std::str::from_utf8(line).ok().map(str::trim));
        if texts.clone().all(|text| text.is_none()) {
            return Err(ApiError::invalid("the body is not valid UTF-8"));
        }
        return texts.try_for_each(next);
    };
    let array = std::str::from_utf8(array).map_err(|error| {
        ApiError::invalid(format!("the array is not valid UTF-8 (byte {})", error.valid_up_to() + 2))
    })?;
    of_array(array, &mut |item| next(Some(item)))
}

/// The items between the brackets; the opening one is gone already.
fn of_array(array: &str, next: &mut impl FnMut(&str) -> Result<(), ApiError>) -> Result<(), ApiError> {
    let (mut depth, mut in_string, mut is_escaped, mut start) = (0_usize, false, false, 0);
    let bytes = array.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if in_string {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' if depth == 0 => {
                next(array[start..at].trim())?;
                start = at + 1;
            }
            b']' => {
                let last = array[start..at].trim();
                // `[]` has none; `[1,]` has an empty one, which is told.
                if !last.is_empty() || start > 0 {
                    next(last)?;
                }
                let rest = array[at + 1..].trim();
                return if rest.is_empty() {
                    Ok(())
                } else {
                    Err(ApiError::invalid("there is something behind the end of the JSON array"))
                };
            }
            _ => {}
        }
    }
    Err(ApiError::invalid("the JSON array has no end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(body: &str) -> Result<Vec<String>, String> {
        items_of(body.as_bytes())
    }

    fn items_of(body: &[u8]) -> Result<Vec<String>, String> {
        let mut items = Vec::new();
        each(body, |index, item| {
            assert_eq!(index, items.len());
            items.push(item.unwrap_or("no text").to_owned());
        })
        .map_err(|error| error.message().to_owned())?;
        Ok(items)
    }

    #[test]
    fn an_array_is_cut_between_its_items() {
        assert_eq!(items(" [ ] ").unwrap(), Vec::<String>::new());
        let body = r#"[{"a":"],\"}["}, {"b":[1,{"c":2}]} ,oops,{"d":1}]"#;
        let expected = [r#"{"a":"],\"}["}"#, r#"{"b":[1,{"c":2}]}"#, "oops", r#"{"d":1}"#];
        assert_eq!(items(body).unwrap(), expected);
        assert_eq!(items("[1,]").unwrap(), ["1", ""]);
    }

    #[test]
    fn lines_are_cut_and_blank_ones_skipped() {
        assert_eq!(
            items("\u{feff}{\"a\":1}\r\n\n {oops\n{\"b\":2}").unwrap(),
            ["{\"a\":1}", "{oops", "{\"b\":2}"]
        );
    }

    #[test]
    fn a_line_that_is_no_text_does_not_spoil_the_others() {
        assert_eq!(
            items_of(b"{\"a\":1}\n{\"b\":\"\xA4\xA4\"}\n{\"c\":3}").unwrap(),
            ["{\"a\":1}", "no text", "{\"c\":3}"]
        );
        assert!(items_of(b"[\"\xA4\"]").unwrap_err().contains("byte 3"));
    }

    #[test]
    fn what_has_no_end_or_too_much_of_it_is_refused() {
        for (body, word) in [("", "empty"), ("[1, 2", "no end"), ("[1] 2", "behind"), ("[\"]", "no end")] {
            assert!(items(body).unwrap_err().contains(word), "{body}");
        }
        assert!(items(&"1\n".repeat(limits::OBSERVATIONS + 1)).unwrap_err().contains("more than"));
        assert_eq!(items(&"1\n".repeat(limits::OBSERVATIONS)).unwrap().len(), limits::OBSERVATIONS);
    }
}
