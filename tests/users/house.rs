//! A node's store, projector and doors on a database of their own.

use std::net::IpAddr;
use std::time::Duration;

use aggregates::users::Role;
use chrono::{DateTime, SubsecRound, Utc};
use sqlx::PgPool;
use tidemark::app::App;
use tidemark::auth::{Auth, NewUser, Password, Principal, Scheme, Secret, SignInError, SignedIn, Visitor};
use tidemark::config::Config;
use tidemark::database;
use tidemark::event_store::{Context, Store};

use crate::support::postgres::{TestDatabase, fresh_database};

/// What everybody's password is unless a test says otherwise.
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) auth: Auth,
    pub(crate) store: Store,
    pub(crate) pool: PgPool,
    /// When the test takes place.
    pub(crate) now: DateTime<Utc>,
    database: TestDatabase,
}

impl House {
    pub(crate) async fn open() -> Self {
        let database = fresh_database().await;
        let trusted = |name: &str| (name == "TIDEMARK_TRUSTED_PROXIES").then(|| "10.0.0.0/8".to_owned());
        let config = Config::read(trusted).unwrap();
        let app = App::start(config, database.options.clone()).await.unwrap();
        let (auth, store, pool) = (app.auth.clone(), app.store.clone(), app.pool.clone());
        Self { app, auth, store, pool, now: Utc::now().trunc_subsecs(0), database }
    }

    /// The doors of another node, which remembers nothing and hears nothing.
    pub(crate) fn deaf_node(&self) -> Auth {
        Auth::new(database::pool(&self.database.options))
    }

    pub(crate) async fn registers(&self, username: &str, role: Role) -> i64 {
        let new = NewUser {
            username: username.to_owned(),
            email: None,
            display_name: None,
            role,
            is_enabled: true,
            password: password(PASSWORD),
        };
        let context = Context::system("test", "test", "test".to_owned());
        let (number, outcome) =
            self.auth.accounts.register(&self.store, new, &context, self.now).await.unwrap();
        self.shows(outcome.position).await;
        number
    }

    pub(crate) async fn shows(&self, position: i64) {
        assert!(self.app.projector.wait(position, Duration::from_secs(20)).await, "the read model lags");
    }

    pub(crate) async fn signs_in(
        &self,
        username: &str,
        password: &str,
        from: &str,
        now: DateTime<Utc>,
    ) -> Result<SignedIn, SignInError> {
        self.auth.sign_in.check(username, Secret::new(password), &visitor(from), now).await
    }

    /// A session of somebody who signs in now.
    pub(crate) async fn begins_session(&self, username: &str) -> Secret {
        let user = self.signs_in(username, PASSWORD, "192.0.2.1", self.now).await.unwrap();
        self.auth.sessions.begin(&user, &visitor("192.0.2.1"), self.now).await.unwrap().unwrap()
    }

    /// Who presents this, as this node sees it.
    pub(crate) async fn knows(&self, scheme: Scheme, presented: &str) -> Option<Principal> {
        known(&self.auth, scheme, presented, self.now).await
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }
}

pub(crate) async fn known(
    auth: &Auth,
    scheme: Scheme,
    presented: &str,
    now: DateTime<Utc>,
) -> Option<Principal> {
    let found = auth.authenticator.authenticate(scheme, presented, now).await.unwrap();
    found.map(|principal| Principal::clone(&principal))
}

pub(crate) fn visitor(ip: &str) -> Visitor {
    Visitor::new(ip.parse::<IpAddr>().unwrap(), Some("test"))
}

pub(crate) fn password(text: &str) -> Password {
    Password::parse("password", Secret::new(text)).unwrap()
}

/// Waits until `condition` holds; a test never sleeps for a guessed time.
pub(crate) async fn eventually<F: Future<Output = bool>>(bound: Duration, condition: impl Fn() -> F) {
    let reached = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(bound, reached).await.expect("it never came true");
}

impl Drop for House {
    fn drop(&mut self) {
        self.app.stop.cancel();
        self.app.projector.stop();
    }
}
