//! Alert rules, and what they came to.

use aggregates::alerts::{
    Alert, AlertCommand, AlertRule, AlertRuleCommand, Channel, RulePatch, Suppression, Verdict, When,
    alert_stream,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Choices, Slice, may, number};
use crate::support::History;

/// Few rules, deleted ones among them, for few listings.
#[derive(Default)]
pub(crate) struct Alerts {
    rules: Vec<Uuid>,
    /// Alerts with their streams.
    kept: Vec<(Uuid, String)>,
}

impl Slice for Alerts {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        if self.rules.len() < 3 || choices.once_in(30) {
            let id = history.new_id();
            let settings = RulePatch { when: Some(When::Drop), ..named(act) };
            may::<AlertRule>(history, &id, AlertRuleCommand::Create { id, settings });
            self.rules.push(id);
        }
        let rule = choices.one(&self.rules);
        match choices.below(10) {
            0 => may::<AlertRule>(history, &rule, AlertRuleCommand::Delete),
            1..4 => may::<AlertRule>(history, &rule, AlertRuleCommand::Change { patch: named(act) }),
            4..7 => self.keep(history, choices, rule, act),
            _ if self.kept.is_empty() => {}
            _ => {
                let (id, stream) = choices.one(&self.kept);
                let channel = choices.one(&[Channel::Telegram, Channel::Mail]);
                may::<Alert>(history, &stream, AlertCommand::Notify { id, channel });
            }
        }
    }
}

impl Alerts {
    fn keep(&mut self, history: &mut History, choices: &mut Choices, rule_id: Uuid, act: usize) {
        let (listing_id, id) = (choices.number(3), history.new_id());
        let verdict = Verdict {
            id,
            rule_id,
            rule_name: format!("rule {act}"),
            listing_id,
            position: number(act) + 1,
            // Trailing zeros too must come back as they went in.
            price: Some(Decimal::new(number(act) * 100, 2)),
            previous_price: choices.once_in(2).then(|| Decimal::new(1_050, 2)),
            ..Verdict::default()
        };
        let suppressed = choices.once_in(3).then_some(Suppression::QuietHours);
        let channels = vec![Channel::Telegram, Channel::Mail];
        let stream = alert_stream(rule_id, listing_id);
        may::<Alert>(
            history,
            &stream,
            AlertCommand::Keep { verdict: Box::new(verdict), channels, suppressed },
        );
        self.kept.push((id, stream));
    }
}

fn named(act: usize) -> RulePatch {
    RulePatch { name: Some(format!("rule {act}")), ..RulePatch::default() }
}
