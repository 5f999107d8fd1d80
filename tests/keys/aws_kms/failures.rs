//! The failure table of AWS KMS.

use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;
use selkie_tests::servers::{free_port, http::Request};

use super::{Env, SECRET, TEXT, apart, at, both_ways, done, programs, run};
use crate::failure::{self, Row};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
/// Stands in every answer; whoever reads our messages must not see what a server was able to write into them.
const TOLD: &str = "told by the server";

/// A server that answers as AWS does when it refuses: moto takes any credentials, and encrypts with a disabled key.
fn refusing(status: u16, body: &'static str) -> (Broken, Env) {
    let broken = Broken::start(Manner::Status(status, body));
    let env = at(&format!("http://{}", broken.address));
    (broken, env)
}

#[test]
fn each_way_to_fail_names_the_key_and_the_cause_and_ends_in_time() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let absent =
        format!("arn:aws:kms:eu-central-1:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000");
    let elsewhere = moto
        .key("eu-central-1")
        .replace("eu-central-1", "us-east-1");
    let at_moto = at(&moto.url());
    let mut nobody = apart();
    nobody.push(("AWS_ENDPOINT_URL".to_owned(), moto.url()));
    let mut unknown_profile = nobody.clone();
    unknown_profile.push(("AWS_PROFILE".to_owned(), "nobody".to_owned()));
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let [at_silent, at_endless] =
        [&silent, &endless].map(|server| at(&format!("http://{}", server.address)));
    let dead = format!("http://127.0.0.1:{}", free_port());
    let authority = Authority::new();
    let config = authority.server(&["127.0.0.1"]).config();
    let unknown = Stub::tls(config, |_| Response::json(200, "{}"));
    let (_role, role_refused) = role_refused();
    let with_role = format!("{KEY}+arn:aws:iam::{ACCOUNT}:role/sealer");
    let answers = [
        (
            "wrong credentials",
            400,
            r#"{"__type":"UnrecognizedClientException","message":"told by the server"}"#,
            "the credentials are refused (UnrecognizedClientException)",
        ),
        (
            "a wrong secret",
            400,
            r#"{"__type":"InvalidSignatureException","message":"told by the server"}"#,
            "the credentials are refused (InvalidSignatureException): the secret access key",
        ),
        (
            "a session that has ended",
            400,
            r#"{"__type":"ExpiredTokenException","message":"told by the server"}"#,
            "(ExpiredTokenException): log in again",
        ),
        (
            "no right to use the key",
            400,
            r#"{"__type":"AccessDeniedException","Message":"told by the server"}"#,
            "the credentials are refused (AccessDeniedException)",
        ),
        (
            "a disabled key",
            400,
            r#"{"__type":"DisabledException","message":"told by the server"}"#,
            "the key is disabled (DisabledException)",
        ),
        (
            "a key that waits for its deletion",
            400,
            r#"{"__type":"KMSInvalidStateException","message":"told by the server"}"#,
            "the key is disabled (KMSInvalidStateException): it waits for its deletion",
        ),
        (
            "a key for signatures",
            400,
            r#"{"__type":"InvalidKeyUsageException","message":"told by the server"}"#,
            "(InvalidKeyUsageException): it takes a symmetric key",
        ),
        (
            "too many requests",
            400,
            r#"{"__type":"ThrottlingException","message":"told by the server"}"#,
            "the service is asked too often (ThrottlingException)",
        ),
        (
            "too many requests, by the status",
            429,
            r#"{"message":"told by the server"}"#,
            "the service is asked too often (HTTP 429)",
        ),
        (
            "a service that fails",
            500,
            r#"{"__type":"KMSInternalException","message":"told by the server"}"#,
            "the service fails (KMSInternalException)",
        ),
        (
            "a proxy that fails",
            503,
            "told by the server",
            "the service fails (HTTP 503)",
        ),
        (
            "a code that AWS does not have",
            400,
            r#"{"__type":"told by the server"}"#,
            "the service refuses the request (HTTP 400)",
        ),
        (
            "an answer of somebody else",
            200,
            "told by the server",
            "cannot be understood",
        ),
        ("an answer without a key", 200, "{}", "cannot be understood"),
    ];
    let servers = answers.map(|(wrong, status, body, says)| {
        let (broken, env) = refusing(status, body);
        (wrong, broken, env, says)
    });
    let row = |wrong, key, env: &Env, says| Row {
        wrong,
        key: ["--kms", key],
        env: env.clone(),
        says,
    };
    let mut rows = vec![
        row(
            "no credentials",
            KEY,
            &nobody,
            "there are no credentials: log in",
        ),
        row(
            "an unknown profile",
            KEY,
            &unknown_profile,
            "there are no credentials: log in",
        ),
        row(
            "no such key",
            &absent,
            &at_moto,
            "there is no such key (NotFoundException)",
        ),
        row(
            failure::ELSEWHERE,
            &elsewhere,
            &at_moto,
            "there is no such key (NotFoundException)",
        ),
        row(
            "no ARN",
            "alias/app",
            &at_moto,
            "it is not the ARN of a key",
        ),
        row("a hang", KEY, &at_silent, "no answer within 3 s"),
        row(failure::ENDLESS, KEY, &at_endless, "no answer within 3 s"),
        row(
            "a hang during the login",
            &with_role,
            &at_silent,
            "no answer within 3 s",
        ),
        row(
            "no server",
            KEY,
            &at(&dead),
            "the service cannot be reached",
        ),
        row(
            "an unknown authority",
            KEY,
            &at(&format!("https://{}", unknown.address())),
            "signed by nobody known here",
        ),
        row(
            "a role that is refused",
            &with_role,
            &role_refused,
            "the credentials are refused (AccessDenied): the credentials at hand may not assume the role",
        ),
        row(
            "a role without credentials",
            &with_role,
            &nobody,
            "there are no credentials",
        ),
    ];
    for (wrong, _, env, says) in &servers {
        rows.push(row(wrong, KEY, env, says));
    }
    failure::complete(&rows, &[]);
    failure::check(&rows, &[SECRET, TOLD]);
    for (wrong, broken, ..) in &servers {
        let attempts = match *wrong {
            "too many requests" | "a service that fails" | "a proxy that fails" => 3,
            _ => 1,
        };
        assert_eq!(broken.requests(), attempts, "{wrong}");
    }
}

