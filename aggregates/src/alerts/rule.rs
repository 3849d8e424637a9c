//! A rule: the aggregate.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Baseline, Channel, QuietHours, Rearm, Scope, When};
use crate::faults::{AMOUNT_MAX, Faults};
use crate::{Decider, Refusal, event_sourced};

/// The longest name of a rule, of a category and of a brand, in characters.
const NAME_CHARS_MAX: usize = 100;
/// The longest look back, in days: ten years.
pub const DAYS_MAX: i64 = 3_650;
/// The most checks in a row that must see something.
pub const CONFIRM_CHECKS_MAX: i64 = 10;
/// The longest rest after firing, in minutes: a year.
const REST_MINUTES_MAX: i64 = 525_600;
/// Listings that a scope can name.
const LISTINGS_MAX: usize = 1_000;

details! {
    /// What a rule says.
    pub struct RuleSettings / RulePatch {
        /// What it is called.
        name: String,
        /// What it waits for.
        when: When,
        /// The figure of `below`, `above` and the baseline `target`.
        value: Option<Decimal>,
        /// How many days `new_low` and the baselines `average` and `low` look back; none: 30.
        days: Option<i64>,
        /// Which listings it is for.
        scope: Scope,
        /// What a price is compared with.
        baseline: Baseline,
        /// How far a price must be from its baseline at least, in money.
        min_abs: Option<Decimal>,
        /// How far a price must be from its baseline at least, in percent of the baseline.
        min_pct: Option<Decimal>,
        /// How many checks in a row must see it, the first among them; 0 and 1: it counts at once.
        confirm_checks: i64,
        /// When it may fire again for a listing.
        rearm: Rearm,
        /// Minutes, or percent, of `rearm`; none: 0.
        rearm_value: Option<Decimal>,
        /// When nobody is told.
        quiet_hours: Option<QuietHours>,
        /// Where it is told; nowhere: it is only recorded.
        channels: Vec<Channel>,
        /// Whether it is on.
        enabled: bool,
    }
}

impl RuleSettings {
    /// What a rule says unless its maker says otherwise: it is on, counts at once and, where a state lasts, fires
    /// again only after the price went back.
    fn usual(when: When) -> Self {
        let rearm = if when.is_level() { Rearm::Recovery } else { Rearm::Minutes };
        Self { when, rearm, confirm_checks: 1, enabled: true, ..Self::default() }
    }

    /// How many days it looks back.
    pub fn window_days(&self) -> i64 {
        self.days.unwrap_or(30)
    }

    /// The first instant that it looks back to from `at`.
    pub fn window_start(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        at - chrono::TimeDelta::days(self.window_days().min(DAYS_MAX))
    }

    /// Whether it needs the prices of the last days to judge.
    pub fn looks_back(&self) -> bool {
        self.when == When::NewLow
            || self.when.has_baseline() && matches!(self.baseline, Baseline::Average | Baseline::Low)
    }
}

/// What one may ask of a rule.
#[derive(Clone, Debug)]
pub enum AlertRuleCommand {
    /// Begin a rule.
    Create {
        /// The new stream's id.
        id: Uuid,
        /// What it says; what is left out is as usual.
        settings: RulePatch,
    },
    /// Change the fields that are present.
    Change {
        /// The fields sent.
        patch: RulePatch,
    },
    /// End it.
    Delete,
}

/// What may have happened to a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlertRuleEvent {
    /// It began.
    AlertRuleCreated {
        /// Its id.
        id: Uuid,
        /// What it says.
        settings: RuleSettings,
    },
    /// It says something else now: a new version, which begins afresh with every listing.
    AlertRuleChanged {
        /// The new values.
        changes: RulePatch,
    },
    /// It is gone.
    AlertRuleDeleted {},
}

event_sourced!(AlertRule, AlertRuleEvent {
    AlertRuleCreated = "1.0",
    AlertRuleChanged = "1.0",
    AlertRuleDeleted = "1.0",
});

/// What is remembered of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// Its id; nil before it was created.
    pub id: Uuid,
    /// Created and not deleted.
    pub is_active: bool,
    /// Which version of it this is, from 1.
    pub version: i64,
    /// What it says.
    pub settings: RuleSettings,
}

impl Decider for AlertRule {
    const KIND: &'static str = "alert-rule";
    type Command = AlertRuleCommand;
    type Event = AlertRuleEvent;

    fn decide(&self, command: AlertRuleCommand) -> Result<Vec<AlertRuleEvent>, Refusal> {
        match command {
            AlertRuleCommand::Create { id, settings } => create(self, id, settings),
            AlertRuleCommand::Change { patch } => change(self, patch),
            AlertRuleCommand::Delete => {
                self.live()?;
                Ok(vec![AlertRuleEvent::AlertRuleDeleted {}])
            }
        }
    }

    fn evolve(&mut self, event: &AlertRuleEvent) {
        match event {
            AlertRuleEvent::AlertRuleCreated { id, settings } => {
                *self = Self { id: *id, is_active: true, version: 0, settings: settings.clone() };
            }
            AlertRuleEvent::AlertRuleChanged { changes } => self.settings.apply(changes),
            AlertRuleEvent::AlertRuleDeleted {} => self.is_active = false,
        }
        self.version += 1;
    }
}

