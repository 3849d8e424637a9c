//! Kills, outages, stops and starts: the program as a process, and what must be there afterwards.

mod kills;
mod server;
mod writers;
