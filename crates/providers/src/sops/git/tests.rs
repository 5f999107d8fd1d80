use selkie_api::SecretKeySelector;
use selkie_api::store::sops::{GitBasic, GitBearer};

use super::*;
use crate::Credentials;

fn means() -> Means {
    Means::new(Credentials::default(), Arc::new(|| 0))
}

fn spec(url: &str) -> Spec {
    Spec {
        url: url.to_owned(),
        ..Spec::default()
    }
}

#[test]
fn repositories_are_named_by_https_alone() {
    let rows = [
        ("https://git.example/team/app.git", None),
        ("https://git.example:8443/app/", None),
        ("http://git.example/app", Some(Cause::InvalidSpec)),
        ("ssh://git@git.example/app", Some(Cause::InvalidSpec)),
        ("git@git.example:app", Some(Cause::InvalidSpec)),
        ("git://git.example/app", Some(Cause::InvalidSpec)),
        ("file:///srv/app", Some(Cause::InvalidSpec)),
        ("/srv/app", Some(Cause::InvalidSpec)),
        ("ext::sh -c id", Some(Cause::InvalidSpec)),
        ("--upload-pack=id", Some(Cause::InvalidSpec)),
        (
            "https://ann:secret@git.example/app",
            Some(Cause::InvalidSpec),
        ),
        ("https://token@git.example/app", Some(Cause::InvalidSpec)),
        ("https://git.example/app?x=1", Some(Cause::InvalidSpec)),
        ("https://git.example/app#x", Some(Cause::InvalidSpec)),
        ("https://169.254.169.254/app", Some(Cause::Forbidden)),
    ];
    for (url, expected) in rows {
        let made = source(&spec(url), &means());
        assert_eq!(made.err().map(|it| it.cause), expected, "{url}");
    }
}

#[test]
fn a_reference_is_one_line() {
    let rows = [
        (GitReference::Branch("main".to_owned()), true),
        (GitReference::Branch("team/x-1".to_owned()), true),
        (GitReference::Branch(String::new()), false),
        (GitReference::Branch("a b".to_owned()), false),
        (GitReference::Tag("v1\nwant".to_owned()), false),
        (GitReference::Commit("1".repeat(40)), true),
        (GitReference::Commit("1".repeat(7)), false),
        (GitReference::Commit("main".to_owned()), false),
    ];
    for (reference, fits) in rows {
        let spec = Spec {
            reference: Some(reference.clone()),
            ..spec("https://git.example/app")
        };
        let made = source(&spec, &means());
        let cause = made.err().map(|it| it.cause);
        assert_eq!(
            cause,
            (!fits).then_some(Cause::InvalidSpec),
            "{reference:?}"
        );
    }
}

#[test]
fn only_its_own_host_may_send_us_on() {
    let url = Url::parse("https://git.example/app").unwrap();
    let asked = below(&url, "info/refs").unwrap();
    let rows = [
        (
            "https://git.example/app.git/info/refs?service=git-upload-pack",
            Some("https://git.example/app.git"),
        ),
        (
            "/team/app/info/refs?service=git-upload-pack",
            Some("https://git.example/team/app"),
        ),
        (
            "https://git.example:443/b/info/refs?service=git-upload-pack",
            Some("https://git.example/b"),
        ),
        (
            "http://git.example/app.git/info/refs?service=git-upload-pack",
            None,
        ),
        (
            "https://git.example:8443/app/info/refs?service=git-upload-pack",
            None,
        ),
        (
            "https://evil.example/app/info/refs?service=git-upload-pack",
            None,
        ),
        ("//evil.example/app/info/refs?service=git-upload-pack", None),
        (
            "https://a@git.example/app/info/refs?service=git-upload-pack",
            None,
        ),
        ("/login", None),
        ("/app/info/refs", None),
        ("", None),
    ];
    for (named, expected) in rows {
        let to = moved(&url, &asked, named);
        assert_eq!(to.as_ref().map(Url::as_str), expected, "{named}");
    }
}

#[test]
fn credentials_stand_in_one_header_and_are_not_shown() {
    let selector = |name: &str| SecretKeySelector {
        name: name.to_owned(),
        ..SecretKeySelector::default()
    };
    let basic = GitAuth::Basic(GitBasic {
        username_secret_ref: selector("git"),
        password_secret_ref: selector("git"),
    });
    let bearer = GitAuth::Bearer(GitBearer {
        token_secret_ref: selector("git"),
    });
    for (auth, expected) in [(basic, "Basic YW5uOnMzY3JldA=="), (bearer, "Bearer t0ken")] {
        let spec = Spec {
            auth: Some(auth),
            ..spec("https://git.example/app")
        };
        let lacking = source(&spec, &means()).err().map(|it| it.cause);
        assert_eq!(lacking, Some(Cause::CredentialsMissing));
        let mut means = means();
        for reference in references(&spec) {
            let Reference::Secret { key, .. } = &reference else {
                panic!("{reference:?}");
            };
            let value = match &**key {
                "username" => "ann",
                "password" => "s3cret",
                _ => "t0ken",
            };
            means
                .credentials
                .insert(reference, Secret::from(value.to_owned()));
        }
        let headers = headers(&spec, &means).unwrap();
        assert_eq!(headers[AUTHORIZATION].as_bytes(), expected.as_bytes());
        assert!(!format!("{headers:?}").contains(expected));
    }
}
