//! S3, against moto; what moto takes unseen (credentials, signatures) is looked at in the requests.

use selkie_tests::repository::selkie;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::free_port;
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::sigv4::{signer, verify};
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;

use super::{Bench, Env, Row, TEXT, env};

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &str = "eu-central-1";
/// Stands in answers; whoever reads our messages must not see what a server was able to write into them.
const TOLD: &str = "told by the server";

fn at(url: &str) -> Env {
    env(&[
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_REGION", REGION),
    ])
}

/// moto with an empty bucket `shop`, and what passes on the way to it.
fn store(bench: &Bench) -> (Moto, Recorder) {
    let moto = Moto::start(bench.folder.path());
    moto.s3("us-east-1", "PUT", "/shop");
    let recorder = Recorder::start(&*moto.address);
    (moto, recorder)
}

/// The object of each request, with what was sent.
fn objects(recorder: &Recorder) -> Vec<(String, Vec<u8>)> {
    let exchanges = recorder.take().into_iter();
    let puts = exchanges.map(|(request, answer)| {
        assert_eq!((&*request.method, answer.status), ("PUT", 200));
        let target = request.target.split('?').next().unwrap();
        (target.to_owned(), request.body)
    });
    puts.collect()
}

#[test]
fn both_programs_store_the_same_objects() {
    let bench = Bench::new();
    let (moto, recorder) = store(&bench);
    let env = at(&recorder.url());
    bench.rules(
        "  - {path_regex: '^bare/', s3_bucket: shop, s3_prefix: bare/, omit_extensions: true}\n  - {s3_bucket: shop, s3_prefix: pre/}\n",
    );
    let files = ["a.yaml", "all/b.yaml", "all/c/d.json", "bare/e.enc.yaml"];
    for name in files {
        let json = name.ends_with("json");
        bench.seal(name, if json { "{\"a\": \"b\"}\n" } else { TEXT });
    }
    bench.seal("all/with a space+ü(1).yaml", TEXT);
    bench.seal("all/raw.bin", "some bytes");
    let rows: [(&[&str], &[&str]); 4] = [
        (&["-y", "a.yaml"], &["/shop/pre/a.yaml"]),
        (&["-y", "--omit-extensions", "a.yaml"], &["/shop/pre/a"]),
        (&["-y", "bare/e.enc.yaml"], &["/shop/bare/e.enc"]),
        (
            &["-y", "--recursive", "all"],
            &[
                "/shop/pre/b.yaml",
                "/shop/pre/c/d.json",
                "/shop/pre/raw.bin",
                "/shop/pre/with%20a%20space%2B%C3%BC%281%29.yaml",
            ],
        ),
    ];
    for (words, expected) in rows {
        let [ours, theirs] = bench.programs().map(|program| {
            let output = bench.done(program, &env, words);
            assert_eq!((output.text(), &*output.stderr), (String::new(), ""));
            objects(&recorder)
        });
        let names: Vec<_> = ours.iter().map(|(target, _)| &**target).collect();
        assert_eq!(names, expected);
        assert_eq!(ours, theirs, "{words:?}");
        for (target, content) in ours {
            assert_eq!(moto.s3(REGION, "GET", &target), content);
        }
    }
    let verbose = bench.done(selkie(), &env, &["-y", "--verbose", "a.yaml"]);
    let says = "note: a.yaml: published as s3://shop/pre/a.yaml\n";
    assert_eq!(verbose.stderr, says);
}

#[test]
fn requests_are_signed_for_the_bucket() {
    let bench = Bench::new();
    let (_moto, recorder) = store(&bench);
    bench.seal("with a space+ü(1).yaml", TEXT);
    bench.rules("  - {s3_bucket: shop, s3_prefix: 'a//b=c/'}\n");
    let mut env = at(&recorder.url());
    for token in [None, Some("of/a+session==")] {
        let token_variable = token.map(|token| ("AWS_SESSION_TOKEN".to_owned(), token.to_owned()));
        env.extend(token_variable);
        for program in bench.programs() {
            bench.done(program, &env, &["-y", "with a space+ü(1).yaml"]);
            let exchanges = recorder.take();
            let [(request, _)] = &exchanges[..] else {
                panic!("one request: {exchanges:?}");
            };
            let signed = if program == selkie() {
                verify(request, SECRET).unwrap()
            } else {
                signer(request).unwrap()
            };
            assert_eq!((&*signed.region, &*signed.service), (REGION, "s3"));
            assert_eq!(signed.access_key, ACCESS_KEY);
            assert_eq!(request.header("x-amz-security-token"), token);
        }
    }
}

