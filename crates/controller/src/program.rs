//! The program's life: connect, wait for the Lease if there are several of us, follow the cluster, work, and end in good order.
//!
//! Never here: what is done with an object.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::future::join_all;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::cluster::Cluster;
use crate::context::{Context, Stage};
use crate::events::{self, Events};
use crate::health::{self, Page};
use crate::key::Kind;
use crate::lease;
use crate::settings::Settings;
use crate::watch::{GROUP, Row, Source, TABLE, What, follow};
use crate::work;

/// Why the program cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// No threads.
    #[error("the runtime does not start")]
    Runtime(#[source] std::io::Error),
    /// No way to the cluster.
    #[error("there is no way to the cluster: {0}")]
    Client(#[source] Box<kube::Error>),
    /// No signals.
    #[error("signals cannot be received")]
    Signals(#[source] std::io::Error),
    /// An address cannot be listened at.
    #[error("cannot listen at {0}")]
    Address(SocketAddr, #[source] std::io::Error),
    /// Another replica works now.
    #[error(transparent)]
    Lost(#[from] lease::Lost),
}

/// Runs until a signal ends it.
pub(crate) async fn run(settings: Settings) -> Result<(), Broken> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Broken::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Broken::Signals)?;
    let client = kube::Client::try_default().await;
    let client = client.map_err(|error| Broken::Client(Box::new(error)))?;
    let instance = settings.instance.clone();
    let lease = settings.lease.clone();
    let (events, told) = Events::new();
    let context = Arc::new(Context::new(settings, Cluster::new(client), events));
    let mut servers = serve(&context);
    let ended = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tokio::pin!(ended);

    let leader = Arc::clone(&context);
    let mut held = match &lease {
        None => None,
        Some(name) => {
            context.enter(Stage::StandingBy);
            tokio::select! {
                held = lease::acquire(&leader.cluster, name) => Some(held),
                () = &mut ended => return Ok(()),
                broken = broken(&mut servers) => return Err(broken),
            }
        }
    };

    context.enter(Stage::Starting);
    say_what_is_served(&context.cluster).await;
    let mut background = JoinSet::new();
    let teller = Arc::clone(&context);
    background.spawn(async move { events::send(&teller.cluster, &instance, told).await });
    let (stop, stopped) = watch::channel(false);
    let first = follow_all(&context, &mut background);
    let worker = Arc::clone(&context);
    let mut over = stopped.clone();
    let work = tokio::spawn(async move {
        let is_listed = tokio::select! {
            is_listed = first => is_listed,
            // Where a right is missing the lists never come.
            _ = over.wait_for(|is_over| *is_over) => false,
        };
        if is_listed {
            tracing::info!("everything is listed, work begins");
            worker.enter(Stage::Working);
            work::run(worker, stopped).await;
        }
    });
    let outcome = tokio::select! {
        () = &mut ended => Ok(()),
        lost = keep(&mut held) => Err(Broken::Lost(lost)),
        broken = broken(&mut servers) => Err(broken),
    };
    if outcome.is_ok() {
        tracing::info!("told to end");
        let _ = stop.send(true);
        if let Err(error) = work.await {
            tracing::error!(panicked = error.is_panic(), "the work broke off");
        }
        futures::join!(context.providers.close(), context.events.drained());
        if let Some(held) = held {
            held.release().await;
        }
    }
    background.abort_all();
    outcome
}

/// Says once which kinds the cluster has, and in which versions: the first question when nothing happens. Definitions of the peer serve v1 alone.
async fn say_what_is_served(cluster: &Cluster) {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Served {
        resources: Vec<Named>,
        versions: Vec<Version>,
    }
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    #[derive(serde::Deserialize)]
    struct Version {
        version: String,
    }
    let (group, _) = GROUP.rsplit_once('/').unwrap_or_default();
    let mut served = [Served::default(), Served::default()];
    for (path, into) in [GROUP, group].into_iter().zip(&mut served) {
        match cluster.get(&format!("/{path}")).await {
            Ok(text) => *into = serde_json::from_slice(text.expose()).unwrap_or_default(),
            Err(refusal) => {
                tracing::warn!(path, %refusal, "the cluster does not serve our kinds");
                return;
            }
        }
    }
    let [kinds, versions] = served;
    let kinds = kinds.resources.into_iter().map(|it| it.name);
    let kinds: Vec<_> = kinds.collect();
    let versions = versions.versions.into_iter().map(|it| it.version);
    let versions: Vec<_> = versions.collect();
    tracing::info!(
        group = GROUP,
        ?versions,
        ?kinds,
        "kinds that the cluster serves"
    );
}

/// Waits for as long as the Lease is ours, or for ever without one.
async fn keep(held: &mut Option<lease::Held<'_>>) -> lease::Lost {
    match held {
        Some(held) => held.keep().await,
        None => std::future::pending().await,
    }
}

/// Starts a loop for each row that the settings ask for. The future says whether all first lists came.
fn follow_all(
    context: &Arc<Context>,
    background: &mut JoinSet<()>,
) -> impl Future<Output = bool> + Send + 'static {
    let mut lists = Vec::new();
    for row in TABLE.iter().filter(|row| is_wanted(row, &context.settings)) {
        for namespace in namespaces(row, &context.settings) {
            let (first, list) = oneshot::channel();
            lists.push(list);
            let context = Arc::clone(context);
            background.spawn(async move {
                follow(&context.cluster, row, &namespace, &*context, first).await;
            });
        }
    }
    async move { join_all(lists).await.iter().all(Result::is_ok) }
}

fn is_wanted(row: &Row, settings: &Settings) -> bool {
    match row.what {
        What::Object(Kind::ExternalSecret) | What::Target => true,
        What::Object(kind) => settings.serves(kind),
        What::Source(Source::Secret | Source::ConfigMap | Source::ServiceAccount) => {
            settings.secret_stores || settings.cluster_stores
        }
        // Only conditions of stores of the cluster look at labels.
        What::Namespace => settings.cluster_stores,
    }
}

fn namespaces(row: &Row, settings: &Settings) -> Vec<String> {
    if row.of_cluster || settings.namespaces.is_empty() {
        vec![String::new()]
    } else {
        settings.namespaces.clone()
    }
}

/// Connections for those who ask how the program is; some of them may be slow.
const PROBES: usize = 16;
/// Connections for those who read metrics: each may hold a page of all objects.
const SCRAPES: usize = 4;

/// Starts the small servers; the set ends with the first that cannot listen.
fn serve(context: &Arc<Context>) -> JoinSet<Broken> {
    let mut servers = JoinSet::new();
    if let Some(address) = context.settings.health {
        let context = Arc::clone(context);
        servers.spawn(async move {
            listen(address, PROBES, move |path| asked_how(&context, path)).await
        });
    }
    if let Some(address) = context.settings.metrics {
        let context = Arc::clone(context);
        let page = move |path: &str| {
            (path == "/metrics").then(|| Page {
                code: 200,
                text: context.metrics(),
            })
        };
        servers.spawn(listen(address, SCRAPES, page));
    }
    servers
}

async fn listen<F>(address: SocketAddr, connections: usize, page: F) -> Broken
where
    F: Fn(&str) -> Option<Page> + Send + Sync + 'static,
{
    match health::serve(address, connections, page).await {
        Err(error) => Broken::Address(address, error),
        Ok(()) => std::future::pending().await,
    }
}

/// Waits for a server that cannot listen, for ever if all can.
async fn broken(servers: &mut JoinSet<Broken>) -> Broken {
    match servers.join_next().await {
        Some(Ok(broken)) => broken,
        _ => std::future::pending().await,
    }
}

fn asked_how(context: &Context, path: &str) -> Option<Page> {
    let (is_good, why) = match path {
        "/healthz" => (!context.is_stuck(), "the queue does not drain\n"),
        "/readyz" => (
            context.stage() != Stage::Starting,
            "not everything is listed yet\n",
        ),
        _ => return None,
    };
    Some(if is_good {
        health::text(200, "ok\n")
    } else {
        health::text(503, why)
    })
}
