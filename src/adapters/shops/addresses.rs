//! Which addresses the crawler may ask: those of the public internet, unless the operator allows others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// An address that the crawler may not ask.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the address is not one of the public internet")]
pub(super) struct NotPublic;

/// Resolves names, and keeps only the addresses that may be asked: the check holds for the very address that is
/// connected to, so a name that changes its answer gains nothing.
#[derive(Debug)]
pub(super) struct Resolver {
    pub(super) allows_private: bool,
    /// A shop on this very machine, by a name that leads nowhere else.
    pub(super) neighbour: Arc<OnceLock<(String, SocketAddr)>>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allows_private = self.allows_private;
        let neighbour = self.neighbour.get().filter(|(known, _)| known == name.as_str());
        if let Some((_, address)) = neighbour {
            let address = *address;
            return Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) });
        }
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| allows_private || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Checks what a resolver never sees: the scheme, and an address that is written as such.
pub(super) fn check(url: &Url, allows_private: bool) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only pages of http and https can be visited".to_owned());
    }
    let is_refused = match url.host() {
        None => return Err("the address has no host".to_owned()),
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        Some(Host::Domain(_)) => false,
    };
    if is_refused && !allows_private { Err(NotPublic.to_string()) } else { Ok(()) }
}

/// Whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_reserved = a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !(is_reserved
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // An IPv4 address in another dress: mapped, compatible, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inner(high, low),
        [0, 0, 0, 0, 0, 0, ..] => false,
        [0x2002, high, low, ..] => inner(high, low),
        // Teredo, documentation, local NAT64.
        [0x2001, 0, ..] | [0x2001, 0xdb8, ..] | [0x64, 0xff9b, 1, ..] => false,
        // Only this part is given out: no local, link-local or multicast address is in it.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_in_every_dress_are_refused() {
        for address in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "[::7f00:1]",
        ] {
            let url = Url::parse(&format!("http://{address}/")).unwrap();
            assert!(check(&url, false).is_err(), "{address}");
            assert!(check(&url, true).is_ok(), "{address}");
        }
        for address in ["93.184.215.14", "[2606:4700::1111]", "shop.example"] {
            assert!(check(&Url::parse(&format!("https://{address}/")).unwrap(), false).is_ok(), "{address}");
        }
        for url in ["file:///etc/passwd", "ftp://shop.example/", "data:text/html,x"] {
            assert!(check(&Url::parse(url).unwrap(), true).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_too() {
        let resolver = Resolver { allows_private: false, neighbour: Arc::default() };
        let answer = resolver.resolve("localhost".parse().unwrap()).await;
        assert!(answer.err().unwrap().downcast_ref::<NotPublic>().is_some());
        let lenient = Resolver { allows_private: true, neighbour: Arc::default() };
        assert!(lenient.resolve("localhost".parse().unwrap()).await.is_ok());
        let address: SocketAddr = "127.0.0.1:7".parse().unwrap();
        resolver.neighbour.set(("shop.example".to_owned(), address)).unwrap();
        let found = resolver.resolve("shop.example".parse().unwrap()).await.ok().unwrap();
        assert_eq!(found.collect::<Vec<_>>(), [address]);
    }
}
