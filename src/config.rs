//! Settings from the environment (contract §5), read once, all errors told at once.

mod base_url;
mod drive;
mod kubernetes;
mod models;

mod messages;

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono_tz::Tz;
use url::Url;

pub use drive::DriveSettings;
pub use kubernetes::Kubernetes;
pub use models::{Models, TRENDING_SOURCES};

use crate::auth::Secret;
use crate::http::layers::TrustedProxies;

pub use messages::{MailConfig, TelegramConfig, is_chat};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database; none: an embedded Postgres in the data folder.
    pub database_url: Option<Secret>,
    /// Where the embedded Postgres and other files live.
    pub data_dir: PathBuf,
    /// The addresses to listen on.
    pub listen: Vec<SocketAddr>,
    /// Scheme and host that clients reach this server by; none: as the request says.
    pub public_url: Option<Url>,
    /// The zone of family M's times and days.
    pub timezone: Tz,
    /// The first administrator's name.
    pub admin_username: String,
    /// The first administrator's password; none: made and printed once.
    pub admin_password: Option<Secret>,
    /// Where campaigns are polled; `{campaign_id}` and `{product_id}` are filled in.
    pub campaign_status_url: Option<Secret>,
    /// Seconds between two polls of a campaign.
    pub poll_interval_s: u32,
    /// Whether the crawler may ask private addresses.
    pub crawl_allow_private: bool,
    /// Requests a second to one shop; 0: no pace is kept.
    pub crawl_rate_per_s: f64,
    /// Whether jumps between statuses that the plan does not foresee are refused.
    pub strict_status: bool,
    /// Whose X-Forwarded headers count.
    pub trusted_proxies: TrustedProxies,
    /// Requests a second a caller; 0: no limit.
    pub rate_limit_per_s: u32,
    /// How full the disk of the data folder may be before people are told, in percent; 0: they never are.
    pub disk_warning_percent: u8,
    /// Models and trending sources.
    pub models: Models,
    /// The cluster whose deployments may be restarted.
    pub kubernetes: Kubernetes,
    /// Where sheets are imported from.
    pub drive: DriveSettings,
    /// Where mails go out.
    pub mail: MailConfig,
    /// The Telegram bot.
    pub telegram: TelegramConfig,
    /// What is logged, in the syntax of tracing's filters.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

impl Config {
    /// Reads the settings through `variable`, mostly `std::env::var`.
    ///
    /// # Errors
    /// One sentence for each setting that cannot be read.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut reader = Reader { variable, errors: Vec::new() };
        let config = Self {
            database_url: reader.database_url().map(Secret::new),
            data_dir: reader.text("TIDEMARK_DATA_DIR").unwrap_or_else(|| "./data".into()).into(),
            listen: reader.list("TIDEMARK_LISTEN", "127.0.0.1:8000", "addresses like 127.0.0.1:8000"),
            public_url: reader.public_url(),
            timezone: reader.parse("TIDEMARK_TIMEZONE", Tz::Asia__Taipei, "a zone like Asia/Taipei"),
            admin_username: reader.text("TIDEMARK_ADMIN_USERNAME").unwrap_or_else(|| "admin".into()),
            admin_password: reader.secret("TIDEMARK_ADMIN_PASSWORD"),
            campaign_status_url: reader.campaign_status_url().map(Secret::new),
            poll_interval_s: reader.parse("TIDEMARK_POLL_INTERVAL_S", 30, "a number of seconds"),
            crawl_allow_private: reader.flag("TIDEMARK_CRAWL_ALLOW_PRIVATE"),
            crawl_rate_per_s: reader.parse("TIDEMARK_CRAWL_RATE_PER_S", 2.0, "a number of requests"),
            strict_status: reader.flag("TIDEMARK_STRICT_STATUS"),
            trusted_proxies: reader.trusted_proxies(),
            disk_warning_percent: reader.parse("TIDEMARK_DISK_WARNING_PERCENT", 90, "a number of percent"),
            rate_limit_per_s: reader.parse("TIDEMARK_RATE_LIMIT_PER_S", 50, "a number of requests"),
            models: Models::read(&mut reader),
            kubernetes: Kubernetes::read(&mut reader),
            drive: DriveSettings::read(&mut reader),
            mail: reader.mail(),
            telegram: reader.telegram(),
            log: reader.text("TIDEMARK_LOG").unwrap_or_else(|| "info,sqlx::postgres::notice=warn".into()),
            log_format: reader.log_format(),
        };
        if config.poll_interval_s == 0 {
            reader.errors.push("TIDEMARK_POLL_INTERVAL_S must be at least 1".into());
        }
        if !(0.0..=10_000.0).contains(&config.crawl_rate_per_s) {
            reader.errors.push("TIDEMARK_CRAWL_RATE_PER_S must be between 0 and 10000".into());
        }
        if reader.errors.is_empty() { Ok(config) } else { Err(reader.errors) }
    }

    /// Reads the settings from the environment.
    ///
    /// # Errors
    /// See [`Self::read`].
    pub fn from_environment() -> Result<Self, Vec<String>> {
        Self::read(|name| std::env::var(name).ok())
    }
}

