//! A running house on a database of its own, reached the way its clients reach it.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::ops::Deref;

use aggregates::users::{Role, User, UserCommand};
use chrono::Utc;
use projections::Projection;
use tidemark::app::App;
use tidemark::auth::NewToken;
use tidemark::config::Config;
use tidemark::event_store::Context;
use tidemark::{http, metrics};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::actors::Actor;
use super::postgres::{TestDatabase, fresh_database};
use super::wait::{LOOK_EVERY, PATIENCE, eventually};

/// The house. Every test ends with [`TestApp::finish`], which looks whether the read tables tell what the log tells.
pub(crate) struct TestApp {
    node: Node,
    database: TestDatabase,
    config: Config,
    is_finished: bool,
}

/// One server.
pub(crate) struct Node {
    pub(crate) app: App,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Deref for TestApp {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}

impl TestApp {
    /// An empty house with the usual settings, without a rate limit.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// An empty house with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::read(|_| None).expect("the defaults are good");
        config.rate_limit_per_s = 0;
        change(&mut config);
        metrics::install();
        let database = fresh_database().await;
        let node = Node::start(config.clone(), &database).await;
        Self { node, database, config, is_finished: false }
    }

    /// A second server on the same database.
    pub(crate) async fn another_node(&self) -> Node {
        Node::start(self.config.clone(), &self.database).await
    }

    /// The address of its database, for programs of their own.
    pub(crate) fn database_url(&self) -> String {
        sqlx::ConnectOptions::to_url_lossy(&self.database.options).to_string()
    }

    /// The log's head.
    pub(crate) async fn head(&self) -> i64 {
        self.app.store.confirmed_head().await.expect("the log answers")
    }

    /// Waits until everything that was promised is done, compares every read table with a fresh replay of the log,
    /// then stops.
    pub(crate) async fn finish(mut self) {
        self.is_finished = true;
        self.keeps_its_promises().await;
        self.verify_projections().await;
        self.node.stop().await;
    }

    /// Stops without a look at the read tables: for tests that break them.
    pub(crate) async fn abandon(mut self) {
        self.is_finished = true;
        self.node.stop().await;
    }

    /// Waits until reactions have seen every event and no job is left; a job that waits for something that the test
    /// did not bring about is a leftover, and named.
    pub(crate) async fn keeps_its_promises(&self) {
        let head = self.head().await;
        eventually("reactions have seen every event", || async {
            let behind = "SELECT count(*) FROM reaction_checkpoints WHERE position < $1";
            let behind: i64 = sqlx::query_scalar(behind).bind(head).fetch_one(&self.app.pool).await.ok()?;
            (behind == 0).then_some(())
        })
        .await;
        let left = tokio::time::timeout(PATIENCE, async {
            while !self.app.jobs.unfinished().await.expect("the jobs are there").is_empty() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
        if left.await.is_err() {
            panic!("jobs are left over: {:#?}", self.app.jobs.unfinished().await);
        }
    }

    /// Invariant 5: every read table can be filled again to identical rows. Where nothing happened that a projection
    /// follows, a replay would leave its tables empty, so they are looked at as they are.
    pub(crate) async fn verify_projections(&self) {
        let admin = self.admin().await;
        let happened: HashSet<String> = sqlx::query_scalar("SELECT DISTINCT event_type FROM events")
            .fetch_all(&self.app.pool)
            .await
            .expect("the log can be read")
            .into_iter()
            .collect();
        for projection in projections::all() {
            let is_followed = projection.follows().iter().any(|followed| happened.contains(*followed));
            if !is_followed && self.is_empty(&*projection).await {
                continue;
            }
            let path = format!("/api/admin/projections/{}/verify?wait=1", projection.name());
            let found = admin.post(&path, "{}").await.data();
            assert_eq!(found["differing"], 0, "{} differs from a replay: {found}", projection.name());
        }
    }

    async fn is_empty(&self, projection: &dyn Projection) -> bool {
        let rows = projection.tables().iter().map(|table| format!("EXISTS (SELECT FROM read.{table})"));
        let sql = format!("SELECT NOT ({})", rows.collect::<Vec<_>>().join(" OR "));
        sqlx::query_scalar(&sql).fetch_one(&self.app.pool).await.expect("tables can be read")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.node.app.stop.cancel();
        self.node.app.projector.stop();
        assert!(
            self.is_finished || std::thread::panicking(),
            "the test does not end with app.finish().await"
        );
    }
}

impl Node {
    async fn start(config: Config, database: &TestDatabase) -> Self {
        let app = App::start(config, database.options.clone()).await.expect("the node starts");
        app.work(database.options.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let served = app.clone();
        let serving = tokio::spawn(async move { http::serve(&served, vec![listener]).await });
        Self { app, address, serving }
    }

    /// Stops like a server that got SIGTERM.
    pub(crate) async fn stop(&mut self) {
        self.app.stop.cancel();
        let served = tokio::time::timeout(PATIENCE, &mut self.serving).await;
        served.expect("the server ends in time").expect("the server ends well");
        self.app.shut_down().await;
    }

    /// Stops a second server for good.
    pub(crate) async fn leaves(mut self) {
        self.stop().await;
    }

    /// Where it listens.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Somebody who presents nothing.
    pub(crate) fn visitor(&self) -> Actor {
        Actor::new(&self.host(), None)
    }

    /// Somebody who presents this.
    pub(crate) fn holder_of(&self, authorization: &str) -> Actor {
        Actor::new(&self.host(), Some(authorization.to_owned()))
    }

    /// The same person at this server.
    pub(crate) fn receives(&self, actor: &Actor) -> Actor {
        actor.at(&self.host())
    }

    pub(crate) async fn admin(&self) -> Actor {
        self.somebody(Role::Admin).await
    }

    pub(crate) async fn manager(&self) -> Actor {
        self.somebody(Role::Manager).await
    }

    /// A user who only reads.
    pub(crate) async fn reader(&self) -> Actor {
        self.somebody(Role::User).await
    }

    pub(crate) async fn bot(&self) -> Actor {
        self.somebody(Role::Bot).await
    }

    /// A new user of this role, with a token. They have no password: hashing one would take longer than most tests.
    pub(crate) async fn somebody(&self, role: Role) -> Actor {
        let number: i64 = sqlx::query_scalar("SELECT nextval('user_numbers')")
            .fetch_one(&self.app.pool)
            .await
            .expect("a number");
        let username = format!("{}-{number}", role.code());
        let email = Some(format!("{username}@example.com"));
        let command = UserCommand::Register {
            number,
            username: username.clone(),
            email,
            display_name: None,
            role,
            is_enabled: true,
        };
        let context = Context::system("test", "test", "test".to_owned());
        let outcome = self.app.store.create::<User>(&number.to_string(), command, &context).await;
        let position = outcome.expect("the user is registered").position;
        assert!(self.app.projector.wait(position, PATIENCE).await, "the read tables lag");
        let new =
            NewToken { user_id: number, name: "test".to_owned(), role, created_by: None, lifetime: None };
        let issued = self.app.auth.tokens.issue(new, Utc::now()).await.expect("the token is stored");
        let token = issued.expect("there is room for a token").secret.expose().to_owned();
        Actor::new(&self.host(), Some(format!("Token {token}"))).called(username, number)
    }
}
