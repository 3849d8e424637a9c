//! How the price of one page is to be read: the `extract` setting of a listing.
//!
//! `auto` (the default) · `json-ld` · `meta` · `microdata` · `momo` · `css:<selector>` · `css:<selector>@<attribute>`
//! · `regex:<pattern>`, or the same as JSON: `{"method":"css","selector":".price","attribute":"content",
//! "locale":"de"}`, `{"method":"regex","pattern":"…"}`. A regex takes its group `price`, else its first group,
//! else the whole match.

use regex::{Regex, RegexBuilder};
use scraper::Selector;
use serde_json::Value;

/// How to read a price.
#[derive(Clone, Debug)]
pub struct Extract {
    pub(super) method: Way,
    /// The language whose numbers the page writes, as `de` or `zh-TW`; none: as the page says.
    pub(super) locale: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Way {
    /// JSON-LD, then meta tags, then microdata: the first that names a price.
    Auto,
    JsonLd,
    Meta,
    Microdata,
    /// Meta tags as momo's goods pages have them; a page without og:title is gone.
    Momo,
    /// What a selector points at, and of its text what a pattern takes.
    Css {
        selector: Selector,
        attribute: Option<String>,
        pattern: Option<Regex>,
    },
    Regex(Regex),
}

/// The longest setting, in characters.
const LONGEST: usize = 2_000;
/// The largest compiled pattern, in bytes.
const PATTERN_BYTES: usize = 256 * 1024;

impl Default for Extract {
    fn default() -> Self {
        Self { method: Way::Auto, locale: None }
    }
}

impl Extract {
    /// Reads the setting; nothing, or blank, is `auto`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(setting: Option<&str>) -> Result<Self, String> {
        let text = setting.unwrap_or_default().trim();
        if text.chars().count() > LONGEST {
            return Err(format!("extract must have at most {LONGEST} characters"));
        }
        if text.starts_with(['{', '"']) {
            let value = serde_json::from_str(text).map_err(|_| "extract is no JSON object".to_owned())?;
            return Self::from_json(&value);
        }
        let method = match text.split_once(':') {
            Some((word, rest)) if word.eq_ignore_ascii_case("css") => css_with_attribute(rest)?,
            Some((word, rest)) if word.eq_ignore_ascii_case("regex") => pattern(rest)?,
            _ if text.starts_with(['.', '#', '[']) => css_with_attribute(text)?,
            _ => by_name(text)?,
        };
        Ok(Self { method, locale: None })
    }

    /// Reads the setting as JSON: an object, or a text as in [`Self::parse`].
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn from_json(value: &Value) -> Result<Self, String> {
        let fields = match value {
            Value::Null => return Ok(Self::default()),
            Value::String(text) => return Self::parse(Some(text)),
            Value::Object(fields) => fields,
            _ => return Err("extract must be text or an object".to_owned()),
        };
        let text = |names: &[&str]| {
            names.iter().find_map(|name| fields.get(*name)).and_then(Value::as_str).map(str::to_owned)
        };
        let selector = text(&["selector", "css"]);
        let regex = text(&["pattern", "regex"]);
        let named = text(&["method", "type", "kind", "by"]).map(|name| name.trim().to_lowercase());
        let value = text(&["value", "expression", "query"]);
        let method = match named.as_deref() {
            Some("css" | "selector" | "css_selector") => {
                let selector = selector.or(value).ok_or("extract by css needs a selector")?;
                css_and_pattern(&selector, text(&["attribute", "attr"]), regex)?
            }
            Some("regex" | "regexp") => pattern(&regex.or(value).ok_or("extract by regex needs a pattern")?)?,
            Some(name) => by_name(name)?,
            None => match (selector, regex) {
                (Some(selector), regex) => css_and_pattern(&selector, text(&["attribute", "attr"]), regex)?,
                (None, Some(regex)) => pattern(&regex)?,
                (None, None) => Way::Auto,
            },
        };
        Ok(Self { method, locale: text(&["locale", "language", "lang"]) })
    }
}

fn by_name(name: &str) -> Result<Way, String> {
    match name.to_lowercase().replace('_', "-").as_str() {
        "" | "auto" => Ok(Way::Auto),
        "json-ld" | "jsonld" | "schema.org" | "schema-org" | "schema" | "structured-data" => Ok(Way::JsonLd),
        "meta" | "og" | "opengraph" | "open-graph" | "meta-tags" => Ok(Way::Meta),
        "microdata" => Ok(Way::Microdata),
        "momo" => Ok(Way::Momo),
        _ => {
            Err("extract must be auto, json-ld, meta, microdata, momo, css:<selector> or regex:<pattern>"
                .into())
        }
    }
}

fn css_with_attribute(text: &str) -> Result<Way, String> {
    match text.rsplit_once('@') {
        Some((selector, attribute)) if !attribute.contains([']', '"', '\'']) => {
            css(selector, Some(attribute.trim().to_owned()))
        }
        _ => css(text, None),
    }
}

fn css(selector: &str, attribute: Option<String>) -> Result<Way, String> {
    css_and_pattern(selector, attribute, None)
}

fn css_and_pattern(
    selector: &str,
    attribute: Option<String>,
    pattern: Option<String>,
) -> Result<Way, String> {
    let selector =
        Selector::parse(selector.trim()).map_err(|_| "extract has no good CSS selector".to_owned())?;
    let pattern = pattern.map(|pattern| compiled(&pattern)).transpose()?;
    Ok(Way::Css { selector, attribute, pattern })
}

fn pattern(text: &str) -> Result<Way, String> {
    compiled(text).map(Way::Regex)
}

fn compiled(text: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(text.trim()).size_limit(PATTERN_BYTES).dot_matches_new_line(true).build();
    built.map_err(|_| "extract has no good regular expression, or one that is too large".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_way_of_saying_it() {
        for text in [
            "",
            "auto",
            "json-ld",
            "JSON_LD",
            "meta",
            "og",
            "microdata",
            "momo",
            "css:.price",
            ".price",
            "#p b",
            "css:meta[name=\"price\"]@content",
            "regex:售價\\s*(?P<price>[\\d,]+)",
            r#"{"method":"css","selector":".price","attribute":"content","locale":"de"}"#,
            r#"{"css":".price"}"#,
            r#"{"regex":"(\\d+)"}"#,
            r#"{"type":"regex","value":"\\d+"}"#,
            "{}",
        ] {
            assert!(Extract::parse(Some(text)).is_ok(), "{text}");
        }
        let css = Extract::parse(Some("css:meta[name=\"price\"]@content")).unwrap();
        assert!(matches!(css.method, Way::Css { attribute: Some(name), .. } if name == "content"));
    }

    #[test]
    fn says_what_is_wrong() {
        for text in [
            "xpath://b",
            "css:>>>",
            "regex:(",
            "{",
            r#"{"method":"css"}"#,
            "nonsense",
            "regex:(\\w{1000}){1000}",
        ] {
            assert!(Extract::parse(Some(text)).unwrap_err().contains("extract"), "{text}");
        }
    }
}
