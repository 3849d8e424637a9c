//! Values that are parsed once and correct ever after.

mod figure;
mod status;

pub use figure::Figure;
pub(crate) use figure::{Sent, changed_figures, remember_figure};
pub use status::Status;

use serde::{Deserialize, Deserializer};

/// Reads a field that is there, so that `null` becomes `Some(None)` and only absence is `None`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