/// The address of S3 alone goes before that of all services.
#[test]
fn the_store_is_where_the_sdks_variables_say() {
    let bench = Bench::new();
    let (_moto, recorder) = store(&bench);
    bench.seal("a.yaml", TEXT);
    bench.rules("  - {s3_bucket: shop}\n");
    let mut env = at("http://127.0.0.1:1");
    env.push(("AWS_ENDPOINT_URL_S3".to_owned(), recorder.url()));
    for program in bench.programs() {
        bench.done(program, &env, &["-y", "a.yaml"]);
        assert_eq!(objects(&recorder).len(), 1);
    }
}

#[test]
fn a_recreation_rule_encrypts_for_others_and_keeps_its_selector() {
    let bench = Bench::new();
    let (_moto, recorder) = store(&bench);
    let env = at(&recorder.url());
    let sealed = bench.seal("a.yaml", TEXT);
    let other = &bench.other.recipient;
    let rules = [
        (
            format!("{{age: {other}, encrypted_regex: '^password$'}}"),
            true,
        ),
        (format!("{{age: {other}}}"), false),
    ];
    for (rule, selects) in rules {
        bench.rules(&format!(
            "  - {{s3_bucket: shop, recreation_rule: {rule}}}\n"
        ));
        for program in bench.programs() {
            let output = bench.done(program, &env, &["-y", "a.yaml"]);
            let shown = output.text();
            let change = format!("+++ {other}\n--- {}\n", bench.own.recipient);
            assert!(shown.contains(&change), "{shown}");
            let [(_, content)] = &objects(&recorder)[..] else {
                panic!("one object");
            };
            assert_ne!(content, &sealed);
            assert!(bench.opened(&bench.own, "b.yaml", content).is_none());
            let values = bench.opened(&bench.other, "b.yaml", content).unwrap();
            assert_eq!(values["password"], "s3cret");
            assert_eq!(values["port"], 5432);
            let text = String::from_utf8_lossy(content);
            assert!(!text.contains("s3cret"));
            // SOPS forgets the selector and encrypts everything.
            let is_plain = text.contains("user: admin\n");
            assert_eq!(is_plain, selects && program == selkie(), "{text}");
        }
    }
    assert_eq!(std::fs::read(bench.path("a.yaml")).unwrap(), sealed);
}

/// Without a selector in the rule the file's own stays.
#[test]
fn what_is_plain_in_the_file_stays_plain_without_a_selector() {
    let bench = Bench::new();
    let (_moto, recorder) = store(&bench);
    bench.write("a.yaml", TEXT);
    let words = ["encrypt", "-i", "--encrypted-regex", "^password$", "--age"];
    let run = selkie_tests::Run::new(selkie()).folder(bench.folder.path());
    run.args(words)
        .args([&bench.own.recipient, "a.yaml"])
        .succeed();
    let other = &bench.other.recipient;
    bench.rules(&format!(
        "  - {{s3_bucket: shop, recreation_rule: {{age: {other}}}}}\n"
    ));
    bench.done(selkie(), &at(&recorder.url()), &["-y", "a.yaml"]);
    let [(_, content)] = &objects(&recorder)[..] else {
        panic!("one object");
    };
    let text = String::from_utf8_lossy(content);
    assert!(
        text.contains("user: admin\n") && !text.contains("s3cret"),
        "{text}"
    );
    assert!(bench.opened(&bench.other, "b.yaml", content).is_some());
}

/// A file in the second place that cannot be read leaves the first where it is.
#[test]
fn nothing_of_a_folder_is_published_if_one_file_cannot_be() {
    let bench = Bench::new();
    let (_moto, recorder) = store(&bench);
    bench.seal("all/a.yaml", TEXT);
    bench.write("all/b.yaml", TEXT);
    bench.rules("  - {s3_bucket: shop}\n");
    let env = at(&recorder.url());
    let output = bench.run(selkie(), &env, &["-y", "--recursive", "all"], "");
    assert_eq!(output.status, Some(1));
    assert!(output.stderr.contains("all/b.yaml"), "{}", output.stderr);
    assert!(recorder.take().is_empty());
}

