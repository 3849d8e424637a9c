//! kill -9: what was acknowledged is there, once; what was not is there once or not at all.

use super::server::{House, postgres_of, send};
use super::writers::Crowd;

/// Ten times in a row on one folder; the database is left to notice that its server is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_a_killed_server() {
    let house = House::new();
    let mut server = house.serve().await;
    let admin = house.admin(&server).await;
    let mut crowd = Crowd::begins(&admin).await;

    for _ in 0..10 {
        let actor = server.receives(&admin);
        crowd.writes_until(&actor, 200, server.dies()).await;
        server = house.serve().await;
        crowd.is_told_the_truth(&server.receives(&admin)).await;
    }
    server.stops().await;
}

/// As when the machine's power fails, but for what the disk itself forgets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_when_the_database_is_killed_too() {
    let house = House::new();
    let mut server = house.serve().await;
    let admin = house.admin(&server).await;
    let mut crowd = Crowd::begins(&admin).await;

    for _ in 0..2 {
        let actor = server.receives(&admin);
        let disaster = async {
            postgres_of(&house.data_dir()).into_iter().for_each(|pid| send("KILL", pid));
            server.dies().await;
        };
        crowd.writes_until(&actor, 200, disaster).await;
        server = house.serve().await;
        crowd.is_told_the_truth(&server.receives(&admin)).await;
    }
    server.stops().await;
}
