//! One Pod on the node, from the start of its process to the end of its object.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::container::Container;
use super::status::{State, Status};
use super::{End, Place, text};
use crate::servers::kube_apiserver::Client;

/// Before a process that has ended is started anew.
const PAUSE: Duration = Duration::from_secs(1);

/// What runs, and what was said of it.
pub(super) struct Pod {
    /// Its own, on loopback.
    address: String,
    container: Option<Container>,
    restarts: u32,
    /// When the last process ended.
    ended: Option<Instant>,
    /// When it was told to end.
    told: Option<Instant>,
    said: Option<Status>,
}

/// How far a Pod is that was deleted.
pub(super) enum Leave {
    /// Its process still runs.
    Waiting,
    /// It is gone; how its process ended, if it ran.
    Gone(Option<End>),
}

impl Pod {
    pub(super) const fn new(address: String) -> Self {
        Self {
            address,
            container: None,
            restarts: 0,
            ended: None,
            told: None,
            said: None,
        }
    }

    /// Starts it, or looks how it is, and writes its status if that is another one. Returns how its process ended, if it did.
    pub(super) fn look(&mut self, place: &Place, object: &Value) -> Option<End> {
        let ended = self.container.as_mut().and_then(Container::ended);
        if ended.is_some() {
            self.container = None;
            self.restarts += 1;
            self.ended = Some(Instant::now());
        }
        let state = match &self.container {
            Some(container) if container.is_ready() => State::Ready,
            Some(_) => State::Running,
            None if self.ended.is_some_and(|ended| ended.elapsed() < PAUSE) => {
                State::Waiting("CrashLoopBackOff", "it has ended by itself".to_owned())
            }
            None => self.start(place, object),
        };
        self.say(&place.client, object, state);
        ended.map(|status| end(object, status, false))
    }

    fn start(&mut self, place: &Place, object: &Value) -> State {
        match Container::start(place, object, &self.address) {
            Ok(container) => {
                self.container = Some(container);
                State::Running
            }
            Err(reason) => State::Waiting("CreateContainerError", reason),
        }
    }

    fn say(&mut self, client: &Client, object: &Value, state: State) {
        let status = Status {
            state,
            restarts: self.restarts,
        };
        if self.said.as_ref() != Some(&status) {
            let patch = status.patch(object, &self.address);
            let path = format!("{}/status", path(object));
            let (code, _) = client.call("PATCH", &path, Some(&patch));
            if code == 200 {
                self.said = Some(status);
            }
        }
    }

    /// Tells its process to end, waits as long as the Pod says, and lets the object go.
    pub(super) fn leave(&mut self, client: &Client, object: &Value) -> Leave {
        let Some(container) = &mut self.container else {
            forget(client, object);
            return Leave::Gone(None);
        };
        let told = *self.told.get_or_insert_with(|| {
            container.tell("TERM");
            Instant::now()
        });
        let seconds = object["metadata"]["deletionGracePeriodSeconds"].as_u64();
        let patience = Duration::from_secs(seconds.unwrap_or(30));
        let ended = container.ended().or_else(|| {
            let is_late = told.elapsed() > patience;
            is_late.then(|| container.kill()).flatten()
        });
        let Some(status) = ended else {
            return Leave::Waiting;
        };
        forget(client, object);
        Leave::Gone(Some(end(object, status, true)))
    }
}

fn end(object: &Value, status: ExitStatus, was_told: bool) -> End {
    End {
        pod: text(&object["metadata"]["name"]),
        status,
        was_told,
    }
}

/// Deletes the object of a Pod that runs no more.
pub(super) fn forget(client: &Client, object: &Value) {
    let options = json!({
        "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0,
        "preconditions": { "uid": object["metadata"]["uid"] },
    });
    // If it is gone by now, that is as well.
    client.call("DELETE", &path(object), Some(&options));
}

pub(super) fn path(object: &Value) -> String {
    let metadata = &object["metadata"];
    let [namespace, name] = [&metadata["namespace"], &metadata["name"]].map(text);
    format!("/api/v1/namespaces/{namespace}/pods/{name}")
}