#[test]
fn each_way_to_fail_names_the_place_and_the_cause_and_ends_in_time() {
    let bench = Bench::new();
    let (moto, _) = store(&bench);
    let code = |code: &str| format!("<Error><Code>{code}</Code><Message>{TOLD}</Message></Error>");
    let answers = [
        (
            "wrong credentials",
            403,
            "InvalidAccessKeyId",
            "refused (InvalidAccessKeyId)",
        ),
        (
            "a wrong secret",
            403,
            "SignatureDoesNotMatch",
            "(SignatureDoesNotMatch): the secret",
        ),
        (
            "no right to write",
            403,
            "AccessDenied",
            "(AccessDenied): check which account",
        ),
        (
            "a session that has ended",
            400,
            "ExpiredToken",
            "(ExpiredToken): log in again",
        ),
        (
            "another region",
            301,
            "PermanentRedirect",
            "the bucket is in another region",
        ),
        (
            "a region that is none",
            400,
            "AuthorizationHeaderMalformed",
            "another region",
        ),
        (
            "too many requests",
            503,
            "SlowDown",
            "asked too often (SlowDown)",
        ),
        (
            "a service that fails",
            500,
            "InternalError",
            "the service fails (InternalError)",
        ),
        (
            "a proxy that fails",
            503,
            TOLD,
            "the service fails (HTTP 503)",
        ),
        (
            "a code of nobody's",
            400,
            TOLD,
            "refuses the request (HTTP 400)",
        ),
    ];
    let servers = answers.map(|(wrong, status, word, says)| {
        let body = code(word);
        let answer = move |_: &Request| Response {
            status,
            headers: Vec::new(),
            body: body.clone().into_bytes(),
        };
        (wrong, Stub::plain(answer), says)
    });
    let silent = Broken::start(Manner::Silent);
    let authority = Authority::new();
    let config = authority.server(&["127.0.0.1"]).config();
    let unknown = Stub::tls(config, |_| Response::json(200, "{}"));
    let mut nobody = at(&moto.url());
    nobody.retain(|(name, _)| !name.contains("KEY"));
    let mut nowhere = at(&moto.url());
    nowhere.retain(|(name, _)| name != "AWS_REGION");
    let row = |wrong, env: Env, says| Row {
        wrong,
        rule: "s3_bucket: shop, s3_prefix: p/".to_owned(),
        env,
        place: "s3://shop/p/a.yaml",
        says,
    };
    let http = |address: &str| at(&format!("http://{address}"));
    let mut rows = vec![
        row("no credentials", nobody, "there are no credentials"),
        row("no region", nowhere, "there is no region: set AWS_REGION"),
        row("silence", http(&silent.address), "no answer within 3 s"),
        row(
            "no server",
            http(&format!("127.0.0.1:{}", free_port())),
            "cannot be reached",
        ),
        row(
            "an unknown authority",
            at(&format!("https://127.0.0.1:{}", unknown.port)),
            "signed by nobody known here",
        ),
        Row {
            wrong: "no bucket",
            rule: "s3_bucket: nothing".to_owned(),
            env: at(&moto.url()),
            place: "s3://nothing/a.yaml",
            says: "there is no such place (NoSuchBucket)",
        },
        Row {
            wrong: "a path that climbs",
            rule: "s3_bucket: shop, s3_prefix: ../".to_owned(),
            env: at(&moto.url()),
            place: "s3://shop/../a.yaml",
            says: "leads elsewhere",
        },
        Row {
            wrong: "an access point",
            rule: "s3_bucket: 'arn:aws:s3:eu-central-1:1:accesspoint/a'".to_owned(),
            env: at(&moto.url()),
            place: "accesspoint",
            says: "not given by its name",
        },
    ];
    for (wrong, server, says) in &servers {
        rows.push(row(wrong, http(&server.address()), says));
    }
    bench.fails(&rows, &[SECRET, TOLD, "s3cret"]);
}
