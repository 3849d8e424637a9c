//! What people read of fired alerts.

use aggregates::alerts::{Arithmetic, Channel, Verdict, When};
use projections::alerts::ListingFacts;
use rust_decimal::Decimal;
use uuid::Uuid;

/// A fired alert on its way to people, by one channel.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Notice {
    pub(super) alert_id: Uuid,
    pub(super) channel: String,
    pub(super) rule_id: Uuid,
    pub(super) listing_id: i64,
    pub(super) rule_name: String,
    /// What the listing is called.
    pub(super) called: String,
    /// What happened to it, in a line.
    pub(super) said: String,
    /// The whole message, where it goes alone.
    pub(super) message: String,
    /// The larger, the sooner it is named among many: by how many percent the price is another.
    pub(super) weight: Decimal,
    /// The alert's event.
    pub(super) position: i64,
    pub(super) correlation_id: String,
}

impl Notice {
    pub(super) fn of(
        verdict: &Verdict,
        channel: Channel,
        facts: &ListingFacts,
        position: i64,
        correlation_id: &str,
    ) -> Self {
        Self {
            alert_id: verdict.id,
            channel: channel.code().to_owned(),
            rule_id: verdict.rule_id,
            listing_id: verdict.listing_id,
            rule_name: verdict.rule_name.clone(),
            called: called(verdict, facts),
            said: what(verdict),
            message: text(verdict, facts),
            weight: verdict.arithmetic.percent.unwrap_or_default().abs(),
            position,
            correlation_id: correlation_id.to_owned(),
        }
    }

    /// Its subject, where it goes alone.
    pub(super) fn subject(&self) -> String {
        format!("[價格提醒] {}：{}", self.rule_name, self.called)
    }
}

/// Subject and text of a message that tells of `count` alerts of a rule at once, and names these.
pub(super) fn together(named: &[Notice], count: i64) -> (String, String) {
    let rule = named.first().map(|notice| notice.rule_name.as_str()).unwrap_or_default();
    let head = format!("{rule}：{count} 項商品");
    let mut lines = vec![head.clone()];
    lines.extend(named.iter().map(|notice| format!("・{}　{}", notice.called, notice.said)));
    let omitted = count.saturating_sub(i64::try_from(named.len()).unwrap_or(i64::MAX));
    if omitted > 0 {
        lines.push(format!("…… 另有 {omitted} 項"));
    }
    (format!("[價格提醒] {head}"), lines.join("\n"))
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
        (When::Delisted, price, _) => {
            price.map_or_else(|| "已下架".to_owned(), |price| format!("已下架，最後售價 {}", money(price)))
        }
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
