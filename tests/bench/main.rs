//! The yardstick of controllers: any program that serves `ExternalSecret` objects, at a real API server, with so many objects on so many keys of a store.
//! `cargo xtask bench controller` runs it and writes the table; it prints one line of JSON.
//!
//! Stages, in order: **first** (all objects are there, the controller starts: until each is Ready), **restart** (nothing is due), **fresh** (all are due at
//! once, and new ones come one by one: until each of those is Ready), **steady** (the same process goes on: what one interval costs).
//! Requests are counted at the API server and at the store (Vault's audit device, a recorder before moto), time, processor and memory at the process.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on ends and says where"
)]

mod api;
mod count;
mod flags;
mod follow;
mod process;
mod scene;
mod stages;
mod store;

use selkie_tests::scratch;
use serde_json::json;

fn main() {
    let flags = match flags::Flags::read(std::env::args().skip(1)) {
        Ok(flags) => flags,
        Err(wrong) => {
            eprintln!("{wrong}\n\n{}", flags::USAGE);
            std::process::exit(2);
        }
    };
    let folder = scratch();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let scene = scene::Scene::start(folder.path(), &flags);
    let (calibration, stages) = runtime.block_on(async {
        scene.prepare().await;
        let calibration = scene.calibrate().await;
        (calibration, stages::run(&scene).await)
    });
    let line = json!({
        "objects": flags.objects,
        "keys": flags.keys,
        "namespaces": flags.namespaces,
        "interval": flags.interval,
        "calibration_ms": calibration,
        "stages": stages,
    });
    println!("{line}");
}
