//! The door: how requests come in and answers go out (contract R1 to R13).
//!
//! `route` is the one table that drives router, access and document; `form` and `query` read what comes in,
//! `answer`, `envelope` and `error` write what goes out; `layers` wraps everything. A slice has a folder here with
//! one file an endpoint.

mod access;
mod answer;
mod authentication;
mod body;
mod caller;
mod code;
mod context;
mod envelope;
mod error;
mod family;
pub mod form;
mod gate;
mod instant;
pub mod layers;
mod path;
mod query;
mod route;
mod router;
mod same_origin;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod users;

pub use access::Access;
pub use answer::Answer;
pub use authentication::Authentication;
pub use body::{JsonBody, OptionalJsonBody};
pub use caller::{Caller, PresentedBadCredentials, Scheme};
pub use code::Code;
pub use context::RequestContext;
pub use envelope::{B, Bare, M};
pub use error::ApiError;
pub use family::Family;
pub use form::{Field, Form, Mode, Values};
pub use layers::rate_limit::RateLimit;
pub use path::{PathId, PathNumber, PathText};
pub use query::{Page, Query};
pub use route::{Param, Route, RouteInfo, Shape};
pub use router::router;
