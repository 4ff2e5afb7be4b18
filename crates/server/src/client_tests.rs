use super::*;

fn client(places: &[&str]) -> Client {
    let exact = |place: &&str| Place::Exact((*place).to_owned());
    Client {
        id: "shop".into(),
        name: "Shop".into(),
        secret: None,
        keys: vec![],
        grants: vec![],
        origins: vec![],
        web_origins: vec![],
        callbacks: places.iter().map(exact).collect(),
        logout_urls: places.iter().map(exact).collect(),
        implicit: false,
        trust_forwarded_for: false,
        cross_origin: false,
        captcha: true,
        cross_origin_fallback: None,
        lifetimes: Lifetimes::default(),
        any_audience: false,
    }
}

fn basic_header(text: &str) -> HeaderMap {
    let value = format!("Basic {}", STANDARD.encode(text));
    HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
}

#[test]
fn a_callbacks_origin_may_call_the_api_and_its_neighbours_may_not() {
    let client = client(&["https://shop.example/callback"]);
    assert!(client.allows_origin("https://shop.example"));
    for origin in [
        "null",
        "",
        "https://shop.example/",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://SHOP.example",
        "https://shop.example.",
        "https://a.shop.example",
    ] {
        assert!(!client.allows_origin(origin), "{origin}");
    }
}

#[test]
fn loopback_means_localhost_and_127_0_0_1_over_http_on_any_port_and_nothing_else() {
    let client = Client { origins: vec![Place::Loopback], ..client(&[]) };
    for origin in ["http://localhost:4001", "http://127.0.0.1:8080", "http://localhost"] {
        assert!(client.allows_origin(origin), "{origin}");
    }
    for origin in [
        "https://localhost:4001",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.2",
        "http://localhost:4001/",
        "http://localhost@evil.example",
        "http://2130706433",
        "null",
    ] {
        assert!(!client.allows_origin(origin), "{origin}");
    }
}

#[test]
fn a_logout_goes_to_listed_addresses_only() {
    let client = client(&["https://shop.example/bye"]);
    for wish in ["https://shop.example/bye", "https://shop.example/bye?a=1#b"] {
        assert_eq!(client.logout_target(wish).as_deref(), Some(wish));
    }
    for wish in [
        "https://shop.example",
        "https://shop.example/bye/",
        "https://shop.example/BYE",
        "https://shop.example/bye/../x",
        "https://shop.example/bye%2e",
        "https://shop.example/byebye",
        "//shop.example/bye",
        "/bye",
        "https:shop.example/bye",
        "https://shop.example\\@evil.example/bye",
        "https://evil.example/https://shop.example/bye",
        "https://shop.example/bye\r\nx: y",
        "https://user@shop.example/bye",
        "javascript:alert(1)",
    ] {
        assert_eq!(client.logout_target(wish), None, "{wish}");
    }
    let dev = Client { logout_urls: vec![Place::Loopback], ..client };
    assert_eq!(
        dev.logout_target("http://localhost:4001/x?y#z").as_deref(),
        Some("http://localhost:4001/x?y#z")
    );
    for wish in ["http://localhost@evil.example/", "http://evil.example/", "http://localhost\\.evil.example/"]
    {
        assert_eq!(dev.logout_target(wish), None, "{wish}");
    }
}

#[test]
fn basic_credentials_are_form_decoded_after_they_are_split() {
    let read = |text| Credentials::read(&basic_header(text), &Params::default()).unwrap();
    let credentials = read("a%3Ab:c%2B+%25");
    assert_eq!(credentials.id.as_deref(), Some("a:b"));
    assert_eq!(credentials.secret.as_deref(), Some("c+ %"));
    assert_eq!(read("id:a:b").secret.as_deref(), Some("a:b"));
}

#[test]
fn credentials_in_two_places_are_refused() {
    let twice = Params::from_form("client_secret=x").unwrap();
    assert!(matches!(Credentials::read(&basic_header("a:b"), &twice), Err(BadCredentials::Ambiguous)));
    let other = Params::from_form("client_id=b").unwrap();
    assert!(matches!(Credentials::read(&basic_header("a:b"), &other), Err(BadCredentials::Ambiguous)));
}

#[test]
fn a_confidential_client_is_proven_by_its_secret_only() {
    let client = Client { secret: Some(sha256("s3cret")), ..client(&[]) };
    assert!(client.accepts(Some("s3cret")));
    for wrong in [None, Some(""), Some("s3cre"), Some("s3cret "), Some("S3cret")] {
        assert!(!client.accepts(wrong), "{wrong:?}");
    }
}

#[test]
fn a_login_returns_to_the_listed_address_byte_for_byte() {
    let client = client(&["https://shop.example/callback"]);
    assert!(client.allows_callback("https://shop.example/callback"));
    for address in [
        "",
        "https://shop.example",
        "https://shop.example/callback/",
        "https://shop.example/callback?a=1",
        "https://shop.example/callback#a",
        "https://shop.example/CALLBACK",
        "https://SHOP.example/callback",
        "https://shop.example:443/callback",
        "https://shop.example./callback",
        "https://shop.example/x/../callback",
        "https://shop.example/%63allback",
        "https://shop.example//callback",
        "http://shop.example/callback",
        "https://user@shop.example/callback",
        "https://shop.example@evil.example/callback",
        "https://shop.example\\callback",
        "https:shop.example/callback",
        "//shop.example/callback",
        "/callback",
        " https://shop.example/callback",
        "https://shop.example/callback\r\nx: y",
        "https://evil.example/https://shop.example/callback",
        "javascript:alert(1)//https://shop.example/callback",
    ] {
        assert!(!client.allows_callback(address), "{address}");
    }
    let dev = Client { callbacks: vec![Place::Loopback], ..client };
    for address in ["http://localhost:4001", "http://localhost:4001/cb?x=1", "http://127.0.0.1:8080/a/b"] {
        assert!(dev.allows_callback(address), "{address}");
    }
    for address in [
        "https://localhost/cb",
        "http://localhost/cb#x",
        "http://localhost@evil.example/",
        "http://evil@localhost/",
        "http://localhost\\@evil.example/",
        "http://localhost.evil.example/",
        "http:localhost/cb",
        "http://localhost/a/../b",
        "http://2130706433/",
        "http://localhost:80/",
    ] {
        assert!(!dev.allows_callback(address), "{address}");
    }
}
