//! Visits shops, politely: one pace and few requests at once for each, robots.txt, nothing twice that has not
//! changed, bounds on everything, and no address that is not public.

mod addresses;
mod circuit;
mod host;
mod request;

pub use request::{Trouble, Validators};

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rand::Rng;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, redirect};
use texting_robots::Robot;
use url::Url;

use crate::adapters::shop_pages::{self, Page, Question, Reading, Verdict};
use crate::config::Config;
use crate::limits;
use host::{Host, Rules};
use request::{Fetched, Step};

/// The name in robots.txt that means this crawler.
const ROBOT: &str = "tidemark";

/// The client of all shops. Cheap to clone.
#[derive(Clone)]
pub struct Shops(Arc<Inner>);

struct Inner {
    client: Client,
    allows_private: bool,
    neighbour: Arc<OnceLock<(String, SocketAddr)>>,
    /// Between two requests to one shop; none: no pace is kept.
    pace: Option<Duration>,
    hosts: moka::sync::Cache<String, Arc<Host>>,
}

/// What a visit came to.
#[derive(Debug)]
pub enum Visit {
    /// The page is as it was.
    Unchanged,
    /// The page was read.
    Read(Reading, Validators),
    /// There is no page.
    Failed(Trouble),
}

impl Shops {
    /// A client with the settings' pace.
    ///
    /// # Errors
    /// When TLS does not start.
    pub fn new(config: &Config) -> reqwest::Result<Self> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"),
        );
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("zh-TW,zh;q=0.9,en;q=0.5"));
        let allows_private = config.crawl_allow_private;
        let neighbour = Arc::<OnceLock<(String, SocketAddr)>>::default();
        let client = Client::builder()
            .user_agent(concat!(
                "Tidemark/",
                env!("CARGO_PKG_VERSION"),
                " (price watch; robot name: tidemark)"
            ))
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            // A proxy would resolve names itself, past the check of addresses.
            .no_proxy()
            .dns_resolver(Arc::new(addresses::Resolver { allows_private, neighbour: neighbour.clone() }))
            .connect_timeout(Duration::from_secs(limits::CRAWL_CONNECT_S))
            .read_timeout(Duration::from_secs(limits::CRAWL_SILENCE_S))
            .timeout(Duration::from_secs(limits::CRAWL_REQUEST_S))
            .pool_max_idle_per_host(limits::CRAWL_REQUESTS_PER_HOST)
            .build()?;
        let hosts = moka::sync::Cache::builder()
            .max_capacity(limits::CRAWL_HOSTS)
            .time_to_idle(Duration::from_secs(limits::CRAWL_ROBOTS_S))
            .build();
        let rate = config.crawl_rate_per_s;
        let pace = (rate > 0.0).then(|| Duration::from_secs_f64(1.0 / rate));
        Ok(Self(Arc::new(Inner { client, allows_private, neighbour, pace, hosts })))
    }

    /// A shop of this name is on this very machine. Only the first that is told counts.
    pub fn knows_neighbour(&self, name: &str, address: SocketAddr) {
        let _first = self.0.neighbour.set((name.to_owned(), address));
    }

    /// Visits a page and reads it. A failing shop is asked again, after pauses that grow.
    pub async fn visit(&self, question: VisitQuestion) -> Visit {
        let mut attempt = 0;
        loop {
            match self.fetch(&question.url, &question.known).await {
                Ok(fetched) if fetched.status == 304 => {
                    self.note(&fetched.url, true);
                    return Visit::Unchanged;
                }
                Ok(fetched) => {
                    let url = fetched.url.clone();
                    let (reading, validators) = match understand(question, fetched).await {
                        Ok(read) => read,
                        Err(why) => return Visit::Failed(Trouble::Refused(why)),
                    };
                    self.note(&url, !matches!(reading.verdict, Verdict::Blocked(_)));
                    return Visit::Read(reading, validators);
                }
                Err(Trouble::Outage(why)) => {
                    attempt += 1;
                    if attempt >= limits::CRAWL_ATTEMPTS {
                        self.note(&question.url, false);
                        return Visit::Failed(Trouble::Outage(why));
                    }
                    tokio::time::sleep(backoff(attempt)).await;
                }
                Err(Trouble::Pause(why, wait)) => {
                    if let Some(host) = self.host(&question.url) {
                        host.circuit(|circuit| circuit.failed(Instant::now(), wait));
                    }
                    return Visit::Failed(Trouble::Pause(why, wait));
                }
                Err(trouble) => return Visit::Failed(trouble),
            }
        }
    }

    /// Whether the shop's front page answers, and is no wall: then what it says of a single page can be believed.
    pub async fn answers(&self, url: &Url) -> FrontPage {
        let Ok(front) = url.join("/") else { return FrontPage::Silent };
        match self.fetch(&front, &Validators::default()).await {
            Ok(fetched) => {
                let text = String::from_utf8_lossy(&fetched.body).into_owned();
                match (shop_pages::is_wall(fetched.status, &text), fetched.status) {
                    (true, _) => FrontPage::Silent,
                    (false, 200..=299) => FrontPage::Good,
                    (false, _) => FrontPage::Speaks,
                }
            }
            Err(_) => FrontPage::Silent,
        }
    }

    /// Follows redirects, and obeys each shop's rules on the way.
    async fn fetch(&self, url: &Url, known: &Validators) -> Result<Fetched, Trouble> {
        let inner = &self.0;
        let mut url = url.clone();
        url.set_fragment(None);
        let mut asked_before = None;
        for _hop in 0..=limits::CRAWL_REDIRECTS {
            addresses::check(&url, inner.allows_private).map_err(Trouble::Refused)?;
            let Some(host) = self.host(&url) else {
                return Err(Trouble::Refused("the address has no host".into()));
            };
            let origin = url.origin();
            if asked_before.as_ref() != Some(&origin) {
                host.circuit(|circuit| circuit.check(Instant::now())).map_err(|_| {
                    Trouble::Resting(
                        "the shop failed again and again, and is left alone for a while".to_owned(),
                    )
                })?;
            }
            asked_before = Some(origin);
            self.check_rules(&host, &url).await?;
            let Ok(_turn) = host.turns.acquire().await else {
                return Err(Trouble::Refused("stopping".into()));
            };
            host.pace().await;
            match request::step(&inner.client, &url, known, inner.allows_private).await? {
                Step::Redirect(target) => url = target,
                Step::Answer(response) => {
                    return request::read(url, response, limits::CRAWL_PAGE_BYTES).await;
                }
            }
        }
        Err(Trouble::Refused(format!("more than {} redirects", limits::CRAWL_REDIRECTS)))
    }

    /// robots.txt, asked for once a day.
    async fn check_rules(&self, host: &Host, url: &Url) -> Result<(), Trouble> {
        let mut kept = host.robots.lock().await;
        let rules = match &*kept {
            Some((rules, until)) if Instant::now() < *until => rules.clone(),
            _ => {
                let rules = Arc::new(self.ask_for_rules(url).await);
                let believed_s = match &*rules {
                    Rules::Away(_) | Rules::Refused(_) => limits::CRAWL_ROBOTS_AWAY_S,
                    _ => limits::CRAWL_ROBOTS_S,
                };
                *kept = Some((rules.clone(), Instant::now() + Duration::from_secs(believed_s)));
                rules
            }
        };
        drop(kept);
        match &*rules {
            Rules::Free => Ok(()),
            Rules::Refused(why) => Err(Trouble::Refused(why.clone())),
            Rules::Away(why) => Err(Trouble::Resting(format!("robots.txt cannot be read: {why}"))),
            Rules::Robot(robot) => {
                host.is_asked_for(robot.delay);
                if robot.allowed(url.as_str()) {
                    return Ok(());
                }
                Err(Trouble::Refused("robots.txt does not allow this page".to_owned()))
            }
        }
    }

    async fn ask_for_rules(&self, url: &Url) -> Rules {
        let Ok(mut address) = url.join("/robots.txt") else { return Rules::Free };
        let nothing = Validators::default();
        for _hop in 0..=limits::CRAWL_REDIRECTS {
            let step = request::step(&self.0.client, &address, &nothing, self.0.allows_private);
            let fetched = match step.await {
                Ok(Step::Redirect(target)) => {
                    address = target;
                    continue;
                }
                Ok(Step::Answer(response)) => {
                    request::read(address, response, limits::CRAWL_ROBOTS_BYTES).await
                }
                Err(trouble) => Err(trouble),
            };
            return match fetched {
                Ok(fetched) if (200..300).contains(&fetched.status) => match Robot::new(ROBOT, &fetched.body)
                {
                    Ok(robot) => Rules::Robot(robot),
                    Err(_) => Rules::Free,
                },
                // Rules larger than any that are meant seriously are none.
                Ok(_) | Err(Trouble::TooLarge) => Rules::Free,
                Err(Trouble::Refused(why)) => Rules::Refused(why),
                Err(trouble) => Rules::Away(trouble.to_string()),
            };
        }
        Rules::Free
    }

    fn host(&self, url: &Url) -> Option<Arc<Host>> {
        url.host()?;
        let origin = url.origin().ascii_serialization();
        Some(self.0.hosts.get_with(origin, || Arc::new(Host::new(self.0.pace))))
    }

    fn note(&self, url: &Url, is_well: bool) {
        let Some(host) = self.host(url) else { return };
        host.circuit(
            |circuit| if is_well { circuit.succeeded() } else { circuit.failed(Instant::now(), None) },
        );
    }
}

