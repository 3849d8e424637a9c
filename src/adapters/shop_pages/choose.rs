//! Which of the prices found is the price.
//!
//! A reduced price counts before a plain one, and both before a struck one where the page's structure says which
//! is which. Where several are left, the one nearest to the last known price is taken, and marked as ambiguous.

use rust_decimal::Decimal;

use super::candidate::{Candidate, Role, Source};

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) price: Candidate,
    pub(super) is_ambiguous: bool,
}

/// Chooses among the candidates of one source.
pub(super) fn choose(candidates: &[&Candidate], currency: &str, last: Option<Decimal>) -> Option<Choice> {
    let prices: Vec<&Candidate> = candidates.iter().copied().filter(|found| found.trap.is_none()).collect();
    let prices = narrowed(prices, |found| found.currency.as_deref().is_none_or(|code| code == currency));
    let prices = match prices.first()?.source {
        // In running text a number with a sign of money is a price, one without may be anything.
        Source::Css | Source::Regex => narrowed(prices, |found| found.currency.is_some()),
        _ => narrowed(prices, |found| !matches!(found.role, Role::High)),
    };
    let is_structure = prices.iter().all(|found| !is_labelled_text(found));
    let prices = if is_structure {
        let offered = narrowed(prices, |found| found.role != Role::Regular);
        narrowed(offered, |found| found.role == Role::Sale)
    } else {
        prices
    };
    let first = preferred(&prices)?;
    if prices.iter().all(|found| found.price == first.price) {
        return Some(Choice { price: first.clone(), is_ambiguous: false });
    }
    let nearest = last.and_then(|last| prices.iter().min_by_key(|found| (found.price - last).abs()));
    Some(Choice { price: nearest.copied().unwrap_or(first).clone(), is_ambiguous: true })
}

/// Whether the role comes from words in the same text: then a person decides, see the oracle
/// "促銷價3,180(原價3,280)".
fn is_labelled_text(found: &Candidate) -> bool {
    let is_text = found.text.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | ' '));
    is_text && matches!(found.role, Role::Sale | Role::Regular) && found.at != "struck"
}

/// Those that satisfy `is_better`, if any do.
fn narrowed(prices: Vec<&Candidate>, is_better: impl Fn(&Candidate) -> bool) -> Vec<&Candidate> {
    let better: Vec<&Candidate> = prices.iter().copied().filter(|found| is_better(found)).collect();
    if better.is_empty() { prices } else { better }
}

fn preferred<'a>(prices: &[&'a Candidate]) -> Option<&'a Candidate> {
    let with = |role: Role| prices.iter().copied().find(|found| found.role == role);
    with(Role::Sale)
        .or_else(|| prices.iter().copied().find(|found| found.role != Role::Regular))
        .or_else(|| prices.first().copied())
}
