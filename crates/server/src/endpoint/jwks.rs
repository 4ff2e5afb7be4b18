//! `GET /.well-known/jwks.json`: the keys that tokens are checked with. RFC 7517 section 5. Served
//! from memory: it works while the database does not.

use axum::{extract::State, response::Response};

use super::discovery::{RouteError, public_json};
use crate::state::App;

/// `GET /.well-known/jwks.json`
pub async fn get(State(app): State<App>) -> Result<Response, RouteError> {
    public_json(&*app.keys.published()).map_err(RouteError::Internal)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use latch_protocol::endpoint::JWKS;

    use crate::testing::Test;

    #[tokio::test]
    async fn an_id_token_can_be_checked_with_what_is_published() {
        let test = Test::new().await;
        let reply = test.get(JWKS).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        let key = reply.json()["keys"][0].clone();
        assert_eq!((&key["kty"], &key["use"], &key["alg"]), (&"RSA".into(), &"sig".into(), &"RS256".into()));
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(key.get(private).is_none());
        }

        let tokens = test.login("ada@example.com", "openid").await;
        let token = tokens["id_token"].as_str().unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let header: serde_json::Value =
            serde_json::from_slice(&decode(signed.split('.').next().unwrap())).unwrap();
        assert_eq!(header["kid"], key["kid"]);
        assert_eq!((&header["alg"], &header["typ"]), (&"RS256".into(), &"JWT".into()));
        RsaPublicKeyComponents {
            n: decode(key["n"].as_str().unwrap()),
            e: decode(key["e"].as_str().unwrap()),
        }
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature))
        .unwrap();
    }
}
