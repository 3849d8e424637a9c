//! Telling people of a fired alert: a notification of its own for each channel, and word of it once it went out.

use aggregates::alerts::{Alert, AlertCommand, AlertEvent, Arithmetic, Channel, Verdict, When, alert_stream};
use aggregates::notifications::{self, Message, Notification, NotificationCommand, NotificationEvent};
use aggregates::{Fact, Recorded};
use projections::alerts::{ListingFacts, find_alert};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Context, ExecuteError, FeedFilter, Outcome, StreamFilter};

/// What a notification of an alert is sent for.
const BECAUSE: &str = "alert";

/// Asks for the notifications of a fired alert. Asking again is the same as asking once: their ids follow from the
/// alert's.
pub(super) async fn ask(
    app: &App,
    verdict: &Verdict,
    channels: &[Channel],
    facts: &ListingFacts,
    kept: &Outcome,
    context: &Context,
) -> Result<(), ExecuteError> {
    if channels.is_empty() {
        return Ok(());
    }
    let position = if kept.appended > 0 {
        Some(kept.position)
    } else {
        let known = find_alert(&app.pool, verdict.id).await;
        known.map_err(|error| ExecuteError::Unavailable(error.to_string()))?.map(|row| row.position)
    };
    let context = Context { causation: position, ..context.clone() };
    for channel in channels {
        let id = notice_id(verdict.id, *channel);
        let message = Message {
            channel: match channel {
                Channel::Telegram => notifications::Channel::Telegram,
                Channel::Mail => notifications::Channel::Email,
            },
            to: Vec::new(),
            subject: Some(format!("[價格提醒] {}：{}", verdict.rule_name, called(verdict, facts))),
            text: text(verdict, facts),
            because: BECAUSE.to_owned(),
        };
        let request = NotificationCommand::Request { id, message };
        match app.store.execute::<Notification>(&id.to_string(), request, &context).await {
            // It was asked for before a crash.
            Ok(_) | Err(ExecuteError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn notice_id(alert: Uuid, channel: Channel) -> Uuid {
    let hash = Sha256::digest(format!("{alert}/{}", channel.code()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A notification went out: if it was that of an alert, the alert learns of it.
pub(super) async fn sent(app: &App, event: &Recorded) -> anyhow::Result<()> {
    let first = StreamFilter { limit: 1, ..StreamFilter::default() };
    let asked = app.store.stream_page(&event.aggregate_type, &event.aggregate_id, &first).await?;
    let Some(asked) = asked.first() else { return Ok(()) };
    let Fact::Notification(told) = asked.fact() else { return Ok(()) };
    let NotificationEvent::NotificationRequested { message, .. } = told else { return Ok(()) };
    let Some(cause) = asked.metadata.causation.filter(|_| message.because == BECAUSE) else { return Ok(()) };
    let alert =
        app.store.feed_page(&FeedFilter { after: cause - 1, limit: 1, ..FeedFilter::default() }).await?;
    let Some(Fact::Alert(fired)) = alert.first().map(Recorded::fact) else { return Ok(()) };
    let AlertEvent::AlertFired { alert, .. } = &**fired else { return Ok(()) };
    let channel = match message.channel {
        notifications::Channel::Telegram => Channel::Telegram,
        notifications::Channel::Email => Channel::Mail,
    };
    let stream = alert_stream(alert.rule_id, alert.listing_id);
    let context = Context::system("alerts", "alerts", event.metadata.correlation_id.clone());
    let context = Context { causation: Some(event.position), ..context };
    let command = AlertCommand::Notify { id: alert.id, channel };
    app.store.execute::<Alert>(&stream, command, &context).await?;
    Ok(())
}

fn called(verdict: &Verdict, facts: &ListingFacts) -> String {
    let name = facts.name.clone().or_else(|| verdict.product_id.clone());
    name.unwrap_or_else(|| format!("#{}", verdict.listing_id))
}

fn text(verdict: &Verdict, facts: &ListingFacts) -> String {
    let mut lines = vec![format!("{}：{}", verdict.rule_name, called(verdict, facts)), what(verdict)];
    lines.extend(verdict.product_id.iter().map(|code| format!("商品編號 {code}")));
    lines.extend(facts.url.iter().cloned());
    lines.join("\n")
}

fn what(verdict: &Verdict) -> String {
    let Arithmetic { baseline_price, difference, percent, .. } = &verdict.arithmetic;
    match (verdict.when, verdict.price, baseline_price.zip(*difference)) {
        (When::BackInStock, price, _) => {
            price.map_or_else(|| "已有貨".to_owned(), |price| format!("已有貨，售價 {}", money(price)))
        }
        (When::Delisted, ..) => "已下架".to_owned(),
        (_, Some(price), Some((base, difference))) => {
            let percent = percent.map_or_else(String::new, |percent| format!("，{}%", signed(percent)));
            format!("{} → {}（{}{percent}）", money(base), money(price), signed(difference))
        }
        _ => "價格異動".to_owned(),
    }
}

fn signed(number: Decimal) -> String {
    let sign = if number > Decimal::ZERO { "+" } else { "" };
    format!("{sign}{}", money(number))
}

/// With commas between thousands.
fn money(amount: Decimal) -> String {
    let plain = amount.normalize().to_string();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, places) =
        digits.split_once('.').map_or((digits, None), |(whole, places)| (whole, Some(places)));
    let mut grouped = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(places) = places {
        grouped.push('.');
        grouped.push_str(places);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_what_happened_in_figures() {
        let verdict = Verdict {
            rule_name: "茶".to_owned(),
            product_id: Some("TEA".to_owned()),
            price: Some(Decimal::from(1_002_980)),
            arithmetic: Arithmetic {
                baseline_price: Some(Decimal::from(1_003_280)),
                difference: Some(Decimal::from(-300)),
                percent: Some(Decimal::new(-3, 2)),
                ..Arithmetic::default()
            },
            ..Verdict::default()
        };
        let facts = ListingFacts {
            name: Some("烏龍".to_owned()),
            url: Some("https://shop.example/1".to_owned()),
            ..ListingFacts::default()
        };
        let expected =
            "茶：烏龍\n1,003,280 → 1,002,980（-300，-0.03%）\n商品編號 TEA\nhttps://shop.example/1";
        assert_eq!(text(&verdict, &facts), expected);
        let gone = Verdict { when: When::Delisted, listing_id: 7, ..Verdict::default() };
        assert_eq!(text(&gone, &ListingFacts::default()), "：#7\n已下架");
        assert_eq!(money(Decimal::new(-123_456_750, 2)), "-1,234,567.5");
    }
}
