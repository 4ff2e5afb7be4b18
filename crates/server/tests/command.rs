//! What the program does with its words.

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::Path,
        process::{Command, Output},
    };

    fn say(folder: &Path, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_latch-server")).args(words).current_dir(folder).output().unwrap()
    }

    fn files(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn init_writes_a_configuration_that_check_takes_and_never_over_another() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        assert!(say(folder.path(), &["init"]).status.success());
        assert_eq!(files(folder.path()), ["latch.toml"]);
        let path = folder.path().join("latch.toml");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let written = fs::read(&path).unwrap();
        let again = say(folder.path(), &["init"]);
        assert!(!again.status.success() && String::from_utf8(again.stderr).unwrap().contains("latch.toml"));
        assert_eq!(fs::read(&path).unwrap(), written);
        let checked = say(folder.path(), &["check", "--config", "latch.toml"]);
        assert!(checked.status.success(), "{}", String::from_utf8(checked.stderr).unwrap());
        let said = String::from_utf8(checked.stdout).unwrap();
        assert!(said.contains("these hosts: login.example.com, the address"), "{said}");
    }

    #[test]
    fn whom_the_operator_blocks_is_out_until_unblocked_and_anybody_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let says = |words: &[&str]| {
            let answer = say(folder.path(), &[words, &["--dev"]].concat());
            assert!(answer.status.success(), "{}", String::from_utf8(answer.stderr).unwrap());
            String::from_utf8(answer.stdout).unwrap()
        };
        for (connection, name, canonical) in
            [("email", "Ada@Example.com", "ada@example.com"), ("sms", "+14155550100", "+14155550100")]
        {
            for (command, expected) in [
                ("unblock", "is not blocked, as before"),
                ("block", "is blocked"),
                ("block", "is blocked, as before"),
                ("unblock", "is not blocked"),
            ] {
                assert_eq!(says(&[command, connection, name]), format!("{canonical} {expected}\n"));
            }
        }
        let answer = say(folder.path(), &["block", "email", "nobody", "--dev"]);
        assert!(!answer.status.success() && answer.stderr.starts_with(b"nobody is no identity"));
    }

    #[test]
    fn a_slip_is_answered_with_the_usage_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for words in [
            &["init", "--help"][..],
            &["init", "a", "b"],
            &["serve"],
            &["--config"],
            &["check", "x"],
            &["check", "--revoke"],
            &["rotate-keys", "--at-once", "--revoke"],
            &["block", "email"],
            &["unblock"],
        ] {
            let answer = say(folder.path(), words);
            assert!(!answer.status.success(), "{words:?}");
            assert!(
                String::from_utf8(answer.stderr).unwrap().starts_with("usage: latch-server"),
                "{words:?}"
            );
        }
        let help = say(folder.path(), &["--help"]);
        assert!(help.status.success() && help.stdout.starts_with(b"usage: latch-server"));
        assert!(files(folder.path()).is_empty());
    }
}
