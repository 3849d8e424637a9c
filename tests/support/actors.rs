//! People and programs, and what they do: over HTTP and WebSockets, like everybody outside.

use aggregates::values::Status;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::events::Events;
use super::{Response, Socket, Thing, shapes};

/// Somebody at the door.
#[derive(Clone)]
pub(crate) struct Actor {
    pub(crate) username: String,
    pub(crate) user_id: i64,
    host: String,
    authorization: Option<String>,
    client: Client,
}

impl Actor {
    pub(super) fn new(host: &str, authorization: Option<String>) -> Self {
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let client = client.expect("a client");
        Self { username: String::new(), user_id: 0, host: host.to_owned(), authorization, client }
    }

    pub(super) fn called(self, username: String, user_id: i64) -> Self {
        Self { username, user_id, ..self }
    }

    pub(crate) fn at(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    /// The bare token.
    pub(crate) fn token(&self) -> &str {
        let authorization = self.authorization.as_deref().unwrap_or_default();
        authorization.split_once(' ').map_or("", |(_, token)| token)
    }

    /// A request to send with headers and bodies of one's own.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.host));
        match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn get_with(&self, path: &str, header: (&str, &str)) -> Response {
        send(self.request(Method::GET, path).header(header.0, header.1)).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl ToString) -> Response {
        self.sends(Method::POST, path, body, &[]).await
    }

    pub(crate) async fn put(&self, path: &str, body: impl ToString) -> Response {
        self.sends(Method::PUT, path, body, &[]).await
    }

    pub(crate) async fn patch(&self, path: &str, body: impl ToString) -> Response {
        self.sends(Method::PATCH, path, body, &[]).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Response {
        send(self.request(Method::DELETE, path)).await
    }

    /// A JSON body with headers.
    pub(crate) async fn sends(
        &self,
        method: Method,
        path: &str,
        body: impl ToString,
        headers: &[(&str, &str)],
    ) -> Response {
        let request = self.request(method, path).header("content-type", "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        send(request.body(body.to_string())).await
    }

    pub(crate) async fn creates_brand(&self, name: &str) -> Thing {
        self.creates("/api/brands/", json!({ "name": name })).await
    }

    pub(crate) async fn creates_product(&self, brand: &Thing, name: &str) -> Thing {
        let body = json!({ "brand": brand.id, "name": name, "dataset_id": format!("data of {name}") });
        self.creates("/api/products/", body).await
    }

    pub(crate) async fn creates_campaign(&self, brand: &Thing, name: &str) -> Thing {
        let body = json!({ "brand": brand.id, "name": name, "dataset_id": format!("data of {name}") });
        self.creates("/api/campaigns/", body).await
    }

    /// Begins a thing with these fields.
    pub(crate) async fn creates(&self, list: &str, fields: Value) -> Thing {
        Thing::new(list, self.post(list, fields).await.data())
    }

    /// Changes fields; the thing as it is then.
    pub(crate) async fn changes(&self, thing: &Thing, fields: Value) -> Value {
        self.patch(&thing.path, fields).await.data()
    }

    /// The thing as it is now.
    pub(crate) async fn sees(&self, thing: &Thing) -> Value {
        self.get(&thing.path).await.data()
    }

    pub(crate) async fn deletes(&self, thing: &Thing) {
        let answer = self.delete(&thing.path).await;
        assert_eq!(answer.json, json!({ "code": 200, "message": "删除成功", "data": null }));
    }

    /// Moves a campaign on.
    pub(crate) async fn moves(&self, campaign: &Thing, status: Status) -> Value {
        self.changes(campaign, json!({ "status": status.code() })).await
    }

    pub(crate) async fn links(&self, campaign: &Thing, product: &Thing) -> Response {
        self.post(&campaign.at("add_product/"), json!({ "product_id": product.id })).await
    }

    /// Reports a creator by hand.
    pub(crate) async fn reports(&self, campaign: &Thing, creator: &str, fields: Value) -> Value {
        self.put(&campaign.at(&format!("creators/{creator}/")), fields).await.data()
    }

    /// Opens a campaign's socket with a ticket, like a browser.
    pub(crate) async fn watches(&self, campaign: &Thing) -> Socket {
        Socket::open(&self.socket_address(campaign, "").await).await
    }

    /// The address of a campaign's socket, with a ticket.
    pub(crate) async fn socket_address(&self, campaign: &Thing, query: &str) -> String {
        let url = self.get(&campaign.at(&format!("websocket_url/{query}"))).await.data();
        shapes::has_keys(&url, &["websocket_url"]);
        url["websocket_url"].as_str().expect("an address").to_owned()
    }

    /// Opens a campaign's socket with a user token and further parameters, such as `&v=2`.
    pub(crate) async fn follows(&self, campaign: &Thing, parameters: &str) -> Socket {
        self.opens(&format!("{}/status/?token={}{parameters}", campaign.id, self.token())).await
    }

    /// Listens to server-sent events, perhaps from the last one heard.
    pub(crate) async fn listens(&self, path: &str, last_id: Option<&str>) -> Events {
        let request = self.request(Method::GET, path);
        let request = last_id.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        Events::of(request.send().await.expect("an answer"))
    }

    /// Opens a socket at an address of one's own, such as `<id>/status/?token=…`.
    pub(crate) async fn opens(&self, socket: &str) -> Socket {
        Socket::open(&format!("ws://{}/ws/campaigns/{socket}", self.host)).await
    }
}

/// Somebody who presents this, at no server yet.
pub(crate) fn holder_of(authorization: &str) -> Actor {
    Actor::new("", Some(authorization.to_owned()))
}

/// Sends a request and reads the answer.
pub(crate) async fn send(request: RequestBuilder) -> Response {
    Response::of(request.send().await.expect("an answer")).await
}