/// STS says no.
fn role_refused() -> (Stub, Env) {
    let stub = Stub::plain(|_: &Request| {
        Response {
        status: 403,
        headers: vec![("content-type".to_owned(), "text/xml".to_owned())],
        body: format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{TOLD}</Message></Error></ErrorResponse>"
        )
        .into_bytes(),
    }
    });
    let env = at(&format!("http://{}", stub.address()));
    (stub, env)
}

#[test]
fn statuses_are_those_of_sops() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let env = at(&moto.url());
    let key = moto.key("eu-central-1");
    for program in programs() {
        fs::write(folder.join("a.yaml"), TEXT).unwrap();
        let encrypt = |key: &str| {
            run(
                &program,
                folder,
                &env,
                &["encrypt", "-i", "--kms", key, "a.yaml"],
            )
        };
        assert_eq!(
            encrypt(&key.replace("eu-central-1", "us-east-1")).status,
            Some(1)
        );
        assert_eq!(encrypt("alias/app").status, Some(1));
        assert_eq!(encrypt(&key).status, Some(0));
        let decrypt = run(&program, folder, &apart(), &["decrypt", "a.yaml"]);
        assert_eq!(decrypt.status, Some(128), "{}", decrypt.stderr);
    }
}

#[test]
fn a_file_that_does_not_open_says_so_for_each_key() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let keys = [moto.key("eu-central-1"), moto.key("us-east-1")];
    fs::write(folder.join("a.yaml"), TEXT).unwrap();
    let words = ["encrypt", "-i", "--kms", &keys.join(","), "a.yaml"];
    done(selkie(), folder, &at(&moto.url()), &words);
    let (_broken, env) = refusing(
        400,
        r#"{"__type":"AccessDeniedException","message":"told by the server"}"#,
    );
    let output = run(selkie(), folder, &env, &["decrypt", "a.yaml"]);
    assert_eq!(output.status, Some(128));
    for key in keys {
        let line = format!("kms {key}: the credentials are refused (AccessDeniedException)");
        assert!(output.stderr.contains(&line), "{line}\n{}", output.stderr);
    }
    assert!(!output.stderr.contains(TOLD), "{}", output.stderr);
}

#[test]
fn a_private_authority_is_taken_from_a_file() {
    let folder = scratch();
    let folder = folder.path();
    let moto = Moto::start(folder);
    let key = moto.key("eu-central-1");
    let authority = Authority::new();
    let behind = moto.address.clone();
    let config = authority.server(&["127.0.0.1"]).config();
    let front = Stub::tls(config, move |request| request.send(&behind).unwrap());
    let mut env = at(&format!("https://{}", front.address()));
    let file = authority.file(folder).display().to_string();
    env.push(("SSL_CERT_FILE".to_owned(), file));
    both_ways(folder, &env, &["--kms", &key]);
}
