//! Who may come in, and with what.

mod accounts;
mod client;
mod command_line;
mod credentials;
mod door;
mod erasure;
mod house;
mod keeping;
mod lockout;
mod named_tokens;
mod own_password;
mod scheme;
mod sign_in;
mod standing;
mod visits;
