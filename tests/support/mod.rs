//! What every test stands on.

pub(crate) mod actors;
pub(crate) mod app;
pub(crate) mod binary;
pub(crate) mod cluster;
pub(crate) mod drive;
pub(crate) mod events;
pub(crate) mod models;
pub(crate) mod pooler;
pub(crate) mod postgres;
pub(crate) mod response;
pub(crate) mod shapes;
pub(crate) mod sheets;
pub(crate) mod shop;
pub(crate) mod smtp;
pub(crate) mod socket;
pub(crate) mod source;
pub(crate) mod telegram;
pub(crate) mod things;
pub(crate) mod wait;

pub(crate) use actors::Actor;
pub(crate) use app::TestApp;
pub(crate) use response::Response;
pub(crate) use socket::{Frame, Socket};
pub(crate) use things::Thing;
pub(crate) use wait::eventually;
