use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::page::filled;
use crate::http::cookie;

const HTML: &str = include_str!("home_page.html");

/// GET /. Where signing in leads to; whoever shows no session is sent to sign in.
pub(super) async fn show_home(headers: HeaderMap) -> Response {
    if cookie::session(&headers).is_none() {
        return (StatusCode::FOUND, [(header::LOCATION, HeaderValue::from_static("/login"))]).into_response();
    }
    filled(HTML, |_| String::new()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_leads_to_a_route_of_this_house() {
        let routes = crate::http::routes();
        let mut links = 0;
        for part in HTML.split("href=\"").skip(1) {
            let address = part.split('"').next().unwrap();
            let path = address.split('?').next().unwrap();
            let is_route =
                |route: &crate::http::Route<crate::app::App>| route.info.paths().any(|known| known == path);
            assert!(routes.iter().any(is_route), "{address} leads nowhere");
            links += 1;
        }
        assert!(links > 5, "a page without links leads nowhere");
    }
}