impl AlertRule {
    fn live(&self) -> Result<(), Refusal> {
        if self.is_active { Ok(()) } else { Err(Refusal::NotFound(Self::KIND)) }
    }
}

fn create(rule: &AlertRule, id: Uuid, patch: RulePatch) -> Result<Vec<AlertRuleEvent>, Refusal> {
    if !rule.id.is_nil() {
        return Err(Refusal::already_exists(AlertRule::KIND));
    }
    let mut settings = RuleSettings::usual(patch.when.unwrap_or_default());
    let mut faults = Faults::default();
    if patch.when.is_none() {
        faults.add("when", "required", "is required");
    }
    settings.apply(&patch);
    check(&mut settings, &mut faults);
    faults.verdict()?;
    Ok(vec![AlertRuleEvent::AlertRuleCreated { id, settings }])
}

fn change(rule: &AlertRule, patch: RulePatch) -> Result<Vec<AlertRuleEvent>, Refusal> {
    rule.live()?;
    let mut settings = rule.settings.clone();
    let mut faults = Faults::default();
    settings.apply(&patch);
    check(&mut settings, &mut faults);
    faults.verdict()?;
    let changes = rule.settings.changed_by(&settings.into());
    Ok(if changes.is_empty() { Vec::new() } else { vec![AlertRuleEvent::AlertRuleChanged { changes }] })
}

/// Whether a rule that says this could ever fire, and fire sensibly.
fn check(settings: &mut RuleSettings, faults: &mut Faults) {
    faults.name("name", Some(&mut settings.name), NAME_CHARS_MAX);
    faults.decimal("value", settings.value.as_mut(), 4, 0..=AMOUNT_MAX);
    faults.decimal("min_abs", settings.min_abs.as_mut(), 4, 0..=AMOUNT_MAX);
    let percent_max = if falls(settings) { 100 } else { 100_000 };
    faults.decimal("min_pct", settings.min_pct.as_mut(), 2, 0..=percent_max);
    within("days", settings.days, 1..=DAYS_MAX, faults);
    within("confirm_checks", Some(settings.confirm_checks), 0..=CONFIRM_CHECKS_MAX, faults);
    check_figure(settings, faults);
    check_rest(settings, faults);
    check_scope(&mut settings.scope, faults);
    if settings.quiet_hours.is_some_and(|hours| hours.from == hours.to) {
        faults.add("quiet_hours", "out_of_range", "must not begin and end at the same minute");
    }
    settings.channels.sort_unstable();
    settings.channels.dedup();
}

/// No price falls by more than all of it.
fn falls(settings: &RuleSettings) -> bool {
    matches!(settings.when, When::Drop | When::NewLow)
}

fn within(field: &str, value: Option<i64>, range: std::ops::RangeInclusive<i64>, faults: &mut Faults) {
    if value.is_some_and(|value| !range.contains(&value)) {
        faults.add(field, "out_of_range", &format!("must be between {} and {}", range.start(), range.end()));
    }
}

/// Where a price is compared with a figure of the rule's own, there is one, and prices can lie on its other side.
fn check_figure(settings: &RuleSettings, faults: &mut Faults) {
    let RuleSettings { when, baseline, value, .. } = settings;
    let reason = if when.is_level() {
        when.code()
    } else if when.has_baseline() && *baseline == Baseline::Target {
        "the baseline target"
    } else {
        return;
    };
    match value {
        None => faults.add("value", "required", &format!("is required for {reason}")),
        Some(value) if value.is_zero() && *when != When::Above => {
            faults.add("value", "out_of_range", &format!("must be above 0 for {reason}"));
        }
        Some(_) => {}
    }
}

fn check_rest(settings: &mut RuleSettings, faults: &mut Faults) {
    let most = match settings.rearm {
        Rearm::Never | Rearm::Minutes => REST_MINUTES_MAX,
        Rearm::Recovery => 100,
    };
    faults.decimal("rearm_value", settings.rearm_value.as_mut(), 2, 0..=most);
}

fn check_scope(scope: &mut Scope, faults: &mut Faults) {
    for (field, word) in [("scope.category", &mut scope.category), ("scope.brand", &mut scope.brand)] {
        faults.name(field, word.as_mut(), NAME_CHARS_MAX);
    }
    let Some(listings) = &mut scope.listing_ids else { return };
    listings.sort_unstable();
    listings.dedup();
    if listings.is_empty() {
        faults.add("scope.listing_ids", "required", "must name a listing; leave it out for all listings");
    } else if listings.len() > LISTINGS_MAX {
        faults.add("scope.listing_ids", "too_many", &format!("must have at most {LISTINGS_MAX} ids"));
    } else if listings.first().is_some_and(|first| *first < 1) {
        faults.add("scope.listing_ids", "out_of_range", "must be ids of listings, from 1");
    }
}
