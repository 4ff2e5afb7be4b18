//! Latch's server: passwordless login with Auth0's protocol.
//!
//! A request comes in through [`accept`], which guards the connection, and [`app`], which guards the
//! request and knows the routes. An [`endpoint`] reads its body with [`request`], proves its
//! [`client`], checks codes with [`proof`], changes the [`store`] and answers with [`reply`]. Messages leave through the
//! [`outbox`]. The time and randomness are parameters ([`clock`], [`random`]): nothing else asks the
//! operating system for them.
//!
//! # To add an endpoint
//!
//! 1. Its path in `latch_protocol::endpoint`, its bodies and new error codes in that crate too.
//! 2. A file in `src/endpoint/`, named like the path's last part: the handler; `RouteError` with a
//!    variant for every cause and one `From<RouteError> for Refusal` that maps them to statuses and
//!    codes; the tests at the foot, as stories against the whole [`app::router`].
//! 3. Its line in [`app::routes`], in the group of routes whose pages may call it.
//! 4. Its operation in [`openapi`]: what it takes, and every status with what comes back. Each answer
//!    that a test gets is held against that.
//! 5. What it keeps: a migration and a module in [`store`].
//! 6. Its line in [`endpoint::discovery`], when the metadata names such endpoints.
#![warn(missing_docs)]

pub mod accept;
pub mod app;
pub mod assets;
pub mod blocking;
mod call;
pub mod captcha;
pub mod client;
pub mod clock;
pub mod config;
pub mod cors;
pub mod dev;
pub mod endpoint;
pub mod failure;
pub mod host;
pub mod identity;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod openapi;
pub mod outbox;
pub mod page;
pub mod proof;
pub mod random;
pub mod reply;
pub mod request;
pub mod routes;
pub mod secret;
pub mod server;
pub mod session;
pub mod sms;
pub mod state;
pub mod store;
pub mod tls;
pub mod tokens;
pub mod words;

#[cfg(test)]
mod testing;
