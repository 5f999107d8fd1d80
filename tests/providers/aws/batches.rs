//! Values that are read together: counted, with names that are missing or forbidden among them, and where a policy denies it.

use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;
use selkie_api::Cause;
use selkie_providers::aws::Aws;
use selkie_providers::limit::{Lane, Layer, Limits, Origin, Retry};
use selkie_providers::{Address, Failure};
use selkie_tests::scratch;
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::Moto;
use serde_json::{Value, json};

use super::{
    KEYS, connect, error, in_front, operation, operations, parameter, run, secret, spec, text,
};

/// A store below the layer that all calls go through.
fn lane(store: Aws) -> (Layer, Lane) {
    let layer = Layer::new(Limits::new(Arc::new(|| 0.5)));
    let origin = Origin {
        store: "uid".to_owned(),
        generation: 1,
        identity: String::new(),
    };
    let lane = layer.lane(origin, Box::new(store), Retry::default());
    (layer, lane)
}

/// Reads keys at the same time.
async fn read(layer: &Layer, lane: &Lane, keys: &[&str]) -> Vec<Result<Option<String>, Failure>> {
    let ticket = layer.ticket("uid", Instant::now().into());
    let reads = keys.iter().map(async |key| {
        let read = layer.read(&ticket, lane, &Address::value(*key)).await?;
        Ok(read.map(|remote| text(&remote).to_owned()))
    });
    join_all(reads).await
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap_or_default()
}

#[test]
fn ten_parameters_are_one_call() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let names: Vec<_> = (0..25).map(|number| format!("/team/p{number}")).collect();
    for name in &names {
        parameter(&moto, name, name, &json!({}));
    }
    let recorder = in_front(&moto, |_| None);
    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url());
        let (layer, lane) = lane(store.unwrap());
        let keys: Vec<_> = names.iter().map(|name| &**name).collect();
        let told = read(&layer, &lane, &keys).await;
        for (key, value) in keys.iter().zip(told) {
            assert_eq!(value.unwrap().as_deref(), Some(*key));
        }
        assert_eq!(operations(&recorder), ["GetParameters"; 3]);
        // A lone key is one call of the kind that most roles may make.
        read(&layer, &lane, &["/team/p0"]).await;
        assert_eq!(operations(&recorder), ["GetParameter"]);

        let told = read(
            &layer,
            &lane,
            &["/team/p1", "/team/none", "not a name", "/team/p2"],
        )
        .await;
        let told: Vec<_> = told.into_iter().map(|it| it.unwrap()).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(told, [some("/team/p1"), None, None, some("/team/p2")]);
        let mut calls = operations(&recorder);
        calls.sort();
        assert_eq!(calls, ["GetParameter", "GetParameters"]);
    });
}

#[test]
fn twenty_secrets_are_one_call() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let names: Vec<_> = (0..41).map(|number| format!("team/s{number}")).collect();
    for name in &names {
        secret(&moto, name, name, &json!({}));
    }
    secret(&moto, "doomed", "x", &json!({}));
    moto.secrets(
        super::REGION,
        "DeleteSecret",
        &json!({"SecretId": "doomed"}),
    );
    // One that this role may not read: the service says so beside the others.
    let behind = moto.address.clone();
    let recorder = in_front(&moto, move |request| {
        let mut request = request.clone();
        let mut said = body(&request);
        let ids = said.get_mut("SecretIdList")?.as_array_mut()?;
        let before = ids.len();
        ids.retain(|id| id != "team/s7");
        if ids.len() == before {
            return None;
        }
        request.body = said.to_string().into_bytes();
        let mut answer = request.send(&behind).ok()?;
        let mut told: Value = serde_json::from_slice(&answer.body).unwrap();
        told["Errors"].as_array_mut().unwrap().push(json!({
            "SecretId": "team/s7", "ErrorCode": "AccessDeniedException", "Message": "hunter-message",
        }));
        answer.body = told.to_string().into_bytes();
        Some(answer)
    });
    run(async {
        let store = connect(&spec("SecretsManager", &json!({})), KEYS, &recorder.url());
        let (layer, lane) = lane(store.unwrap());
        let mut keys: Vec<_> = names.iter().map(|name| &**name).collect();
        let told = read(&layer, &lane, &keys).await;
        for (key, value) in keys.iter().zip(told) {
            if *key == "team/s7" {
                let failure = value.unwrap_err();
                assert_eq!(failure.cause, Cause::Forbidden);
                assert!(!failure.detail.contains("hunter"), "{failure}");
            } else {
                assert_eq!(value.unwrap().as_deref(), Some(*key));
            }
        }
        // 41 are two calls for twenty, and one for the last.
        let mut calls = operations(&recorder);
        calls.sort();
        assert_eq!(
            calls,
            [
                "BatchGetSecretValue",
                "BatchGetSecretValue",
                "GetSecretValue"
            ]
        );
        keys.truncate(2);
        let told = read(&layer, &lane, &[keys[0], "none", "doomed", keys[1]]).await;
        let told: Vec<_> = told.into_iter().map(|it| it.unwrap()).collect();
        assert_eq!(
            told,
            [
                Some(keys[0].to_owned()),
                None,
                None,
                Some(keys[1].to_owned())
            ]
        );
        let mut calls = operations(&recorder);
        calls.sort();
        // That a secret is about to be deleted is told to a request of its own.
        assert_eq!(calls, ["BatchGetSecretValue", "GetSecretValue"]);
    });
}

