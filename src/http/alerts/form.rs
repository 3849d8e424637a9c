//! The bodies of rules.

use aggregates::Fault;
use aggregates::alerts::{
    Baseline, CONFIRM_CHECKS_MAX, Channel, DAYS_MAX, QuietHours, Rearm, RulePatch, Scope, TimeOfDay, When,
};

use crate::http::form::Kind;
use crate::http::{ApiError, Field, Form, Mode, Values};
use crate::limits;

const SCOPE: Form = Form::new(&[
    Field::nullable_text("category", limits::TEXT_CHARS),
    Field::nullable_text("brand", limits::TEXT_CHARS),
    Field::list("listing_ids", &Kind::Integer { min: 1, max: i64::MAX }, limits::LIST_ITEMS).nullable(),
]);

const QUIET_HOURS: Form = Form::new(&[
    Field::text("from", 5).required().doc("a time like 22:00, in the zone of the house"),
    Field::text("to", 5).required().doc("a time like 07:00"),
]);

const CHANNEL: Kind = Kind::Choice { allowed: Channel::CODES, also: &[("email", "mail")] };

const fn percent(name: &'static str) -> Field {
    Field::decimal_within(name, 2, 0, 100_000).nullable()
}

/// The fields of a rule, then those of `more`.
macro_rules! rule_form {
    ($($more:expr),* $(,)?) => {
        Form::new(&[
            Field::text("name", 100).required(),
            Field::choice("when", When::CODES).required(),
            Field::amount("value", 4).nullable().doc("the figure of below, above and the baseline target"),
            Field::integer("days", 1, DAYS_MAX).nullable().doc("how far new_low, average and low look back: 30"),
            Field::object("scope", &SCOPE).nullable().doc("absent: all listings"),
            Field::choice("baseline", Baseline::CODES).nullable().doc("of drop, rise and any: previous"),
            Field::amount("min_abs", 4).nullable().doc("the least move in money"),
            percent("min_pct").doc("the least move in percent of the baseline"),
            Field::integer("confirm_checks", 0, CONFIRM_CHECKS_MAX).nullable().doc("checks in a row that must see it: 1"),
            Field::choice("rearm", Rearm::CODES).nullable().doc("recovery for below and above, else minutes"),
            Field::decimal_within("rearm_value", 2, 0, 525_600).nullable().doc("minutes, or percent: 0"),
            Field::object("quiet_hours", &QUIET_HOURS).nullable(),
            Field::list("channels", &CHANNEL, 10).nullable().doc("none: it is only recorded"),
            Field::boolean("enabled").nullable().doc("true unless said"),
            $($more),*
        ])
    };
}

/// A rule.
pub(super) static RULE: Form = rule_form!();

/// A rule with the time that it is tried on.
pub(super) static TRIAL: Form = rule_form!(
    Field::new("from", Kind::Text { max: 40 }).nullable().doc("a time or a day; 30 days ago unless said"),
    Field::new("to", Kind::Text { max: 40 }).nullable().doc("a time or a day; now unless said"),
);

/// Reads a body; all faults are told at once.
pub(super) fn read(form: &Form, body: &[u8], mode: Mode) -> Result<(Values, RulePatch), ApiError> {
    let (values, mut faults) = form.inspect(body, mode)?;
    let patch = patch(&values, &mut faults);
    if faults.is_empty() { Ok((values, patch)) } else { Err(ApiError::faults(&faults)) }
}

/// The fields sent. Null is the usual where a field is not nullable by itself.
fn patch(values: &Values, faults: &mut Vec<Fault>) -> RulePatch {
    let is_null = |field: &str, is_some: bool| values.has(field) && !is_some;
    let baseline = values.choice("baseline").and_then(Baseline::parse);
    let confirm_checks = values.integer("confirm_checks");
    let enabled = values.boolean("enabled");
    RulePatch {
        name: values.text("name"),
        when: values.choice("when").and_then(When::parse),
        value: values.nullable_decimal("value"),
        days: values.nullable_integer("days"),
        scope: values.nullable_object("scope").map(|scope| scope.map(scope_of).unwrap_or_default()),
        baseline: baseline.or(is_null("baseline", baseline.is_some()).then_some(Baseline::Previous)),
        min_abs: values.nullable_decimal("min_abs"),
        min_pct: values.nullable_decimal("min_pct"),
        confirm_checks: confirm_checks.or(is_null("confirm_checks", confirm_checks.is_some()).then_some(1)),
        rearm: values.choice("rearm").and_then(Rearm::parse),
        rearm_value: values.nullable_decimal("rearm_value"),
        quiet_hours: values.nullable_object("quiet_hours").map(|hours| {
            let hours = hours?;
            let from = time(&hours, "from", faults);
            let to = time(&hours, "to", faults);
            Some(QuietHours { from: from?, to: to? })
        }),
        channels: channels(values),
        enabled: enabled.or(is_null("enabled", enabled.is_some()).then_some(true)),
    }
}

fn scope_of(scope: Values) -> Scope {
    Scope {
        category: scope.text("category"),
        brand: scope.text("brand"),
        listing_ids: scope.integers("listing_ids"),
    }
}

fn time(hours: &Values, field: &str, faults: &mut Vec<Fault>) -> Option<TimeOfDay> {
    let text = hours.text(field)?;
    let time = TimeOfDay::parse(&text);
    if time.is_none() {
        let field = format!("quiet_hours.{field}");
        let message = format!("{field} must be a time like 22:00");
        faults.push(Fault::new(field, "wrong_type", message));
    }
    time
}

fn channels(values: &Values) -> Option<Vec<Channel>> {
    let sent = values.choices("channels").map(|words| words.into_iter().filter_map(Channel::parse).collect());
    sent.or(values.has("channels").then(Vec::new))
}
