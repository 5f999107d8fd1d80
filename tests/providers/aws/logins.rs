//! Who asks: each kind of credentials, by the signatures that AWS would check, and the way through roles.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use selkie_api::Cause;
use selkie_providers::{Address, Asker, Means, Provider as _};
use selkie_tests::scratch;
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::sigv4::{signer, verify};
use serde_json::{Value, json};

use super::{
    KEYS, REGION, connect, connect_as, error, field, in_front, operation, parameter, run, spec,
};

const TOKEN: &str = "hunter-t0ken.with/other+signs=";

fn account(more: &Value) -> Value {
    let mut spec = spec("ParameterStore", more);
    spec["auth"] = json!({"jwt": {"serviceAccountRef": {"name": "app"}}});
    spec
}

const ACCOUNT: super::Given<'static> = &[
    (
        "app@eks.amazonaws.com/role-arn",
        "arn:aws:iam::123456789012:role/app",
    ),
    ("app token", TOKEN),
];

/// The secret that an answer of STS lends.
fn lent(answer: &Response) -> (String, String, String) {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    (
        element("AccessKeyId"),
        element("SecretAccessKey"),
        element("SessionToken"),
    )
}

/// What a request says about its time is what the clock says.
fn check(request: &Request, id: &str, secret: &str, token: Option<&str>, service: &str) {
    let signed = verify(request, secret).unwrap();
    assert_eq!(
        (&*signed.access_key, &*signed.region, &*signed.service),
        (id, REGION, service)
    );
    assert_eq!(request.header("x-amz-security-token"), token);
    for name in ["host", "x-amz-date", "content-type"] {
        assert!(signed.headers.iter().any(|it| it == name), "{name}");
    }
}

#[test]
fn keys_that_are_given_sign_each_request() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    parameter(&moto, "app", "x", &json!({}));
    let recorder = in_front(&moto, |_| None);
    let mut lent = spec("ParameterStore", &json!({}));
    lent["auth"]["secretRef"]["sessionTokenSecretRef"] = json!({"name": "aws", "key": "session"});
    let session: super::Given<'_> = &[KEYS[0], KEYS[1], ("aws/session", "hunter-session")];
    let rows = [
        (spec("ParameterStore", &json!({})), None),
        (lent, Some("hunter-session")),
    ];
    for (spec, token) in rows {
        let store = connect(&spec, session, &recorder.url()).unwrap();
        run(store.read(&Address::value("app"))).unwrap().unwrap();
        let passed = recorder.take();
        assert_eq!(passed.len(), 1);
        check(&passed[0].0, "AKIDTEST", "hunter-5ec7e7", token, "ssm");
    }
    let store = connect(
        &super::spec("SecretsManager", &json!({})),
        KEYS,
        &recorder.url(),
    );
    let read = run(store.unwrap().read(&Address::value("none")));
    assert!(read.unwrap().is_none());
    check(
        &recorder.take()[0].0,
        "AKIDTEST",
        "hunter-5ec7e7",
        None,
        "secretsmanager",
    );
}

#[test]
fn roles_are_assumed_one_after_the_other() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    parameter(&moto, "app", "x", &json!({}));
    let recorder = in_front(&moto, |_| None);
    let arn = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    let more = json!({
        "additionalRoles": [arn("first"), arn("second")],
        "role": arn("last"),
        "externalID": "outside & in",
        "sessionTags": [{"key": "team", "value": "shop"}],
        "sessionTagsPolicy": "Custom",
        "customSessionTags": {"env": "dev"},
        "transitiveTagKeys": ["team"],
    });
    let asker = |means: Means| Means {
        asker: Some(Asker {
            namespace: "apps".to_owned(),
            store: "parameters".to_owned(),
            kind: "SecretStore".to_owned(),
        }),
        ..means
    };
    let store = connect_as(&spec("ParameterStore", &more), KEYS, &recorder.url(), asker);
    let store = store.unwrap();
    run(store.read(&Address::value("app"))).unwrap().unwrap();
    let passed = recorder.take();
    let operations: Vec<_> = passed
        .iter()
        .map(|(request, _)| operation(request))
        .collect();
    assert_eq!(
        operations,
        ["AssumeRole", "AssumeRole", "AssumeRole", "GetParameter"]
    );

    // Each step is signed with what the one before has lent.
    check(&passed[0].0, "AKIDTEST", "hunter-5ec7e7", None, "sts");
    for (step, service) in [(1, "sts"), (2, "sts"), (3, "ssm")] {
        let (id, secret, token) = lent(&passed[step - 1].1);
        check(&passed[step].0, &id, &secret, Some(&token), service);
    }
    for (step, name) in [(0, "first"), (1, "second")] {
        let request = &passed[step].0;
        assert_eq!(field(request, "RoleArn"), Some(arn(name)));
        for other in [
            "ExternalId",
            "Tags.member.1.Key",
            "TransitiveTagKeys.member.1",
        ] {
            assert_eq!(field(request, other), None, "{other}");
        }
    }
    let last = &passed[2].0;
    let rows = [
        ("RoleArn", &*arn("last")),
        ("RoleSessionName", "external-secrets-provider-aws"),
        ("ExternalId", "outside & in"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "shop"),
        ("Tags.member.2.Key", "esoNamespace"),
        ("Tags.member.2.Value", "apps"),
        ("Tags.member.3.Value", "parameters"),
        ("Tags.member.4.Value", "SecretStore"),
        ("Tags.member.5.Key", "env"),
        ("Tags.member.5.Value", "dev"),
        ("TransitiveTagKeys.member.1", "team"),
    ];
    for (name, expected) in rows {
        assert_eq!(field(last, name).as_deref(), Some(expected), "{name}");
    }
    // The session is kept.
    run(store.read(&Address::value("app"))).unwrap();
    assert_eq!(recorder.take().len(), 1);
}

