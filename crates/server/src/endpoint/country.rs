//! `GET /user/geoloc/country`: the country that Auth0's Lock preselects for phone numbers.
//!
//! Auth0 looks the address up in a table of networks. Here it is the region of the language that the
//! browser prefers, which needs no table and tells the page nothing that it does not know; without
//! one it is `null`. Lock assumes the United States then; a page that can tell more is not misled.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde_json::json;

use super::sso_data::RouteError;
use crate::{reply, state::App};

/// `GET /user/geoloc/country`
pub async fn get(State(_app): State<App>, headers: HeaderMap) -> Result<Response, RouteError> {
    let languages = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let country = languages.and_then(region);
    Ok(reply::json(StatusCode::OK, &json!({"country_code": country}))?)
}

/// The first region among language tags: `de-Latn-AT;q=0.9` has AT. RFC 5646 section 2.2.4.
fn region(languages: &str) -> Option<String> {
    languages.split(',').take(20).find_map(|language| {
        let tag = language.split(';').next()?.trim();
        let mut subtags = tag.split('-').skip(1);
        let region = subtags.find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))?;
        Some(region.to_ascii_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use latch_protocol::endpoint::COUNTRY;
    use serde_json::json;

    use crate::testing::Test;

    #[tokio::test]
    async fn the_country_is_that_of_the_preferred_language() {
        let test = Test::new().await;
        for (languages, country) in [
            ("de-AT,de;q=0.9,en-US;q=0.8", json!("AT")),
            ("de,zh-Hant-tw", json!("TW")),
            ("en", json!(null)),
            ("", json!(null)),
            ("x-123-;;;,,", json!(null)),
        ] {
            let request = Request::get(COUNTRY)
                .header("accept-language", languages)
                .header("origin", "https://shop.example");
            let reply = test.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.json()["country_code"], country, "{languages}");
            assert_eq!(reply.header("access-control-allow-origin"), Some("https://shop.example"));
        }
    }
}
