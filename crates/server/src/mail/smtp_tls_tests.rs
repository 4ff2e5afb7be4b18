//! Delivery to real mail servers with TLS, whose certificates an authority of our own vouches for.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::{
    outbox, store,
    testing::{
        CONFIG, Test,
        sink::{Sink, Way},
    },
};

const ADA: &str = "ada@example.com";

/// A server's certificate for a name, and the authority's in PEM.
fn certificate(name: &str) -> (Arc<ServerConfig>, String) {
    let key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(leaf.der().to_vec())], key)
        .unwrap();
    (Arc::new(config), pem)
}

/// A server of ours that sends to a sink, with a scheme and perhaps an authority.
async fn sending_to(sink: &Sink, scheme: &str, authority: Option<&str>) -> Test {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("{scheme}://ada:p%40ss@localhost:{}", sink.port);
    let mut text = CONFIG.replace("smtps://mail.example", &url);
    if let Some(pem) = authority {
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, pem).unwrap();
        text = format!("ca_file = \"{}\"\n{text}", path.display());
    }
    Test::with(&text, false, |_| {}).await
}

async fn last_error(test: &Test) -> Option<String> {
    let (rows, _) = store::outbox::list(&test.app.store, 1).await.unwrap();
    rows.into_iter().next().and_then(|row| row.last_error)
}

#[tokio::test]
async fn messages_go_over_tls_with_our_password_and_share_a_connection() {
    let (tls, pem) = certificate("localhost");
    for (scheme, way) in [("smtps", Way::Tls(tls.clone())), ("smtp+starttls", Way::StartTls(tls.clone()))] {
        let sink = Sink::open(way, "250 taken").await;
        let test = sending_to(&sink, scheme, Some(&pem)).await;
        for email in [ADA, "bob@example.com", "eve@example.com"] {
            test.code(email).await;
            outbox::drain(&test.app).await.unwrap();
        }
        let taken = sink.taken();
        assert_eq!(taken.len(), 3, "{scheme}: {:?}", last_error(&test).await);
        assert!(taken.iter().all(|message| message.encrypted));
        let credentials = STANDARD.decode(taken[0].credentials.as_ref().unwrap()).unwrap();
        assert_eq!(credentials, b"\0ada\0p@ss");
        assert_eq!(sink.connections(), 1, "{scheme}");
        let open = sink.said_in_the_open();
        assert!(open.iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"), "{open:?}");
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_nothing() {
    let (localhost, pem) = certificate("localhost");
    let (elsewhere, others) = certificate("mail.elsewhere.example");
    for (way, authority) in [
        (Way::Tls(localhost.clone()), None),
        (Way::Tls(localhost.clone()), Some(&others)),
        (Way::Tls(elsewhere.clone()), Some(&others)),
        (Way::StartTls(localhost.clone()), None),
        (Way::StartTls(elsewhere), Some(&others)),
        // It does not offer TLS, or somebody between us took the offer away.
        (Way::Plain, Some(&pem)),
    ] {
        let scheme = if matches!(way, Way::Tls(_)) { "smtps" } else { "smtp+starttls" };
        let sink = Sink::open(way, "250 taken").await;
        let test = sending_to(&sink, scheme, authority.map(String::as_str)).await;
        test.code(ADA).await;
        outbox::drain(&test.app).await.unwrap();
        assert!(sink.taken().is_empty());
        let open = sink.said_in_the_open().join("\n");
        assert!(!open.contains("AUTH") && !open.contains("ada@"), "{open}");
        assert!(last_error(&test).await.unwrap().starts_with("SMTP: "));
        assert!(test.waiting(ADA).await.is_some(), "it waits for the server to be put right");
    }
}
