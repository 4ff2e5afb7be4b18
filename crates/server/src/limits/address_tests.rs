//! Addresses that are made up to pass a limit: five hundred requests, each of which says something else of where it
//! comes from.

use axum::{body::Body, http::Request};
use latch_protocol::endpoint::PASSWORDLESS_START;
use proptest::{
    strategy::{Strategy, ValueTree as _},
    test_runner::TestRunner,
};

use crate::testing::{CONFIG, Test, coming_from, start_body};

const ASKED: usize = 500;
/// Where it is about one rule only.
const ASKED_ONCE_MORE: usize = 100;
/// What an address has in an hour.
const ALLOWED: usize = 50;

/// Every header that some program believes.
const BELIEVED: [&str; 10] = [
    "x-forwarded-for",
    "x-real-ip",
    "forwarded",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "x-cluster-client-ip",
    "x-originating-ip",
    "auth0-forwarded-for",
];

async fn with_limits() -> Test {
    Test::with(CONFIG, false, |config| {
        config.captcha = None;
        config.limits.starts_per_ip = u32::try_from(ALLOWED).ok();
    })
    .await
}

/// How many of the requests from one place were let through.
async fn let_through(
    test: &Test,
    asked: usize,
    requests: impl Iterator<Item = (String, Vec<(&'static str, String)>)>,
) -> usize {
    let mut count = 0;
    for (number, (peer, headers)) in requests.take(asked).enumerate() {
        let mut request = Request::post(PASSWORDLESS_START).header("content-type", "application/json");
        for (name, value) in &headers {
            request = request.header(*name, value);
        }
        let body = start_body(&format!("{number}@a.co")).to_string();
        let reply = test.send(coming_from(&peer, request.body(Body::from(body)).unwrap())).await;
        assert!(matches!(reply.status.as_u16(), 200 | 429), "{peer} {headers:?}: {}", reply.text());
        assert_eq!(reply.status == 200, number < ALLOWED, "request {number} from {peer} with {headers:?}");
        count += usize::from(reply.status == 200);
    }
    count
}

/// Whatever somebody might write: an address, several, or anything else.
fn made_up() -> impl Iterator<Item = String> {
    let v4 = proptest::arbitrary::any::<[u8; 4]>().prop_map(|[a, b, c, d]| format!("{a}.{b}.{c}.{d}"));
    let own = "10\\.[0-9]{1,2}\\.0\\.[1-9]";
    let one = proptest::prop_oneof![
        4 => v4.clone(),
        2 => proptest::arbitrary::any::<[u16; 8]>().prop_map(|parts| std::net::Ipv6Addr::from(parts).to_string()),
        1 => v4.clone().prop_map(|address| format!("::ffff:{address}")),
        1 => own,
        1 => v4.clone().prop_map(|address| format!("{address}:443")),
        1 => v4.prop_map(|address| format!("for=\"{address}\";proto=https")),
        1 => "[ -~]{0,20}",
    ];
    let several = proptest::collection::vec(one, 1..4).prop_map(|hops| hops.join(", "));
    let mut runner = TestRunner::deterministic();
    std::iter::repeat_with(move || several.new_tree(&mut runner).unwrap().current())
}

#[tokio::test]
async fn nothing_that_an_address_says_of_itself_gets_it_more() {
    let headers = || made_up().zip(BELIEVED.into_iter().cycle()).map(|(value, name)| vec![(name, value)]);
    let with = |peers: [&'static str; 2]| peers.into_iter().cycle().map(str::to_owned).zip(headers());
    // Also where it is an IPv4 address in the words of IPv6, and where it writes many headers at once.
    let test = with_limits().await;
    assert_eq!(let_through(&test, ASKED, with(["192.0.2.1", "::ffff:192.0.2.1"])).await, ALLOWED);
    let test = with_limits().await;
    let all = made_up().map(|value| {
        let headers = BELIEVED.map(|name| (name, value.clone())).to_vec();
        ("192.0.2.1".to_owned(), [headers, vec![("x-forwarded-for", value)]].concat())
    });
    assert_eq!(let_through(&test, ASKED_ONCE_MORE, all).await, ALLOWED);
}

#[tokio::test]
async fn all_addresses_of_one_network_have_what_one_has() {
    let test = with_limits().await;
    let mut host = 1_u64;
    let rotating = std::iter::repeat_with(|| {
        // Through all 64 bits.
        host = host.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let address = (0x2001_0db8_0001_0002_u128 << 64) | u128::from(host);
        (std::net::Ipv6Addr::from(address).to_string(), vec![])
    });
    assert_eq!(let_through(&test, ASKED_ONCE_MORE, rotating).await, ALLOWED);
}

#[tokio::test]
async fn whatever_stands_left_of_what_a_trusted_proxy_saw_counts_for_nothing() {
    // One header with a list, as a proxy appends to it; two headers, as another adds its own; and two proxies.
    let test = with_limits().await;
    let through = made_up().enumerate().map(|(number, lie)| match number % 3 {
        0 => ("10.0.0.1".to_owned(), vec![("x-forwarded-for", format!("{lie}, 192.0.2.1"))]),
        1 => {
            let lines = vec![
                ("x-forwarded-for", lie.clone()),
                ("x-real-ip", lie),
                ("x-forwarded-for", "192.0.2.1".into()),
            ];
            ("::ffff:10.0.0.2".to_owned(), lines)
        }
        _ => ("10.0.0.1".to_owned(), vec![("x-forwarded-for", format!("{lie},192.0.2.1 , 10.0.0.2"))]),
    });
    assert_eq!(let_through(&test, ASKED, through).await, ALLOWED);
}