#[test]
fn where_it_is_denied_each_is_read_alone_from_then_on() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for name in ["a", "b", "c"] {
        parameter(&moto, name, name, &json!({}));
        secret(&moto, name, name, &json!({}));
    }
    let rows = [
        ("ParameterStore", "GetParameters", "GetParameter"),
        ("SecretsManager", "BatchGetSecretValue", "GetSecretValue"),
    ];
    for (service, together, alone) in rows {
        let denied = together.to_owned();
        let recorder = in_front(&moto, move |request| {
            (operation(request) == denied).then(|| error(400, "AccessDeniedException"))
        });
        run(async {
            let store = connect(&spec(service, &json!({})), KEYS, &recorder.url());
            let (layer, lane) = lane(store.unwrap());
            for expected in [
                vec![together, alone, alone, alone],
                vec![alone, alone, alone],
            ] {
                let told = read(&layer, &lane, &["a", "b", "c"]).await;
                let told: Vec<_> = told.into_iter().map(|it| it.unwrap().unwrap()).collect();
                assert_eq!(told, ["a", "b", "c"]);
                assert_eq!(operations(&recorder), expected);
            }
        });
    }
}

#[test]
fn one_forbidden_name_harms_no_other() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for name in ["a", "b", "c"] {
        parameter(&moto, name, name, &json!({}));
    }
    // Parameter Store denies the whole call for the sake of one name.
    let recorder = in_front(&moto, |request| {
        let said = String::from_utf8_lossy(&request.body).into_owned();
        said.contains("\"b\"")
            .then(|| error(400, "AccessDeniedException"))
    });
    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url());
        let (layer, lane) = lane(store.unwrap());
        let told = read(&layer, &lane, &["a", "b", "c"]).await;
        assert_eq!(told[0].as_ref().unwrap().as_deref(), Some("a"));
        assert_eq!(told[1].as_ref().unwrap_err().cause, Cause::Forbidden);
        assert_eq!(told[2].as_ref().unwrap().as_deref(), Some("c"));
    });
}

#[test]
fn a_call_that_makes_no_sense_is_made_one_by_one_this_once() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for name in ["a", "b", "odd"] {
        parameter(&moto, name, name, &json!({}));
    }
    let recorder = in_front(&moto, |request| {
        let said = String::from_utf8_lossy(&request.body).into_owned();
        said.contains("\"odd\"")
            .then(|| error(400, "ValidationException"))
    });
    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url());
        let (layer, lane) = lane(store.unwrap());
        let told = read(&layer, &lane, &["a", "odd", "b"]).await;
        assert_eq!(told[0].as_ref().unwrap().as_deref(), Some("a"));
        assert_eq!(told[1].as_ref().unwrap_err().cause, Cause::InvalidSpec);
        assert_eq!(told[2].as_ref().unwrap().as_deref(), Some("b"));
        operations(&recorder);
        read(&layer, &lane, &["a", "b"]).await;
        assert_eq!(operations(&recorder), ["GetParameters"]);
    });
}

#[test]
fn a_throttled_call_is_made_again_together() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for name in ["a", "b"] {
        parameter(&moto, name, name, &json!({}));
    }
    let first = std::sync::atomic::AtomicBool::new(true);
    let recorder = in_front(&moto, move |_| {
        let is_first = first.swap(false, std::sync::atomic::Ordering::SeqCst);
        is_first.then(|| -> Response { error(400, "ThrottlingException") })
    });
    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url());
        let (layer, lane) = lane(store.unwrap());
        let told = read(&layer, &lane, &["a", "b"]).await;
        assert!(told.iter().all(Result::is_ok));
        assert_eq!(operations(&recorder), ["GetParameters"; 2]);
    });
}
