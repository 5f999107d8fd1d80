//! The stages of a run, each with what it took.

use std::time::{Duration, Instant};

use kube::Client;
use serde_json::{Map, Value, json};

use crate::api::{external_secrets, many, send};
use crate::count::{self, Counts};
use crate::follow::Follow;
use crate::process::Process;
use crate::scene::Scene;

/// Nothing takes longer; who is not ready by then is counted.
const DEADLINE: Duration = Duration::from_mins(25);
/// How long a controller that has nothing to do is watched.
const IDLE: Duration = Duration::from_secs(30);
/// Between new objects.
const GAP: Duration = Duration::from_millis(200);
/// Between looks at the process.
const LOOK: Duration = Duration::from_millis(100);

/// All stages, by name.
pub(crate) async fn run(scene: &Scene) -> Value {
    let client = scene.client().await;
    let follow = Follow::default();
    let watch = tokio::spawn(follow.clone().run(scene.client().await));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut stages = Map::new();

    let mut process = start(scene);
    let mut stage = Stage::begin(scene, &client, &process).await;
    let result = first(scene, &follow, &mut process, &stage).await;
    stage.end("first", result, &mut process, &mut stages).await;
    process.end();

    let mut process = start(scene);
    let mut stage = Stage::begin(scene, &client, &process).await;
    let before = follow.look(|seen| seen.changes);
    wait(&mut process, IDLE, || false).await;
    let changes = follow.look(|seen| seen.changes) - before;
    stage
        .end(
            "restart",
            json!({ "changes": changes }),
            &mut process,
            &mut stages,
        )
        .await;
    process.end();

    shorten(scene, &client).await;
    let mut process = start(scene);
    let mut stage = Stage::begin(scene, &client, &process).await;
    let result = fresh(scene, &client, &follow, &mut process).await;
    stage.end("fresh", result, &mut process, &mut stages).await;

    // Whatever was due at once has its beat by the end of the second interval.
    let interval = Duration::from_secs(scene.flags.interval);
    let settled = (stage.start + interval * 2).saturating_duration_since(Instant::now());
    wait(&mut process, settled, || false).await;
    let mut stage = Stage::begin(scene, &client, &process).await;
    let before = follow.look(|seen| seen.changes);
    wait(&mut process, interval, || false).await;
    let refreshes = follow.look(|seen| seen.changes) - before;
    stage
        .end(
            "steady",
            json!({ "refreshes": refreshes }),
            &mut process,
            &mut stages,
        )
        .await;
    process.end();
    watch.abort();
    Value::Object(stages)
}

fn start(scene: &Scene) -> Process {
    let mut variables = scene.store.variables();
    variables.insert("KUBECONFIG", scene.kubeconfig.display().to_string());
    Process::start(&scene.flags.controller, &variables, &scene.log)
}

/// Counts at the beginning of a stage.
struct Stage<'a> {
    scene: &'a Scene,
    client: &'a Client,
    api: Counts,
    processor: f64,
    start: Instant,
}

impl<'a> Stage<'a> {
    async fn begin(scene: &'a Scene, client: &'a Client, process: &Process) -> Self {
        scene.store.calls();
        Self {
            scene,
            client,
            api: count::api(client).await,
            processor: process.seconds(),
            start: Instant::now(),
        }
    }

    async fn end(
        &mut self,
        name: &str,
        result: Value,
        process: &mut Process,
        stages: &mut Map<String, Value>,
    ) {
        let seconds = self.start.elapsed().as_secs_f64();
        // Events come behind.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let calls = self.scene.store.calls();
        let api = count::since(&self.api, &count::api(self.client).await);
        let resident = process.sample();
        let figures = json!({
            "result": result,
            "seconds": round(seconds),
            "store_calls": calls.values().sum::<u64>(),
            "store": calls,
            "api_requests": api.values().sum::<u64>(),
            "api": api,
            "resident_mib": round(mebibytes(resident)),
            "peak_mib": round(mebibytes(process.peak())),
            "processor_s": round(process.seconds() - self.processor),
        });
        eprintln!("{name} {figures}");
        stages.insert(name.to_owned(), figures);
    }
}

async fn wait(process: &mut Process, at_most: Duration, mut is_done: impl FnMut() -> bool) {
    let start = Instant::now();
    while start.elapsed() < at_most && process.is_alive() && !is_done() {
        process.sample();
        tokio::time::sleep(LOOK).await;
    }
    assert!(process.is_alive(), "the controller has ended");
}

async fn first(scene: &Scene, follow: &Follow, process: &mut Process, stage: &Stage<'_>) -> Value {
    let objects = scene.flags.objects;
    wait(process, DEADLINE, || {
        follow.look(|seen| seen.ready.len() >= objects)
    })
    .await;
    let times = follow.look(|seen| {
        let times = seen
            .ready
            .values()
            .map(|at| at.saturating_duration_since(stage.start));
        times.collect::<Vec<_>>()
    });
    json!({ "ready": times.len(), "p50_s": share(&times, 0.5), "last_s": share(&times, 1.0) })
}

/// Gives all objects a short interval, which is a change of each.
async fn shorten(scene: &Scene, client: &Client) {
    let patch = json!({ "spec": { "refreshInterval": format!("{}s", scene.flags.interval) } });
    many(scene.flags.objects, 24, |number| {
        let path = format!("{}/es-{number}", external_secrets(&scene.namespace(number)));
        let patch = &patch;
        async move { send(client, "PATCH", &path, patch).await }
    })
    .await;
}

async fn fresh(scene: &Scene, client: &Client, follow: &Follow, process: &mut Process) -> Value {
    let mut born = Vec::new();
    let interval = format!("{}s", scene.flags.interval);
    for number in 0..scene.flags.fresh {
        let name = format!("new-{number}");
        let body = scene.external_secret(number, &name, &interval);
        born.push((format!("bench-0/{name}"), Instant::now()));
        send(client, "POST", &external_secrets("bench-0"), &body).await;
        wait(process, GAP, || false).await;
    }
    let all = |seen: &crate::follow::Seen| born.iter().all(|(key, _)| seen.ready.contains_key(key));
    wait(process, DEADLINE, || follow.look(all)).await;
    let times = follow.look(|seen| {
        let ready = |(key, at): &(String, Instant)| {
            Some(seen.ready.get(key)?.saturating_duration_since(*at))
        };
        born.iter().filter_map(ready).collect::<Vec<_>>()
    });
    json!({
        "new": born.len(), "ready": times.len(),
        "p50_s": share(&times, 0.5), "p99_s": share(&times, 0.99), "last_s": share(&times, 1.0),
    })
}

/// Seconds within which that share of them was done.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place in a short list"
)]
fn share(times: &[Duration], share: f64) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = (times.len() as f64 * share).ceil() as usize;
    let time = times.get(place.saturating_sub(1))?;
    Some((time.as_secs_f64() * 1e3).round() / 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a table")]
fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

fn round(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}
