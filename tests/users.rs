//! Who may come in, and with what.

mod accounts;
mod command_line;
mod credentials;
mod house;
mod lockout;
mod sign_in;
