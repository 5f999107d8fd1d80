//! The program that serves ExternalSecrets in a cluster: the only place that reads the environment, and the one that starts and ends everything
//! else.

mod clock;
mod cluster;
mod context;
mod credentials;
mod events;
mod external_secret;
mod flags;
mod health;
mod key;
mod lease;
mod metrics;
mod preflight;
mod program;
mod queue;
mod record;
mod secret_store;
mod settings;
mod sink;
mod status;
mod view;
mod watch;
mod work;

use std::process::ExitCode;

use clap::Parser as _;
use flags::{Chore, Program};
use rand::RngExt as _;
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::thread::disable_transparent_huge_pages;
use selkie_providers::aws::Endpoints;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// It gives memory back after a burst.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    deny_core_dumps();
    deny_huge_pages();
    let Program { flags, chore } = Program::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(16)
        .build();
    if let Some(Chore::Preflight(asked)) = chore {
        return match runtime {
            Ok(runtime) => runtime.block_on(preflight::run(&asked)),
            Err(error) => preflight::failed(&preflight::Unread::Runtime(error)),
        };
    }
    log(flags.level());
    let without_effect = flags.without_effect();
    if !without_effect.is_empty() {
        tracing::warn!(flags = ?without_effect, "flags without effect in this program");
    }
    let mut settings = flags.settings(&holder(), &home());
    settings.aws = aws();
    settings.own = own();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(program::run(settings)),
        Err(error) => Err(program::Broken::Runtime(error)),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(broken) => {
            tracing::error!(error = %broken, "the controller ends");
            ExitCode::FAILURE
        }
    }
}

/// No memory image of this process is ever written to disk.
fn deny_core_dumps() {
    // Lowering a limit needs no right; where it fails nevertheless, the work is not refused for it.
    let _ = setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
}

/// Small records come and go, and a page of two megabytes stays for one that is left: ten thousand objects would take nearly twice the memory.
fn deny_huge_pages() {
    // An old kernel that does not know the word gives none unless it is asked, or costs memory alone.
    let _ = disable_transparent_huge_pages(true);
}

/// Lines of JSON on standard error, from our own crates alone: other crates may log what they received.
fn log(level: tracing::Level) {
    let ours = ["selkie_controller", "selkie_providers", "selkie_reconcile"];
    let level = LevelFilter::from_level(level);
    let targets = Targets::new().with_targets(ours.map(|target| (target, level)));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .init();
}

/// Where services of AWS are asked that are not at AWS's own addresses: what the peer's variables say, else the vendor's.
fn aws() -> Endpoints {
    let endpoint = |names: [&str; 2]| {
        let names = names.into_iter().chain(["AWS_ENDPOINT_URL"]);
        let mut said = names.filter_map(|name| std::env::var(name).ok());
        said.find(|url| !url.is_empty())
    };
    Endpoints {
        secrets_manager: endpoint([
            "AWS_SECRETSMANAGER_ENDPOINT",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
        ]),
        parameter_store: endpoint(["AWS_SSM_ENDPOINT", "AWS_ENDPOINT_URL_SSM"]),
        sts: endpoint(["AWS_STS_ENDPOINT", "AWS_ENDPOINT_URL_STS"]),
    }
}

/// Who we are among the replicas: the pod, and a number in case it starts anew.
fn holder() -> String {
    let pod = std::env::var("POD_NAME").or_else(|_| std::env::var("HOSTNAME"));
    let pod = pod.unwrap_or_else(|_| "selkie-controller".to_owned());
    let number: u32 = rand::rng().random();
    format!("{pod}_{number:08x}")
}

/// What the environment says about our identity in a cloud: set by the vendor's own webhook, and on some machines by their owner.
fn own() -> settings::Own {
    let names = [
        "AZURE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
        "AZURE_TENANT_ID",
    ];
    let given = names.map(|name| (name.to_owned(), std::env::var(name).unwrap_or_default()));
    let given = given.into_iter().filter(|(_, value)| !value.is_empty());
    given.collect()
}

/// The namespace in which we run.
fn home() -> String {
    const MOUNTED: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
    let named = std::env::var("POD_NAMESPACE").or_else(|_| std::fs::read_to_string(MOUNTED));
    let named = named.map(|name| name.trim().to_owned()).unwrap_or_default();
    if named.is_empty() {
        "default".to_owned()
    } else {
        named
    }
}
