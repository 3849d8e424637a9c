//! JSON as shops write it: trailing commas, raw line ends in texts, comments around, a semicolon behind.

use serde_json::Value;

/// Reads it, first as it should be, then leniently.
pub(super) fn parse(text: &str) -> Option<Value> {
    let text = unwrapped(text);
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&mended(text)).ok())
}

fn unwrapped(text: &str) -> &str {
    let mut text = text.trim().trim_start_matches('\u{feff}');
    for (open, close) in
        [("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>")]
    {
        text = text.strip_prefix(open).unwrap_or(text).trim();
        text = text.strip_suffix(close).unwrap_or(text).trim();
    }
    text.trim_end_matches([';', ' '])
}

/// Drops commas before a closing bracket, and escapes raw control characters within texts.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_text, mut is_escaped) = (false, false);
    for c in text.chars() {
        if in_text {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => in_text = false,
                _ => {}
            }
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_control() => {}
                c => out.push(c),
            }
            continue;
        }
        if matches!(c, '}' | ']') {
            let kept = out.trim_end().strip_suffix(',').map(str::len);
            if let Some(kept) = kept {
                out.truncate(kept);
            }
        }
        in_text = c == '"';
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_nearly_json() {
        for text in [
            r#"{"a":1,}"#,
            "{\"a\":1,\n}",
            "<!-- {\"a\":1} -->",
            "{\"a\":1};",
            "//<![CDATA[\n{\"a\":1}\n//]]>",
            "\u{feff}{\"a\":1}",
        ] {
            assert_eq!(parse(text).unwrap()["a"], 1, "{text}");
        }
        assert_eq!(parse("{\"a\":\"x\ny,]\",\"b\":[1,2,],}").unwrap()["a"], "x\ny,]");
        assert!(parse("{a:1}").is_none() && parse("").is_none());
    }
}