#[test]
fn an_account_is_lent_keys_for_its_token() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    parameter(&moto, "app", "x", &json!({}));
    let recorder = in_front(&moto, |_| None);
    let store = connect(&account(&json!({})), ACCOUNT, &recorder.url()).unwrap();
    run(store.read(&Address::value("app"))).unwrap().unwrap();
    let passed = recorder.take();
    assert_eq!(passed.len(), 2);
    let login = &passed[0].0;
    assert_eq!(operation(login), "AssumeRoleWithWebIdentity");
    assert_eq!(signer(login), None, "the token alone is the proof");
    assert_eq!(field(login, "WebIdentityToken").as_deref(), Some(TOKEN));
    assert_eq!(field(login, "RoleArn").as_deref(), Some(ACCOUNT[0].1));
    assert_eq!(
        field(login, "RoleSessionName").as_deref(),
        Some("external-secrets-provider-aws")
    );
    let (id, secret, token) = lent(&passed[0].1);
    check(&passed[1].0, &id, &secret, Some(&token), "ssm");

    // A role may be assumed with them.
    let more = json!({"role": "arn:aws:iam::123456789012:role/more"});
    let store = connect(&account(&more), ACCOUNT, &recorder.url()).unwrap();
    run(store.validate()).unwrap();
    let passed = recorder.take();
    let (id, secret, token) = lent(&passed[0].1);
    check(&passed[1].0, &id, &secret, Some(&token), "sts");

    let nameless = connect(&account(&json!({})), &ACCOUNT[1..], &recorder.url());
    let refused = nameless.unwrap_err();
    assert_eq!(refused.cause, Cause::CredentialsMissing);
    assert!(refused.detail.contains("role-arn"), "{refused}");
}

#[test]
fn keys_are_got_anew_before_they_end() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    parameter(&moto, "app", "x", &json!({}));
    let recorder = in_front(&moto, |_| None);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let clock = Arc::new(AtomicU64::new(now.unwrap().as_secs()));
    let hand = Arc::clone(&clock);
    let more = json!({"role": "arn:aws:iam::123456789012:role/r"});
    let told = move |means: Means| Means {
        clock: Arc::new(move || hand.load(Ordering::SeqCst)),
        ..means
    };
    let store = connect_as(&account(&more), ACCOUNT, &recorder.url(), told).unwrap();
    run(async {
        // Minutes later, requests, whether a new token is due by then.
        for (minutes, requests, is_over) in
            [(0, 3, false), (50, 1, false), (6, 1, true), (4, 3, true)]
        {
            clock.fetch_add(minutes * 60, Ordering::SeqCst);
            assert_eq!(store.is_over(), is_over, "{minutes}");
            store.read(&Address::value("app")).await.unwrap();
            assert_eq!(recorder.take().len(), requests, "{minutes}");
        }
    });
}

#[test]
fn keys_that_a_service_calls_expired_are_got_anew_once() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    parameter(&moto, "app", "x", &json!({}));
    let left = Arc::new(AtomicU64::new(0));
    let some = Arc::clone(&left);
    let recorder = in_front(&moto, move |request| {
        let fails = operation(request) == "GetParameter"
            && some
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1))
                .is_ok();
        fails.then(|| error(400, "ExpiredTokenException"))
    });
    let more = json!({"role": "arn:aws:iam::123456789012:role/r"});
    let store = connect(&spec("ParameterStore", &more), KEYS, &recorder.url()).unwrap();
    run(async {
        left.store(1, Ordering::SeqCst);
        store.read(&Address::value("app")).await.unwrap().unwrap();
        let calls = super::operations(&recorder);
        assert_eq!(
            calls,
            ["AssumeRole", "GetParameter", "AssumeRole", "GetParameter"]
        );
        left.store(2, Ordering::SeqCst);
        let refused = store.read(&Address::value("app")).await.unwrap_err();
        assert_eq!(refused.cause, Cause::Unauthorized);
        // Keys that were given are no others a moment later.
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url()).unwrap();
        recorder.take();
        left.store(1, Ordering::SeqCst);
        let refused = store.read(&Address::value("app")).await.unwrap_err();
        assert_eq!(refused.cause, Cause::Unauthorized);
        assert_eq!(recorder.take().len(), 1);
    });
}

#[test]
fn a_hundred_readers_make_one_login() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    parameter(&moto, "app", "x", &json!({}));
    let recorder = in_front(&moto, |_| None);
    let more = json!({"role": "arn:aws:iam::123456789012:role/r"});
    let store = connect(&spec("ParameterStore", &more), KEYS, &recorder.url()).unwrap();
    let at = Address::value("app");
    run(futures::future::join_all((0..100).map(|_| store.read(&at))));
    let calls = super::operations(&recorder);
    assert_eq!(calls.iter().filter(|it| *it == "AssumeRole").count(), 1);

    let recorder = in_front(&moto, |request| {
        (operation(request) == "AssumeRole").then(|| error(403, "AccessDenied"))
    });
    let store = connect(&spec("ParameterStore", &more), KEYS, &recorder.url()).unwrap();
    let told = run(futures::future::join_all((0..100).map(|_| store.read(&at))));
    for refused in told {
        assert_eq!(refused.unwrap_err().cause, Cause::Unauthorized);
    }
    assert_eq!(recorder.take().len(), 1);
}
