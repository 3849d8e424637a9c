use std::io::{self, Write};

use minijinja::{Environment, ErrorKind, UndefinedBehavior, escape_formatter};

use super::values::{self, Texts, Variables};
use super::words::{self, Fault};
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

pub(super) fn environment(undefined: UndefinedBehavior, texts: &Texts) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(undefined);
    environment.set_fuel(Some(limits::TEMPLATE_FUEL));
    filters::add_to(&mut environment, texts);
    let texts = texts.clone();
    environment.set_formatter(move |out, state, value| match values::printed(&texts, value) {
        Some(text) => out.write_str(&text).map_err(minijinja::Error::from),
        None => escape_formatter(out, state, value),
    });
    environment
}

/// Finds what is wrong with a template before it is kept.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(source: &Source<'_>) -> Result<(), SyntaxError> {
    let environment = environment(UndefinedBehavior::Lenient, &Texts::default());
    for (field, text) in [("subject", source.subject), ("body", source.body)] {
        check_tags(field, text)?;
        let found = words::check_operators(text).and_then(|()| words::check_names(text));
        found.map_err(|Fault { line, reason }| SyntaxError { field, line, reason })?;
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
pub fn render(source: &Source<'_>, variables: &Variables, is_lenient: bool) -> Result<Rendered, RenderError> {
    for text in [source.subject, source.body] {
        // One that was kept before this was refused.
        let broken = |Fault { line, reason }| RenderError::Broken(format!("line {line}: {reason}"));
        words::check_operators(text).map_err(broken)?;
    }
    let strict = fill(source, variables, UndefinedBehavior::SemiStrict);
    match strict {
        Ok((subject, body)) => Ok(Rendered { subject, body, missing: Vec::new() }),
        Err(error) if error.kind() == ErrorKind::UndefinedError => {
            let missing = needed(source, variables);
            if !is_lenient {
                let line = error.line().unwrap_or(1);
                if !missing.is_empty() {
                    return Err(RenderError::Missing(missing));
                }
                let texts = [source.subject, source.body];
                let inside: Vec<_> =
                    texts.iter().flat_map(|text| words::fields_of_items(text, line)).collect();
                return Err(if inside.is_empty() {
                    RenderError::Broken(format!("line {line}: a value is missing there"))
                } else {
                    RenderError::Missing(inside)
                });
            }
            let (subject, body) =
                fill(source, variables, UndefinedBehavior::Chainable).map_err(|error| broken(&error))?;
            Ok(Rendered { subject, body, missing })
        }
        Err(error) => Err(broken(&error)),
    }
}

/// Those of the missing variables without which rendering breaks off: each is left out in turn, while something
/// that answers to everything stands for the others.
fn needed(source: &Source<'_>, variables: &Variables) -> Vec<String> {
    let missing = variables::missing(source, &variables.values);
    if missing.len() > limits::TEMPLATE_MISSING_TRIED {
        return missing;
    }
    let is_needed = |name: &String| {
        let others = missing.iter().filter(|other| !variables::is_about(other, name));
        let values = variables::standing_in(&variables.values, others);
        fill_values(source, values, &variables.texts(), UndefinedBehavior::SemiStrict)
            .is_err_and(|error| error.kind() == ErrorKind::UndefinedError)
    };
    missing.iter().filter(|name| is_needed(name)).cloned().collect()
}

fn fill(
    source: &Source<'_>,
    variables: &Variables,
    undefined: UndefinedBehavior,
) -> Result<(String, String), minijinja::Error> {
    let values = minijinja::Value::from(minijinja::value::Serde(&variables.values));
    fill_values(source, values, &variables.texts(), undefined)
}

fn fill_values(
    source: &Source<'_>,
    values: minijinja::Value,
    texts: &Texts,
    undefined: UndefinedBehavior,
) -> Result<(String, String), minijinja::Error> {
    let environment = environment(undefined, texts);
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
    use serde_json::{Value, json};

    use super::*;

    fn filled(body: &str, variables: Value, is_lenient: bool) -> Result<Rendered, RenderError> {
        let Value::Object(variables) = variables else { panic!("an object") };
        render(&Source { subject: "s", body }, &variables.into(), is_lenient)
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
    fn prints_what_people_read() {
        let exact = |body: &str, variables: &str| {
            let variables = Variables::read(variables).unwrap();
            render(&Source { subject: "s", body }, &variables, false).unwrap().body
        };
        assert_eq!(exact("[{{ a }}|{{ b }}|{{ c }}]", r#"{"a":null,"b":true,"c":false}"#), "[|true|false]");
        assert_eq!(exact("{{ a | join(';') }}", r#"{"a":[null,true,1.50]}"#), ";true;1.50");
        let numbers = r#"{"a":12345678901234567890123,"b":123456789.10,"c":0.1,"d":-0.30,"e":5.0}"#;
        assert_eq!(
            exact("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }}", numbers),
            "12345678901234567890123 123456789.10 0.1 -0.30 5.0"
        );
        assert_eq!(exact("{{ b | amount }} {{ b | times(2) }}", numbers), "123,456,789.10 246913578.2");
        assert_eq!(exact("{% if b > 100 and a > b %}more{% endif %}{{ b is number }}", numbers), "moretrue");
        // Numbers that a binary fraction cannot tell apart are not taken for each other.
        let near = r#"{"a":12345678901234567890123,"b":12345678901234567890124}"#;
        assert_eq!(exact("{{ a }} {{ b }}", near), "12345678901234567890123 12345678901234567890124");
    }

    #[test]
    fn names_everything_that_is_missing() {
        let error = filled("{{ a }} {{ b.c }} {{ d }}", json!({ "d": 1 }), false).unwrap_err();
        assert_eq!(error, RenderError::Missing(vec!["a".into(), "b.c".into()]));
        let lenient = filled("{{ a }}-{{ b.c }}-{{ d }}", json!({ "d": 1 }), true).unwrap();
        assert_eq!((lenient.body.as_str(), lenient.missing), ("--1", vec!["a".into(), "b.c".into()]));
        let inside = filled("{% for row in rows %}{{ row.qty }}{% endfor %}", json!({ "rows": [{}] }), false);
        assert!(matches!(inside, Err(RenderError::Missing(names)) if names == ["row.qty"]));
    }

    #[test]
    fn names_only_what_rendering_needs() {
        let text = "{{ a | default('—') }}{% if b is defined %}{{ b }}{% endif %}{{ c }}{% if d %}{{ e }}{% endif %}";
        let error = filled(text, json!({}), false).unwrap_err();
        assert_eq!(error, RenderError::Missing(vec!["c".into()]));
        assert_eq!(filled(text, json!({}), true).unwrap().missing, ["c"]);
    }

    #[test]
    fn what_multiplies_is_refused_before_it_is_worked_out() {
        for body in [
            "好\n{{ 2 in [1]*99999999 }}",
            "\n{{ [1]*100000000 }}",
            "\n{{ 9**9**9 }}",
            "\n{% if x*2 %}{% endif %}",
        ] {
            let error = check(&Source { subject: "s", body }).unwrap_err();
            assert_eq!((error.field, error.line), ("body", 2), "{body}");
            assert!(matches!(filled(body, json!({}), true), Err(RenderError::Broken(_))), "{body}");
            assert_eq!(variables::names(&Source { subject: "{{ a }}", body }), ["a"]);
        }
        assert_eq!(body("2 * 3 = {{ '*' }}{{ 2 | times(price) }}", json!({ "price": 3 })), "2 * 3 = *6");
    }

    #[test]
    fn what_is_not_there_is_refused_with_its_line() {
        for (body, named) in [
            ("\n{{ a|nofilter }}", "nofilter"),
            ("\n{{ lipsum(10) }}", "lipsum"),
            ("\n{% if a is odd %}{% endif %}", "odd"),
        ] {
            let error = check(&Source { subject: "", body }).unwrap_err();
            assert!(error.line == 2 && error.reason.contains(named), "{error:?}");
        }
        let fine =
            "{% if not (a is not defined) and (b or c) %}{{ (a | default('x')) | join(', ') }}{% endif %}";
        check(&Source { subject: "", body: fine }).unwrap();
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
        let rendered = render(&Source { subject: "{{ a }}", body: "" }, &variables.into(), false).unwrap();
        assert_eq!(rendered.subject, "b Bcc: c");
    }
}