/// What a shop's front page says of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontPage {
    /// It is there.
    Good,
    /// There is none, but the shop answers in its own words.
    Speaks,
    /// The shop is down, or behind a wall.
    Silent,
}

/// What to visit, and what is known of it.
#[derive(Clone, Debug)]
pub struct VisitQuestion {
    /// The page.
    pub url: Url,
    /// What names the state in which it was read last.
    pub known: Validators,
    /// How to read its price.
    pub extract: shop_pages::Extract,
    /// The goods code.
    pub code: String,
    /// The listing's currency.
    pub currency: String,
    /// The last price known.
    pub last_price: Option<rust_decimal::Decimal>,
    /// Where the last price was found.
    pub last_source: Option<shop_pages::Source>,
}

/// Reads a page where nobody else has to wait for it.
async fn understand(question: VisitQuestion, fetched: Fetched) -> Result<(Reading, Validators), String> {
    let validators = fetched.validators.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let asked = Question {
            url: &question.url,
            extract: &question.extract,
            code: &question.code,
            currency: &question.currency,
            last_price: question.last_price,
            last_source: question.last_source,
        };
        let content_type = fetched.content_type.as_deref();
        shop_pages::read(Page { status: fetched.status, content_type, body: &fetched.body }, &asked)
    });
    let reading = reading.await.map_err(|_| "the page cannot be read".to_owned())?;
    Ok((reading, validators))
}

/// Twice as long each time, and never the same for all.
fn backoff(attempt: u32) -> Duration {
    let base = limits::CRAWL_BACKOFF_MS * 2_u64.saturating_pow(attempt - 1);
    Duration::from_millis(rand::rng().random_range(base / 2..=base * 3 / 2))
}
