//! Texts with places to fill in: minijinja, cut down to what a notice needs.
//!
//! A template is written by a manager and filled in by programs, so neither may take the house's time or memory:
//! rendering has fuel, its output a limit, and what could build texts that grow on themselves (`set`, macros,
//! `replace`) is not there.

mod aside;
mod engine;
mod filters;
mod values;
mod variables;
mod words;

pub use aside::{compiled_names, render_aside};
pub use engine::{Rendered, Source, SyntaxError, check, render};
pub use filters::grouped;
pub use values::{Unreadable, Variables};
pub use variables::{missing, names};

/// Why a template was not rendered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RenderError {
    /// Variables that nobody gave; the word names the first.
    #[error("the template needs {}", .0.join(", "))]
    Missing(Vec<String>),
    /// It breaks off: a filter that does not take the value, too much work, too much output.
    #[error("{0}")]
    Broken(String),
}
