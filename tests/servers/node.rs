//! A stand-in for scheduler and kubelet: the one container of each Pod is a process of this machine, with the Pod's arguments, its environment and a token
//! of its account that ends with the Pod, and the Pod's status says how it is. With Kubernetes' own controllers a Deployment comes to life.
//!
//! What an image holds is a program that the test names. Nothing is isolated, and there is no volume but that of the token: a Pod that asks for more is not
//! started, and its status says why. It is asked whether it is ready; whether it is alive, only its process tells. Nothing here may know what a program does.

mod container;
mod pod;
mod status;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use super::kube_apiserver::{Client, KubeApiserver};
use pod::{Leave, Pod};

/// The name of the node.
const NAME: &str = "this-machine";
/// Between two looks at all Pods.
const BEAT: Duration = Duration::from_millis(100);

/// What an image starts.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its name, without a tag.
    pub name: &'static str,
    /// The program.
    pub program: PathBuf,
    /// Ports by their names in a Pod, and the flags that say where to listen. All processes share one machine, so each Pod has an address of its own.
    pub ports: &'static [(&'static str, &'static str)],
}

/// How a process ended.
#[derive(Clone, Debug)]
pub struct End {
    /// The name of its Pod.
    pub pod: String,
    /// What it ended with.
    pub status: ExitStatus,
    /// Whether it was told to; otherwise it was started anew.
    pub was_told: bool,
}

/// The node. All its processes end with the value.
#[derive(Debug)]
pub struct Node {
    stop: Arc<AtomicBool>,
    ends: Arc<Mutex<Vec<End>>>,
    logs: PathBuf,
    thread: Option<JoinHandle<()>>,
}

impl Node {
    /// Starts it, as an administrator of the cluster. It keeps its files in `folder`, and has these images.
    ///
    /// # Panics
    /// If its folder cannot be made.
    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its server fails and says why"
    )]
    pub fn start(folder: &Path, cluster: &KubeApiserver, images: Vec<Image>) -> Self {
        let folder = folder.join("node");
        fs::create_dir_all(&folder).expect("a folder can be made");
        let (stop, ends) = (Arc::default(), Arc::default());
        let kubelet = Kubelet {
            place: Place {
                client: cluster.administrator(),
                server: cluster.address.clone(),
                ca: cluster.ca.clone(),
                folder: folder.clone(),
                images,
            },
            pods: BTreeMap::new(),
            ends: Arc::clone(&ends),
        };
        let is_over = Arc::clone(&stop);
        let thread = thread::spawn(move || kubelet.work(&is_over));
        Self {
            stop,
            ends,
            logs: folder,
            thread: Some(thread),
        }
    }

    /// The processes that have ended so far, in this order.
    pub fn ends(&self) -> Vec<End> {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.clone()
    }

    /// What the processes of a Pod have printed.
    pub fn log(&self, pod: &str) -> String {
        let bytes = fs::read(container::log(&self.logs, pod)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the test runner shows what a failing test prints"
)]
impl Drop for Node {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        if matches!(ended, Some(Err(_))) {
            eprintln!("the node has failed before");
        }
        if thread::panicking() {
            for entry in fs::read_dir(&self.logs).into_iter().flatten().flatten() {
                if entry.path().extension().is_some_and(|it| it == "log") {
                    let text = fs::read(entry.path()).unwrap_or_default();
                    let text = String::from_utf8_lossy(&text);
                    eprintln!("── {}\n{text}", entry.path().display());
                }
            }
        }
    }
}

/// What every Pod is started with.
struct Place {
    client: Client,
    /// `https://127.0.0.1:PORT`
    server: String,
    ca: PathBuf,
    folder: PathBuf,
    images: Vec<Image>,
}

struct Kubelet {
    place: Place,
    /// By their uids.
    pods: BTreeMap<String, Pod>,
    ends: Arc<Mutex<Vec<End>>>,
}

impl Kubelet {
    fn work(mut self, is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            self.turn();
            thread::sleep(BEAT);
        }
    }

    fn turn(&mut self) {
        let (status, list) = self.place.client.call("GET", "/api/v1/pods", None);
        let items = list["items"].as_array().filter(|_| status == 200);
        let Some(items) = items else {
            return;
        };
        for item in items {
            self.look(item);
        }
        // Whoever deletes a Pod by force does not wait for its process.
        let is_there = |uid: &String| items.iter().any(|item| item["metadata"]["uid"] == **uid);
        self.pods.retain(|uid, _| is_there(uid));
    }

    fn look(&mut self, object: &Value) {
        let uid = text(&object["metadata"]["uid"]);
        let is_leaving = object["metadata"]["deletionTimestamp"].is_string();
        match self.pods.get_mut(&uid) {
            Some(pod) if is_leaving => {
                if let Leave::Gone(end) = pod.leave(&self.place.client, object) {
                    self.pods.remove(&uid);
                    self.note(end);
                }
            }
            Some(pod) => {
                if let Some(end) = pod.look(&self.place, object) {
                    self.note(Some(end));
                }
            }
            None if is_leaving => pod::forget(&self.place.client, object),
            None if object["spec"]["nodeName"].is_null() => self.bind(object),
            None => {
                self.pods.insert(uid, Pod::new(address()));
            }
        }
    }

    /// What a scheduler does with one node.
    fn bind(&self, object: &Value) {
        let binding = json!({
            "apiVersion": "v1", "kind": "Binding",
            "metadata": { "name": object["metadata"]["name"] },
            "target": { "apiVersion": "v1", "kind": "Node", "name": NAME },
        });
        let path = format!("{}/binding", pod::path(object));
        // If it is gone by now, there is nothing to place.
        self.place.client.call("POST", &path, Some(&binding));
    }

    fn note(&self, end: Option<End>) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.extend(end);
    }
}

/// An address of loopback that no other Pod has: not of this process, nor of another whose tests run now.
fn address() -> String {
    static GIVEN: AtomicU8 = AtomicU8::new(0);
    let process = std::process::id();
    let [high, low] = [(process >> 8) % 253 + 1, process & 0xff];
    let number = GIVEN.fetch_add(1, Ordering::Relaxed) % 254 + 1;
    format!("127.{high}.{low}.{number}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
