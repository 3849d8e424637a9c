//! The addresses at which nobody is asked who they are (contract R3).

use std::collections::HashSet;

use super::Route;

/// The paths of routes that need no credential.
#[derive(Debug, Default)]
pub struct OpenDoors {
    whole: HashSet<&'static str>,
    /// Those with parameters, cut at their slashes.
    patterns: Vec<Vec<&'static str>>,
}

impl OpenDoors {
    /// Those of these routes: a path counts when each of its routes is open.
    pub fn of<S>(routes: &[Route<S>]) -> Self {
        let is_open = |route: &&Route<S>| route.info.access.least_role().is_none();
        let closed: HashSet<_> =
            routes.iter().filter(|route| !is_open(route)).map(|route| route.info.path).collect();
        let mut doors = Self::default();
        for route in routes.iter().filter(is_open).filter(|route| !closed.contains(route.info.path)) {
            for path in route.info.paths() {
                if path.contains('{') {
                    doors.patterns.push(path.split('/').collect());
                } else {
                    doors.whole.insert(path);
                }
            }
        }
        doors
    }

    pub(super) fn lead_to(&self, path: &str) -> bool {
        let fits = |pattern: &Vec<&str>| {
            let mut parts = path.split('/');
            let is_prefix = pattern
                .iter()
                .all(|wanted| parts.next().is_some_and(|part| wanted.starts_with('{') || part == *wanted));
            is_prefix && parts.next().is_none()
        };
        self.whole.contains(path) || self.patterns.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_doors_are_those_of_the_route_table() {
        let doors = OpenDoors::of(&crate::http::routes());
        for open in [
            "/",
            "/health",
            "/ready",
            "/metrics",
            "/docs",
            "/openapi.json",
            "/login",
            "/logout",
            "/api/auth/token",
            "/api/bot/telegram/webhook",
            "/ws/campaigns/1/status/",
            "/ws/campaigns/1/status",
        ] {
            assert!(doors.lead_to(open), "{open}");
        }
        for closed in
            ["", "/health/", "/api/users", "/api/brands/", "/ws/campaigns/1/status/2", "/ws/campaigns"]
        {
            assert!(!doors.lead_to(closed), "{closed}");
        }
    }
}
