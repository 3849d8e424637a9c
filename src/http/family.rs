/// Which of the two client populations an address belongs to; it decides the envelope (contract R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The brand service: `{"code","message","data"}`.
    B,
    /// The back office and Tidemark's own routes: `{"success","data","message"}`.
    M,
}

impl Family {
    /// The family of a path, whether or not there is a route.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/api/products/")
            || is_below(path, "/api/brands")
            || is_below(path, "/api/campaigns")
        {
            Self::B
        } else {
            Self::M
        }
    }
}

fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
