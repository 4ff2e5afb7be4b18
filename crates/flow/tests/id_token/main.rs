//! One good ID token, and everything that can be wrong with it. What is right and wrong follows
//! OpenID Connect Core section 3.1.3.7, RFC 8725 and, for keys, RFC 7517 and RFC 7518.
//!
//! Tokens and key sets are JSON here, as an issuer writes them, and are read as the widget reads them.

#[cfg(test)]
mod case;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod header;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod parts;
