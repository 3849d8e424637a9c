use std::io::{self, Write};

use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::{Map, Value};

use super::{RenderError, filters, variables};
use crate::limits;

/// The texts of a template.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// One line.
    pub subject: &'a str,
    /// The rest.
    pub body: &'a str,
}

/// A template filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Variables that were named and not given; empty unless rendered leniently.
    pub missing: Vec<String>,
}

/// Where a template cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// `subject` or `body`.
    pub field: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// The tags that a notice needs. The others could make a text out of itself, again and again.
const TAGS: [&str; 7] = ["if", "elif", "else", "endif", "for", "endfor", "raw"];

pub(super) fn environment(undefined: UndefinedBehavior) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(undefined);
    environment.set_fuel(Some(limits::TEMPLATE_FUEL));
    filters::add_to(&mut environment);
    environment
}

/// Finds what is wrong with a template before it is kept.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(source: &Source<'_>) -> Result<(), SyntaxError> {
    let environment = environment(UndefinedBehavior::Lenient);
    for (field, text) in [("subject", source.subject), ("body", source.body)] {
        check_tags(field, text)?;
        if let Err(error) = environment.template_from_str(text) {
            let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            return Err(SyntaxError { field, line: error.line().unwrap_or(1), reason });
        }
    }
    Ok(())
}

fn check_tags(field: &'static str, text: &str) -> Result<(), SyntaxError> {
    let mut line = 1;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{%") {
        line += before.matches('\n').count();
        let tag: String = after
            .trim_start_matches(['-', '+'])
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        if !tag.is_empty() && tag != "endraw" && !TAGS.contains(&tag.as_str()) {
            let reason = format!("the tag {tag} is not available: templates have {}", TAGS.join(", "));
            return Err(SyntaxError { field, line, reason });
        }
        rest = after;
    }
    Ok(())
}

/// Fills a template in. Leniently, what is missing stays empty and is named; otherwise nothing may be missing.
///
/// # Errors
/// See [`RenderError`].
pub fn render(
    source: &Source<'_>,
    variables: &Map<String, Value>,
    is_lenient: bool,
) -> Result<Rendered, RenderError> {
    let strict = fill(source, variables, UndefinedBehavior::SemiStrict);
    let named = || variables::missing(source, variables);
    match strict {
        Ok((subject, body)) => Ok(Rendered { subject, body, missing: Vec::new() }),
        Err(error) if error.kind() == ErrorKind::UndefinedError => {
            let missing = named();
            if !is_lenient {
                let line = error.line().unwrap_or(1);
                let unnamed = || vec![format!("a value in line {line} that was not given")];
                return Err(RenderError::Missing(if missing.is_empty() { unnamed() } else { missing }));
            }
            let (subject, body) =
                fill(source, variables, UndefinedBehavior::Chainable).map_err(|error| broken(&error))?;
            Ok(Rendered { subject, body, missing })
        }
        Err(error) => Err(broken(&error)),
    }
}

fn fill(
    source: &Source<'_>,
    variables: &Map<String, Value>,
    undefined: UndefinedBehavior,
) -> Result<(String, String), minijinja::Error> {
    let environment = environment(undefined);
    let values = minijinja::Value::from(minijinja::value::Serde(variables));
    let fill_in = |text: &str| {
        let mut output = Bounded { bytes: Vec::new() };
        environment.template_from_str(text)?.render_captured_to(values.clone(), &mut output)?;
        Ok::<_, minijinja::Error>(String::from_utf8_lossy(&output.bytes).into_owned())
    };
    let subject = fill_in(source.subject)?.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok((subject, fill_in(source.body)?))
}

fn broken(error: &minijinja::Error) -> RenderError {
    let line = error.line().unwrap_or(1);
    RenderError::Broken(match error.kind() {
        ErrorKind::OutOfFuel => "the template takes too much work: is there a loop in a loop?".to_owned(),
        ErrorKind::WriteFailure => {
            format!("the text is longer than {} bytes", limits::TEMPLATE_OUTPUT_BYTES)
        }
        kind => match error.detail() {
            Some(detail) => format!("line {line}: {detail}"),
            None => format!("line {line}: {kind}"),
        },
    })
}