struct Reader<V> {
    variable: V,
    errors: Vec<String>,
}

impl<V: Fn(&str) -> Option<String>> Reader<V> {
    /// An empty setting is one that was not made.
    fn text(&self, name: &str) -> Option<String> {
        (self.variable)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// What may hold a password: nothing that prints the settings shows it.
    fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    fn parse<T: std::str::FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.errors.push(format!("{name} must be {expected}"));
                default
            }
        }
    }

    fn list<T: std::str::FromStr>(&mut self, name: &str, default: &str, expected: &str) -> Vec<T> {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        let values: Result<Vec<T>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        values.unwrap_or_else(|_| {
            self.errors.push(format!("{name} must be {expected}, separated by commas"));
            Vec::new()
        })
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.text(name).map(|text| text.to_lowercase()).as_deref() {
            None | Some("false" | "0" | "no" | "off") => false,
            Some("true" | "1" | "yes" | "on") => true,
            Some(_) => {
                self.errors.push(format!("{name} must be true or false"));
                false
            }
        }
    }

    fn database_url(&mut self) -> Option<String> {
        let text = self.text("DATABASE_URL")?;
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        if !matches!(scheme, Some("postgres" | "postgresql")) {
            self.errors.push("DATABASE_URL must be like postgres://user:password@host/database".into());
        }
        Some(text)
    }

    fn campaign_status_url(&mut self) -> Option<String> {
        let text = self.text("TIDEMARK_CAMPAIGN_STATUS_URL")?;
        let filled = text.replace(['{', '}'], "");
        let is_web = Url::parse(&filled).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            self.errors.push(
                "TIDEMARK_CAMPAIGN_STATUS_URL must be like https://source.example/{campaign_id}?product={product_id}"
                    .into(),
            );
        }
        Some(text)
    }

    fn public_url(&mut self) -> Option<Url> {
        let text = self.text("TIDEMARK_PUBLIC_URL")?;
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => Some(url),
            _ => {
                self.errors.push(
                    "TIDEMARK_PUBLIC_URL must be a scheme and host like https://tidemark.example".into(),
                );
                None
            }
        }
    }

    fn trusted_proxies(&mut self) -> TrustedProxies {
        let list = self.text("TIDEMARK_TRUSTED_PROXIES").unwrap_or_default();
        TrustedProxies::parse(&list).unwrap_or_else(|error| {
            self.errors.push(format!("TIDEMARK_TRUSTED_PROXIES: {error}"));
            TrustedProxies::default()
        })
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text("TIDEMARK_LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.errors.push("TIDEMARK_LOG_FORMAT must be text or json".into());
                LogFormat::Text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::read(|name| {
            settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn has_the_defaults_of_the_contract() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen, ["127.0.0.1:8000".parse().unwrap()]);
        assert_eq!(config.timezone, Tz::Asia__Taipei);
        assert_eq!((config.poll_interval_s, config.rate_limit_per_s), (30, 50));
        assert!(config.database_url.is_none());
        assert!(!config.strict_status);
    }

    #[test]
    fn tells_all_errors_at_once_and_names_the_settings() {
        let errors = read(&[
            ("TIDEMARK_LISTEN", "nowhere"),
            ("TIDEMARK_TIMEZONE", "Mars/Base"),
            ("TIDEMARK_STRICT_STATUS", "perhaps"),
            ("TIDEMARK_PUBLIC_URL", "ftp://x"),
            ("DATABASE_URL", "mysql://x/y"),
            ("TIDEMARK_CAMPAIGN_STATUS_URL", "source/{campaign_id}"),
            ("TIDEMARK_POLL_INTERVAL_S", "0"),
        ])
        .unwrap_err();
        let names = [
            "LISTEN",
            "PUBLIC_URL",
            "DATABASE_URL",
            "STATUS_URL",
            "TIMEZONE",
            "STRICT_STATUS",
            "POLL_INTERVAL",
        ];
        assert_eq!(errors.len(), names.len());
        assert!(names.iter().all(|name| errors.iter().any(|error| error.contains(name))));
    }

    #[test]
    fn shows_no_secret() {
        let config = read(&[
            ("DATABASE_URL", "postgres://tidemark:hunter2@db/tidemark"),
            ("TIDEMARK_ADMIN_PASSWORD", "hunter2hunter2"),
            ("TIDEMARK_CAMPAIGN_STATUS_URL", "https://source.example/{campaign_id}?key=hunter2"),
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    }

    #[test]
    fn listens_on_several_addresses() {
        let config = read(&[("TIDEMARK_LISTEN", "127.0.0.1:1, [::1]:2")]).unwrap();
        assert_eq!(config.listen.len(), 2);
    }
}
