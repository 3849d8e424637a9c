//! Kills, outages, stops and starts: the program as a process, and what must be there afterwards.

mod database;
mod imports;
mod kills;
mod mails;
mod outages;
mod server;
mod starts;
mod stops;
mod writers;
