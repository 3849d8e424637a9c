use std::path::PathBuf;

use aggregates::imports::JobType;
use aggregates::users::Role;
use chrono::TimeDelta;
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};
use projections::Zone;

use super::{parse_role, token};
use crate::audit_export::KINDS;
use crate::http::listings::moment::{self, Edge};

/// The back office of a retail brand on one event log.
#[derive(Debug, Parser)]
#[command(version, about, after_help = "Settings come from the environment: see docs/operations.md.")]
pub struct Arguments {
    /// What to do; `serve` unless said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// With serve: fill an empty house with a day in the life of three brands, and let it live.
    #[arg(long)]
    pub demo: bool,
}

/// The sub-commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer requests until told to stop.
    Serve {
        /// Fill an empty house with a day in the life of three brands, and let it live.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database up to this build.
    Migrate,
    /// Look after the read tables.
    Projections {
        /// What to do.
        #[command(subcommand)]
        command: ProjectionsCommand,
    },
    /// Take history out of the house, and check what was taken out.
    Audit {
        /// What to do.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Look after users.
    User {
        /// What to do.
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Look after API tokens.
    Token {
        /// What to do.
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Import a sheet, .xlsx, .xls, .xlsb, .ods or .csv; ends with 0 when its good rows are stored.
    Import {
        /// The file.
        file: PathBuf,
        /// What its rows are: daily_sales, vendor_stockout, listings or vendors.
        #[arg(long = "type", value_parser = parse_job_type)]
        job_type: JobType,
        /// keep_good_rows, or reject_everything when any row is wrong.
        #[arg(long, default_value = "keep_good_rows",
            value_parser = PossibleValuesParser::new(["keep_good_rows", "reject_everything"]))]
        policy: String,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the OpenAPI document.
    Openapi,
}

/// Of projections.
#[derive(Debug, Subcommand)]
pub enum ProjectionsCommand {
    /// How every projection is.
    List,
    /// Fill its tables anew beside the live ones, then swap them in.
    Rebuild {
        /// The projection.
        name: String,
    },
    /// Compare its tables with a fresh replay.
    Verify {
        /// The projection.
        name: String,
    },
}

/// Of the audit.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Write hash-chained NDJSON to standard output.
    Export {
        /// The kind of thing: campaigns, brands, products, users.
        #[arg(long, value_parser = PossibleValuesParser::new(KINDS.map(|(word, _)| word)))]
        kind: String,
        /// Only this one.
        #[arg(long)]
        id: Option<String>,
        /// Only events recorded at or after this time, or from this day of the house's zone on.
        #[arg(long, value_parser = a_moment)]
        from: Option<String>,
        /// Only events recorded at or before this time, or up to the end of this day.
        #[arg(long, value_parser = a_moment)]
        to: Option<String>,
    },
    /// Check an exported file offline; names the first broken line.
    Verify {
        /// The file.
        file: PathBuf,
    },
}

/// Of users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Let somebody in; the password is read from standard input.
    Create {
        /// Their name at the door.
        name: String,
        /// bot, user, manager or admin.
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// Where mail reaches them.
        #[arg(long)]
        email: Option<String>,
    },
    /// Show who is there.
    List,
    /// Give somebody another role.
    SetRole {
        /// Their name at the door.
        name: String,
        /// bot, user, manager or admin.
        #[arg(value_parser = parse_role)]
        role: Role,
    },
    /// Give somebody another password, read from standard input; their sessions end.
    ResetPassword {
        /// Their name at the door.
        name: String,
    },
    /// Take somebody away; their name is free again.
    Remove {
        /// Their name at the door.
        name: String,
    },
    /// Take somebody away, and make what is known of them unreadable for good.
    Erase {
        /// Their name at the door.
        name: String,
    },
}

/// Of tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token; only the token is printed.
    Create {
        /// Whose it is.
        #[arg(long)]
        user: String,
        /// What it may do, at most what its user may.
        #[arg(long, value_parser = parse_role)]
        role: Option<Role>,
        /// How long it lives, like 30d or 12h.
        #[arg(long, value_parser = token::parse_ttl)]
        ttl: Option<TimeDelta>,
    },
}

/// Which moment it is, the house's zone says, which is a setting.
fn a_moment(text: &str) -> Result<String, String> {
    let read = moment::parse(text, Zone(chrono_tz::UTC), Edge::Start);
    read.map(|_| text.to_owned()).ok_or_else(|| format!("must be {}", moment::EXPECTATION))
}

fn parse_job_type(text: &str) -> Result<JobType, String> {
    let known = JobType::ALL.map(JobType::code).join(", ");
    JobType::parse(text).ok_or_else(|| format!("must be one of {known}"))
}
