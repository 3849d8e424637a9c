//! Values that are parsed once and correct ever after.

mod code;
mod currency;
mod figure;
mod numbers;
mod status;
mod stock_status;

pub use code::plain_code;
pub use currency::Currency;
pub use figure::Figure;
pub(crate) use figure::{Sent, changed_figures, remember_figure};
pub use numbers::Numbers;
pub use status::Status;
pub use stock_status::StockStatus;

use serde::{Deserialize, Deserializer};

/// Reads a field that is there, so that `null` becomes `Some(None)` and only absence is `None`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