/// Output that ends at the limit.
struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > limits::TEMPLATE_OUTPUT_BYTES {
            return Err(io::Error::other("too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(body: &str, variables: Value, is_lenient: bool) -> Result<Rendered, RenderError> {
        let Value::Object(variables) = variables else { panic!("an object") };
        render(&Source { subject: "s", body }, &variables, is_lenient)
    }

    fn body(body: &str, variables: Value) -> String {
        filled(body, variables, false).unwrap().body
    }

    #[test]
    fn fills_in_what_it_is_given() {
        assert_eq!(body("磁碟 {{ usage_percent }}%", json!({ "usage_percent": 85 })), "磁碟 85%");
        assert_eq!(
            body(
                "{% for row in rows %}{{ row.n }};{% endfor %}",
                json!({ "rows": [{ "n": 1 }, { "n": 2 }] })
            ),
            "1;2;"
        );
        assert_eq!(body("{{ price | amount }}", json!({ "price": 1234567.5 })), "1,234,567.5");
        assert_eq!(body("{{ note | default('無') }}", json!({})), "無");
        assert_eq!(body("{% if note is defined %}{{ note }}{% endif %}", json!({})), "");
    }

    #[test]
    fn names_everything_that_is_missing() {
        let error = filled("{{ a }} {{ b.c }} {{ d }}", json!({ "d": 1 }), false).unwrap_err();
        assert_eq!(error, RenderError::Missing(vec!["a".into(), "b.c".into()]));
        let lenient = filled("{{ a }}-{{ b.c }}-{{ d }}", json!({ "d": 1 }), true).unwrap();
        assert_eq!((lenient.body.as_str(), lenient.missing), ("--1", vec!["a".into(), "b.c".into()]));
        let inside = filled("{% for row in rows %}{{ row.qty }}{% endfor %}", json!({ "rows": [{}] }), false);
        assert!(matches!(inside, Err(RenderError::Missing(names)) if names[0].contains("line 1")));
    }

    #[test]
    fn tells_the_line_that_it_cannot_read() {
        let checked = |body: &str| check(&Source { subject: "", body }).unwrap_err();
        assert_eq!(checked("好\n{{ a").line, 2);
        assert_eq!(checked("a\n\n{% if x %}").line, 3);
        for tag in ["set x = x ~ x", "include 'a'", "macro f()", "import 'a' as b", "filter upper"] {
            assert!(checked(&format!("\n{{%- {tag} %}}")).reason.contains("not available"), "{tag}");
        }
        assert!(check(&Source { subject: "{{ a }}", body: "{% for x in y %}{{ x }}{% endfor %}" }).is_ok());
    }

    #[test]
    fn takes_no_more_than_its_share() {
        let many: Vec<_> = (0..1_000).collect();
        let inner = "{% for a in n %}{% for b in n %}{% for c in n %}{% endfor %}{% endfor %}{% endfor %}";
        let error = filled(inner, json!({ "n": many }), false).unwrap_err();
        assert!(error.to_string().contains("too much work"), "{error}");
        let long = "{% for a in n %}{{ t }}{% endfor %}";
        let error = filled(long, json!({ "n": many, "t": "x".repeat(10_000) }), false).unwrap_err();
        assert!(error.to_string().contains("longer than"), "{error}");
        for body in [
            "{{ t | replace('x', t) }}",
            "{{ [t, t] | join(t) }}",
            "{{ t * 100000000 }}",
            "{{ n | join(t) }}",
        ] {
            assert!(filled(body, json!({ "t": "x".repeat(500_000), "n": many }), false).is_err(), "{body}");
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        let variables = json!({ "a": "b\r\nBcc: c" });
        let Value::Object(variables) = variables else { panic!("an object") };
        let rendered = render(&Source { subject: "{{ a }}", body: "" }, &variables, false).unwrap();
        assert_eq!(rendered.subject, "b Bcc: c");
    }
}
