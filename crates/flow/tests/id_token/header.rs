//! What the header may say.

use latch_flow::id_token::TokenFault;
use serde_json::{Value, json};

use crate::case::{hold, remove};

#[test]
fn a_header_names_an_allowed_algorithm_and_asks_for_nothing_special() {
    use TokenFault::{Algorithm, Header, Malformed};
    hold(&[
        ("alg none", |c| c.header["alg"] = json!("none"), Some(Algorithm)),
        ("alg None", |c| c.header["alg"] = json!("None"), Some(Algorithm)),
        ("alg empty", |c| c.header["alg"] = json!(""), Some(Algorithm)),
        ("alg missing", |c| remove(&mut c.header, "alg"), Some(Algorithm)),
        ("alg null", |c| c.header["alg"] = Value::Null, Some(Malformed)),
        ("alg a list", |c| c.header["alg"] = json!(["RS256"]), Some(Malformed)),
        ("alg HS256 with the public key as secret", |c| c.header["alg"] = json!("HS256"), Some(Algorithm)),
        ("alg RS384", |c| c.header["alg"] = json!("RS384"), Some(Algorithm)),
        ("alg RS512", |c| c.header["alg"] = json!("RS512"), Some(Algorithm)),
        ("alg PS256", |c| c.header["alg"] = json!("PS256"), Some(Algorithm)),
        ("alg ES384", |c| c.header["alg"] = json!("ES384"), Some(Algorithm)),
        ("alg EdDSA", |c| c.header["alg"] = json!("EdDSA"), Some(Algorithm)),
        ("alg in small letters", |c| c.header["alg"] = json!("rs256"), Some(Algorithm)),
        ("alg with a blank", |c| c.header["alg"] = json!("RS256 "), Some(Algorithm)),
        ("crit", |c| c.header["crit"] = json!(["exp"]), Some(Header)),
        ("crit empty", |c| c.header["crit"] = json!([]), Some(Header)),
        (
            "crit b64",
            |c| {
                c.header["crit"] = json!(["b64"]);
                c.header["b64"] = json!(false);
            },
            Some(Header),
        ),
        ("crit no list", |c| c.header["crit"] = json!("exp"), Some(Malformed)),
        ("typ at+jwt", |c| c.header["typ"] = json!("at+jwt"), Some(Header)),
        ("typ logout+jwt", |c| c.header["typ"] = json!("logout+jwt"), Some(Header)),
        ("typ empty", |c| c.header["typ"] = json!(""), Some(Header)),
        ("typ in small letters", |c| c.header["typ"] = json!("jwt"), None),
        ("typ missing", |c| remove(&mut c.header, "typ"), None),
        ("no object", |c| c.header = json!("RS256"), Some(Malformed)),
    ]);
}
