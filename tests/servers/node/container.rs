//! The process of a Pod's container: what it is started with, and how it is.

use std::fs::{self, OpenOptions};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Image, Place, text};
use crate::servers::http::Request;

/// For an answer to a probe.
const LIMIT: Duration = Duration::from_secs(1);

/// A process, gone with the value.
pub(super) struct Container {
    child: Child,
    /// Where it is asked whether it is ready, if it is.
    probe: Option<Probe>,
}

struct Probe {
    address: SocketAddr,
    path: String,
}

impl Container {
    /// Starts the container of a Pod; the error says what this node does not have.
    pub(super) fn start(place: &Place, pod: &Value, address: &str) -> Result<Self, String> {
        let [container] = pod["spec"]["containers"]
            .as_array()
            .map_or(&[][..], |it| it)
        else {
            return Err("a Pod has one container here".to_owned());
        };
        let image = image(&place.images, container)?;
        let name = text(&pod["metadata"]["name"]);
        let mut command = Command::new(&image.program);
        command
            .current_dir(&place.folder)
            .env_clear()
            .args(arguments(container)?)
            .args(listening(image, container, address));
        for (variable, value) in environment(pod, container, address)? {
            command.env(variable, value);
        }
        if has_token(pod)? {
            command.env("KUBECONFIG", kubeconfig(place, pod)?);
        }
        let output = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log(&place.folder, &name))
            .and_then(|file| Ok((file.try_clone()?, file)));
        let (stdout, stderr) = output.map_err(|error| error.to_string())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .map_err(|error| format!("{}: {error}", image.program.display()))?;
        Ok(Self {
            child,
            probe: probe(container, address),
        })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Whether it says so itself; without a probe it is as soon as it runs.
    pub(super) fn is_ready(&self) -> bool {
        self.probe.as_ref().is_none_or(Probe::is_answered)
    }

    /// Sends it a signal, by its name.
    pub(super) fn tell(&self, signal: &str) {
        let id = self.child.id().to_string();
        // If it has ended by now, it needs none.
        let _ = Command::new("kill").args(["-s", signal, &id]).status();
    }

    /// Ends it without asking.
    pub(super) fn kill(&mut self) -> Option<ExitStatus> {
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Probe {
    fn is_answered(&self) -> bool {
        let ask = || -> std::io::Result<u16> {
            let mut stream = TcpStream::connect_timeout(&self.address, LIMIT)?;
            stream.set_read_timeout(Some(LIMIT))?;
            let request = Request {
                method: "GET".to_owned(),
                target: self.path.clone(),
                ..Request::default()
            };
            let answer = request.send_over(&mut stream, &self.address.to_string())?;
            Ok(answer.status)
        };
        ask().is_ok_and(|status| (200..400).contains(&status))
    }
}

/// Where the processes of a Pod print.
pub(super) fn log(folder: &Path, pod: &str) -> PathBuf {
    folder.join(format!("{pod}.log"))
}

/// What a container's image is here; a tag does not matter.
fn image<'a>(images: &'a [Image], container: &Value) -> Result<&'a Image, String> {
    let named = text(&container["image"]);
    let found = images.iter().find(|image| {
        let rest = named.strip_prefix(image.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@']))
    });
    found.ok_or_else(|| format!("there is no image {named}"))
}

fn arguments(container: &Value) -> Result<Vec<String>, String> {
    if container.get("command").is_some() {
        return Err("an image has one program here".to_owned());
    }
    let arguments = container["args"].as_array().into_iter().flatten();
    Ok(arguments.map(text).collect())
}

/// The flags that bind the ports of a container to its Pod's address.
fn listening(image: &Image, container: &Value, address: &str) -> Vec<String> {
    let ports = container["ports"].as_array().into_iter().flatten();
    let flags = ports.filter_map(|port| {
        let mut known = image.ports.iter();
        let (_, flag) = known.find(|(name, _)| port["name"] == *name)?;
        Some(format!("{flag}={address}:{}", port["containerPort"]))
    });
    flags.collect()
}

fn environment(
    pod: &Value,
    container: &Value,
    address: &str,
) -> Result<Vec<(String, String)>, String> {
    let entries = container["env"].as_array().into_iter().flatten();
    let variables = entries.map(|entry| {
        let name = text(&entry["name"]);
        let Some(source) = entry.get("valueFrom") else {
            return Ok((name, text(&entry["value"])));
        };
        let value = match source["fieldRef"]["fieldPath"].as_str() {
            Some("metadata.name") => text(&pod["metadata"]["name"]),
            Some("metadata.namespace") => text(&pod["metadata"]["namespace"]),
            Some("status.podIP") => address.to_owned(),
            _ => return Err(format!("{name} has a source that is none here")),
        };
        Ok((name, value))
    });
    variables.collect()
}

/// Whether it has the volume of its account's token; any other is an error.
fn has_token(pod: &Value) -> Result<bool, String> {
    let volumes = pod["spec"]["volumes"].as_array().map_or(&[][..], |it| it);
    let is_token = |volume: &Value| {
        let sources = volume["projected"]["sources"].as_array();
        let mut sources = sources.into_iter().flatten();
        sources.any(|source| source.get("serviceAccountToken").is_some())
    };
    match volumes.iter().find(|volume| !is_token(volume)) {
        Some(other) => Err(format!("there is no volume {} here", other["name"])),
        None => Ok(!volumes.is_empty()),
    }
}

/// A configuration with a token of the Pod's account, good as long as the Pod is there. In a cluster it would lie where the program looks by itself.
fn kubeconfig(place: &Place, pod: &Value) -> Result<PathBuf, String> {
    let metadata = &pod["metadata"];
    let [namespace, name] = [&metadata["namespace"], &metadata["name"]].map(text);
    let account = text(&pod["spec"]["serviceAccountName"]);
    let asked = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": {
            "expirationSeconds": 3600,
            "boundObjectRef": { "apiVersion": "v1", "kind": "Pod", "name": name, "uid": metadata["uid"] },
        },
    });
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
    let (status, answer) = place.client.call("POST", &path, Some(&asked));
    if status != 201 {
        return Err(format!("no token for {account}: {}", answer["message"]));
    }
    let token = place.folder.join(format!("{name}.token"));
    let config = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{ "name": "here", "cluster": { "server": place.server, "certificate-authority": place.ca } }],
        "users": [{ "name": "account", "user": { "tokenFile": token } }],
        "contexts": [{ "name": "here", "context": { "cluster": "here", "user": "account" } }],
        "current-context": "here",
    });
    let file = place.folder.join(format!("{name}.kubeconfig"));
    let written = fs::write(&token, text(&answer["status"]["token"]))
        .and_then(|()| fs::write(&file, config.to_string()));
    written.map_err(|error| error.to_string())?;
    Ok(file)
}

fn probe(container: &Value, address: &str) -> Option<Probe> {
    let asked = &container["readinessProbe"]["httpGet"];
    let path = asked["path"].as_str()?.to_owned();
    let port = match &asked["port"] {
        Value::String(name) => {
            let mut ports = container["ports"].as_array()?.iter();
            &ports.find(|port| port["name"] == **name)?["containerPort"]
        }
        number => number,
    };
    let address = format!("{address}:{port}").parse().ok()?;
    Some(Probe { address, path })
}
