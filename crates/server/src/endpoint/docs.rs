//! `GET /docs`: what the server answers to, for people. Made from the same document as
//! `/openapi.json`, without a script.

use axum::{extract::State, http::StatusCode, response::Response};

use super::discovery::RouteError;
use crate::{openapi, page::Page, state::App};

const STYLE: &str = include_str!("docs/docs.css");

/// `GET /docs`
pub async fn get(State(app): State<App>) -> Result<Response, RouteError> {
    let body = openapi::html(&openapi::document(&app));
    let page = Page { title: "Latch API", body, style: STYLE, ..Page::default() };
    page.answer(&app, StatusCode::OK).map_err(RouteError::Internal)
}

#[cfg(test)]
mod tests {
    use latch_protocol::endpoint::DOCS;

    use crate::{app, testing::Test};

    #[tokio::test]
    async fn every_route_has_its_section_and_the_page_runs_no_script() {
        let test = Test::dev().await;
        let reply = test.get(DOCS).await;
        let page = reply.text();
        for (method, path) in app::routes(&test.app).listed() {
            assert!(
                page.contains(&format!("<h3><b>{method}</b> <code>{path}</code></h3>")),
                "{method} {path}"
            );
        }
        assert_eq!(page.matches("<section ").count(), page.matches("<pre>curl ").count());
        assert!(!page.contains("<script") && !page.contains("style=\""));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"));
    }

    #[tokio::test]
    async fn the_examples_name_this_server_and_can_be_pasted_into_a_shell() {
        let test = Test::dev().await;
        let page = test.get(DOCS).await.text();
        let example = "<pre>curl &#39;http://localhost:4000/passwordless/start&#39; \\\n  \
                       --header &#39;content-type: application/json&#39; \\\n  \
                       --data &#39;{&quot;client_id&quot;:&quot;demo&quot;,&quot;connection&quot;:&quot;email&quot;,\
                       &quot;email&quot;:&quot;ada@example.com&quot;,&quot;send&quot;:&quot;code&quot;}&#39;</pre>";
        assert!(page.contains(example), "{page}");
    }
}
