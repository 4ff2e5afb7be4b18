//! Routes that can be listed: axum keeps its own to itself, and the document of the API is held against
//! them.

use axum::{Router, handler::Handler, http::Method, routing};

use crate::state::App;

/// A router, and what it answers to.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<App>,
    listed: Vec<(Method, &'static str)>,
}

impl Routes {
    /// Answers `GET`, and with it `HEAD`.
    #[must_use]
    pub fn get<T: 'static>(self, path: &'static str, handler: impl Handler<T, App>) -> Self {
        self.with(Method::GET, path, routing::get(handler))
    }

    /// Answers `POST`.
    #[must_use]
    pub fn post<T: 'static>(self, path: &'static str, handler: impl Handler<T, App>) -> Self {
        self.with(Method::POST, path, routing::post(handler))
    }

    fn with(mut self, method: Method, path: &'static str, handler: routing::MethodRouter<App>) -> Self {
        self.listed.push((method, path));
        self.router = self.router.route(path, handler);
        self
    }

    /// Wraps what is there so far.
    #[must_use]
    pub fn wrapped(mut self, wrap: impl FnOnce(Router<App>) -> Router<App>) -> Self {
        self.router = wrap(self.router);
        self
    }

    /// Adds others.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.listed.extend(other.listed);
        self
    }

    /// Every method and path, in the order in which they were added.
    pub fn listed(&self) -> &[(Method, &'static str)] {
        &self.listed
    }

    /// The router.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}
