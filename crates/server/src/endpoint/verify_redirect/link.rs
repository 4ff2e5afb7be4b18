//! The link in a message.

use url::form_urlencoded;

use latch_protocol::endpoint::VERIFY_REDIRECT;

/// What a link has to carry.
#[derive(Clone, Copy)]
pub struct Link<'a> {
    /// The client's id.
    pub client: &'a str,
    /// The connection's name.
    pub connection: &'a str,
    /// The canonical address that the code belongs to.
    pub identity: &'a str,
    /// The code: link and code are one secret, and either uses it up.
    pub code: &'a str,
    /// `authParams` of the start, or what takes their place. What has no meaning in a link is left out.
    pub params: &'a [(&'a str, &'a str)],
}

/// What of `authParams` a link carries, in Auth0's order. None of it can take the place of what says
/// whose code it is.
const CARRIED: [&str; 12] = [
    "scope",
    "response_type",
    "redirect_uri",
    "audience",
    "state",
    "nonce",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "protocol",
    "_csrf",
    "_intstate",
];

/// Writes the link. `origin` is the server's own, without a slash at its end.
pub fn link(origin: &str, link: &Link<'_>) -> String {
    let given = |name: &str| link.params.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in CARRIED {
        if let Some(value) = given(name).filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    let identity = if link.connection == "sms" { "phone_number" } else { "email" };
    query.append_pair("verification_code", link.code);
    query.append_pair("connection", link.connection);
    query.append_pair("client_id", link.client);
    query.append_pair(identity, link.identity);
    format!("{origin}{VERIFY_REDIRECT}?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: [(&str, &str); 5] = [
        ("state", "a b&c"),
        ("redirect_uri", "https://shop.example/callback?x=1"),
        ("scope", "openid profile"),
        ("response_type", "token id_token"),
        ("nonce", ""),
    ];

    #[test]
    fn a_link_carries_the_code_and_what_the_client_asked_for() {
        let link = link(
            "https://login.example",
            &Link {
                client: "shop",
                connection: "email",
                identity: "a+b@example.com",
                code: "012345",
                params: &PARAMS,
            },
        );
        assert_eq!(
            link,
            "https://login.example/passwordless/verify_redirect?scope=openid+profile\
             &response_type=token+id_token&redirect_uri=https%3A%2F%2Fshop.example%2Fcallback%3Fx%3D1\
             &state=a+b%26c&verification_code=012345&connection=email&client_id=shop&email=a%2Bb%40example.com"
        );
    }

    #[test]
    fn parameters_cannot_say_whose_code_it_is() {
        let params = [("client_id", "evil"), ("email", "evil@evil.example"), ("confirm", "yes"), ("x", "y")];
        let link = link(
            "https://login.example",
            &Link { client: "shop", connection: "sms", identity: "+14155550100", code: "1", params: &params },
        );
        assert_eq!(
            link,
            "https://login.example/passwordless/verify_redirect?\
             verification_code=1&connection=sms&client_id=shop&phone_number=%2B14155550100"
        );
    }
}
