//! Cuts a body into its items without reading them: one broken item does not spoil the others.

use crate::http::ApiError;
use crate::limits;

/// Gives each item with its place, from 0: those of a JSON array, or the lines that are not blank.
///
/// # Errors
/// 400 when it is no text, an array without an end, or has too many items.
pub(super) fn each(body: &[u8], mut give: impl FnMut(usize, &str)) -> Result<(), ApiError> {
    let text = std::str::from_utf8(body).map_err(|error| {
        ApiError::invalid(format!("the body is not valid UTF-8 (byte {})", error.valid_up_to() + 1))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() {
        return Err(ApiError::invalid("the body is empty: a JSON array or lines of JSON are expected"));
    }
    let mut count = 0;
    let mut next = |item: &str| {
        if count == limits::OBSERVATIONS {
            let most = limits::OBSERVATIONS;
            return Err(ApiError::invalid(format!("the body has more than {most} observations")));
        }
        give(count, item);
        count += 1;
        Ok(())
    };
    match text.strip_prefix('[') {
        Some(array) => of_array(array, &mut next),
        None => text.lines().map(str::trim).filter(|line| !line.is_empty()).try_for_each(next),
    }
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
        let mut items = Vec::new();
        each(body.as_bytes(), |index, item| {
            assert_eq!(index, items.len());
            items.push(item.to_owned());
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
    fn what_has_no_end_or_too_much_of_it_is_refused() {
        for (body, word) in [("", "empty"), ("[1, 2", "no end"), ("[1] 2", "behind"), ("[\"]", "no end")] {
            assert!(items(body).unwrap_err().contains(word), "{body}");
        }
        assert!(items(&"1\n".repeat(limits::OBSERVATIONS + 1)).unwrap_err().contains("more than"));
        assert_eq!(items(&"1\n".repeat(limits::OBSERVATIONS)).unwrap().len(), limits::OBSERVATIONS);
    }
}
