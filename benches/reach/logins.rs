//! What the board costs while people sign in: passwords are slow on purpose, and nobody else is to wait for them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Plan;
use crate::cluster::Cluster;
use crate::goods;
use crate::http::{self, Connection};
use crate::process::Tidemark;
use crate::report::{Report, Target};
use crate::rounds::{Rounds, median};

/// Who sign in at once, again and again.
const PEOPLE: usize = 8;
const PASSWORD: &str = "correct horse battery";

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = goods::stocked(cluster, "logins").await?;
    let server = Tidemark::start(cluster, &database).await?;
    let mut asking = Connection::open(server.address).await?;
    for person in 0..PEOPLE {
        let body = format!(r#"{{"username":"person-{person}","password":"{PASSWORD}","role":"user"}}"#);
        asking.ask_well(&http::request("POST", "/api/users", &server.token, &body)).await?;
    }
    let board = http::get("/api/products", &server.token);
    board_latencies(&mut asking, &board, Duration::from_millis(500)).await?;
    let (mut rounds, mut logins) = (Rounds::default(), Vec::new());
    for _ in 0..plan.rounds {
        rounds.bare(median(&board_latencies(&mut asking, &board, plan.span).await?));
        let crowd = Crowd::at(server.address).await?;
        rounds.ours(median(&board_latencies(&mut asking, &board, plan.span).await?));
        logins.push(crowd.leaves().await?);
    }
    let what = "GET /api/products while 8 people sign in again and again, one client, median";
    report.ratio(what, "µs", "while nobody does", &rounds, Target::AtMost(2.0));
    report.figure(
        "the logins meanwhile",
        median(&logins),
        "a second",
        "argon2id, half the cores",
        Target::None,
    );
    server.stop().await
}

async fn board_latencies(asking: &mut Connection, board: &[u8], span: Duration) -> anyhow::Result<Vec<f64>> {
    let mut taken = Vec::new();
    let end = Instant::now() + span;
    while Instant::now() < end {
        let began = Instant::now();
        asking.ask_well(board).await?;
        taken.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(taken)
}

/// People who sign in until they are told to leave.
struct Crowd {
    people: JoinSet<anyhow::Result<()>>,
    is_over: Arc<AtomicBool>,
    logins: Arc<AtomicUsize>,
    began: Instant,
}

impl Crowd {
    /// All of them have begun: each holds a connection.
    async fn at(address: SocketAddr) -> anyhow::Result<Self> {
        let (is_over, logins) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut people = JoinSet::new();
        for person in 0..PEOPLE {
            let mut connection = Connection::open(address).await?;
            let body = format!(r#"{{"username":"person-{person}","password":"{PASSWORD}"}}"#);
            let login = http::request("POST", "/api/auth/token", "", &body);
            let (is_over, logins) = (is_over.clone(), logins.clone());
            people.spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    connection.ask_well(&login).await?;
                    logins.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            });
        }
        Ok(Self { people, is_over, logins, began: Instant::now() })
    }

    /// How many came in a second.
    async fn leaves(self) -> anyhow::Result<f64> {
        let rate = self.logins.load(Ordering::Relaxed) as f64 / self.began.elapsed().as_secs_f64();
        self.is_over.store(true, Ordering::Relaxed);
        self.people.join_all().await.into_iter().collect::<anyhow::Result<()>>()?;
        Ok(rate)
    }
}
