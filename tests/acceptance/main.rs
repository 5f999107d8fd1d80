//! The acceptance lists of the controller: every case for every provider, through objects at a real API server, with the rights that are shipped.
//!
//! [`list`] says what is run and what is left out, [`cases`] what is demanded, [`setups`] how a provider is reached. A provider is added with a file
//! of `setups`, its rows in the table there, and its name in the list. Never here: what the controller decides; its rows stand in `reconcile`.
#![cfg(test)]

mod case;
mod cases;
mod job;
mod list;
mod outcome;
mod place;
mod setups;

use std::thread;
use std::time::{Duration, Instant};

use selkie_tests::scratch;
use selkie_tests::servers::controller::Controller;

use job::Job;
use place::Servers;

/// For all cases together, once they are written. Generous, because the machine may have other work.
const PATIENCE: Duration = Duration::from_mins(3);
/// Who writes at the same time.
const WRITERS: usize = 4;

/// One test, because all cases share the servers and run side by side.
#[test]
fn every_case_holds_for_every_provider() {
    let folder = scratch();
    let servers = Servers::start(folder.path());
    let flags = ["--store-requeue-interval=10s"];
    let variables = servers.aws.variables();
    let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
    let controller = Controller::start_in(folder.path(), &servers.cluster, &flags, &variables);
    let mut jobs = job::all(&servers);
    let share = jobs.len().div_ceil(WRITERS);
    thread::scope(|scope| {
        for some in jobs.chunks(share) {
            scope.spawn(|| some.iter().for_each(Job::begin));
        }
    });
    let start = Instant::now();
    while jobs.iter().any(|job| !job.is_over()) && start.elapsed() < PATIENCE {
        jobs.iter_mut().for_each(Job::look);
        thread::sleep(Duration::from_millis(100));
    }
    outcome::report(&jobs);
    let log = controller.end();
    for value in cases::UNMISTAKABLE {
        assert!(!log.contains(value), "a value is in the log");
    }
}
