//! Where secrets may stand, how good they have to be, and that they never show.

use crate::{PEPPER, SAFE, load, load_file, refused, write_private};

#[test]
fn a_pepper_that_can_be_guessed_is_refused() {
    for pepper in [
        "",
        "short",
        "latch --dev: everybody knows this pepper",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababab",
    ] {
        // An empty variable is none.
        let key = if pepper.is_empty() { "pepper" } else { "LATCH_PEPPER" };
        refused(SAFE, false, &[("LATCH_PEPPER", pepper)], key);
    }
}

#[test]
fn a_file_with_secrets_that_everybody_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latch.toml");
    write_private(&path, SAFE);
    assert!(load_file(&path, false, &[PEPPER]).is_ok());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let problems = load_file(&path, false, &[PEPPER]).unwrap_err();
    assert!(problems.to_string().contains("chmod 600"), "{problems}");
}

#[test]
fn an_error_in_the_file_does_not_repeat_a_secret() {
    let problems = load("pepper = hunter2-hunter2", false, &[]).unwrap_err();
    assert!(!problems.to_string().contains("hunter2"), "{problems}");
    let problems = load("[mail]\nsmtp_url = \"smtps://a:hunter2@\"", false, &[]).unwrap_err();
    assert!(!problems.to_string().contains("hunter2"), "{problems}");
}

#[test]
fn secrets_can_stand_in_files_and_never_show() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.display().to_string()
    };
    let pepper = file("pepper", PEPPER.1);
    let secret = file("secret", "hunter2-hunter2-Zt8!xq0Lw2-vN5rB7yK1mC4h");
    let smtp = file("smtp", "smtps://ada:hunter2@mail.example.com");
    let text =
        SAFE.replace("smtp_url = \"smtps://mail.example.com\"", &format!("smtp_url_file = \"{smtp}\""));
    let text = format!("pepper_file = \"{pepper}\"\n{text}\nsecret_file = \"{secret}\"\n");
    let config = load(&text, false, &[]).unwrap();
    assert!(config.clients.0[0].is_confidential());
    assert_eq!(config.mail.smtp.as_ref().unwrap().host, "mail.example.com");
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(PEPPER.1), "{shown}");
    assert!(load(SAFE, false, &[("LATCH_PEPPER_FILE", &pepper)]).is_ok());
    let both = format!("pepper_file = \"{pepper}\"\npepper = \"{}\"\n{SAFE}", PEPPER.1);
    refused(&both, false, &[], "pepper_file");
}
