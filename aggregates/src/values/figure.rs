use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// A number that is derived from other streams unless a client sent its own (contract §2).
pub trait Figure: Copy + Ord + 'static {
    /// Every figure of its kind.
    const ALL: &'static [Self];

    /// The field that clients see it in.
    fn field(self) -> &'static str;

    /// Its decimal places; none for a count.
    fn places(self) -> u32;
}

/// Figures in a request: a number replaces the derived one, `None` returns to it.
pub(crate) type Sent<F> = BTreeMap<F, Option<Decimal>>;

/// What of `sent` differs from the figures `known`, in the order of the figures.
pub(crate) fn changed_figures<F: Figure>(
    known: &BTreeMap<F, Decimal>,
    sent: &Sent<F>,
) -> Vec<(F, Option<Decimal>)> {
    sent.iter()
        .filter(|(figure, value)| known.get(figure) != value.as_ref())
        .map(|(figure, value)| (*figure, *value))
        .collect()
}

/// Remembers a sent figure, or that it is derived again.
pub(crate) fn remember_figure<F: Figure>(
    known: &mut BTreeMap<F, Decimal>,
    figure: F,
    value: Option<Decimal>,
) {
    match value {
        Some(value) => known.insert(figure, value),
        None => known.remove(&figure),
    };
}
