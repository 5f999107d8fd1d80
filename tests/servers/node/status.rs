//! What is said of a Pod, as its status has it.

use jiff::Timestamp;
use serde_json::{Value, json};

/// How the container of a Pod is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// There is no process, for a reason, by its word and in words.
    Waiting(&'static str, String),
    /// It has not said yet that it is ready, or says no more that it is.
    Running,
    /// It works.
    Ready,
}

/// Everything that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) state: State,
    /// How often its process was started anew.
    pub(super) restarts: u32,
}

impl Status {
    /// A merge patch for a Pod that has this address.
    pub(super) fn patch(&self, pod: &Value, address: &str) -> Value {
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let is_ready = self.state == State::Ready;
        let (phase, state) = match &self.state {
            State::Waiting(reason, message) => {
                let waiting = json!({ "reason": reason, "message": message });
                ("Pending", json!({ "waiting": waiting }))
            }
            State::Running | State::Ready => {
                ("Running", json!({ "running": { "startedAt": now } }))
            }
        };
        let condition = |kind: &str, holds: bool| {
            let status = if holds { "True" } else { "False" };
            json!({ "type": kind, "status": status, "lastTransitionTime": now })
        };
        let container = &pod["spec"]["containers"][0];
        json!({ "status": {
            "phase": phase,
            "podIP": address,
            "podIPs": [{ "ip": address }],
            "conditions": [
                condition("PodScheduled", true),
                condition("Initialized", true),
                condition("ContainersReady", is_ready),
                condition("Ready", is_ready),
            ],
            "containerStatuses": [{
                "name": container["name"],
                "image": container["image"],
                "imageID": "",
                "ready": is_ready,
                "restartCount": self.restarts,
                "state": state,
            }],
        }})
    }
}
