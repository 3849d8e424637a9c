//! Who is really asking, when proxies stand before us.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use ipnet::IpNet;

use crate::limits;

/// The addresses whose `X-Forwarded-*` headers count (setting `TIDEMARK_TRUSTED_PROXIES`).
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// What the client itself sees of the connection.
pub(super) struct Origin {
    pub(super) client_ip: IpAddr,
    pub(super) is_https: bool,
    pub(super) host: Option<HeaderValue>,
}

impl TrustedProxies {
    /// Reads a list of addresses and networks, separated by commas.
    ///
    /// # Errors
    /// A sentence that names the part that is neither.
    pub fn parse(list: &str) -> Result<Self, String> {
        let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
        let networks = parts.map(|part| {
            let network = part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| format!("{part} is neither an IP address nor a network like 10.0.0.0/8"))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    pub(super) fn origin(&self, peer: SocketAddr, uri: &Uri, headers: &HeaderMap) -> Origin {
        let peer_ip = peer.ip().to_canonical();
        let host = uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
        let host = host.or_else(|| headers.get(header::HOST).cloned());
        let direct = Origin { client_ip: peer_ip, is_https: false, host: host.filter(is_host) };
        if self.0.is_empty() || !self.trusts(peer_ip) {
            return direct;
        }
        let forwarded_host =
            first(headers, "x-forwarded-host").and_then(|host| HeaderValue::from_str(host).ok());
        Origin {
            client_ip: self.nearest_untrusted(headers).unwrap_or(peer_ip),
            is_https: first(headers, "x-forwarded-proto")
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
            host: forwarded_host.filter(is_host).or(direct.host),
        }
    }

    /// Each proxy appends who called it; all to the left of the first stranger may be invented.
    fn nearest_untrusted(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let hops = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
        let mut nearest = None;
        for hop in hops.take(limits::FORWARDED_HOPS) {
            let Some(address) = address(hop.trim()) else { return nearest };
            nearest = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        nearest
    }
}

/// An address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let parsed = text.parse::<IpAddr>().ok();
    let parsed = parsed.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    parsed.map(|address| address.to_canonical())
}

fn first<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim)
}

/// A host that can be put into a URL as it is.
fn is_host(host: &HeaderValue) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(byte);
    !host.is_empty() && host.as_bytes().iter().all(is_plain)
}
