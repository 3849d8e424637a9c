//! The door: how requests come in and answers go out (contract R1 to R13).
//!
//! `route` is the one table that drives router, access and document; `form` and `query` read what comes in,
//! `answer`, `envelope` and `error` write what goes out; `layers` wraps everything. A slice has a folder here with
//! one file an endpoint.

mod access;
pub mod administration;
pub mod alerts;
mod answer;
pub mod audit;
mod authentication;
mod body;
pub mod bot;
pub mod brands;
mod caller;
pub mod campaigns;
mod code;
mod context;
pub mod cookie;
pub mod copywriting;
pub mod crawler;
pub mod docs_page;
mod download;
mod envelope;
mod error;
pub mod exports;
mod family;
pub mod form;
mod gate;
pub mod headers;
pub mod idempotency;
pub mod imports;
pub(crate) mod instant;
pub mod layers;
pub mod listings;
mod lists;
pub mod notifications;
mod open_doors;
pub mod openapi;
mod path;
mod patience;
pub mod products;
mod query;
mod read;
mod route;
mod router;
mod routes;
pub mod sales;
mod same_origin;
mod server;
pub mod stockouts;
pub mod system;
#[cfg(test)]
mod tests;
pub mod tokens;
mod upload;
pub mod users;
pub mod vendors;
mod write;

pub use access::Access;
pub use answer::Answer;
pub use authentication::{Authentication, presented_token};
pub use body::{JsonBody, OptionalJsonBody};
pub use caller::{Caller, PresentedBadCredentials, Scheme};
pub use code::Code;
pub use context::RequestContext;
pub use download::{Row, download};
pub use envelope::{B, Bare, M};
pub use error::ApiError;
pub use family::Family;
pub use form::{Field, Form, Kind, Mode, Values};
pub use layers::rate_limit::RateLimit;
pub use path::{PathId, PathNumber, PathText};
pub use query::{Page, Query};
pub use read::{After, Read, Reader, check_shown, wait_for_position};
pub use route::{Param, Route, RouteInfo, Shape};
pub use router::router;
pub use routes::{application, routes};
pub use server::serve;
pub use upload::Upload;
pub use write::{WriteError, Writer, id_of, number_of};
