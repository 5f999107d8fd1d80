//! An `ExternalSecret` and its Secret as the peer leaves them, put into a cluster.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use selkie_tests::repository::top;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Map, Value, json};

use crate::objects::{CREATED_BY, MANAGER, digest, namespace, secret};

/// The account that reads the sources, and where it lives.
const READER: &str = "reader";
const HOME: &str = "default";

/// One row of `tests/vectors/takeover`.
pub(crate) struct Vector {
    pub(crate) title: String,
    pub(crate) object: Value,
    pub(crate) secret: Value,
    /// What the store holds, each value in base64.
    fetched: Map<String, Value>,
}

/// All rows of a file.
pub(crate) fn vectors(file: &str) -> Vec<Vector> {
    let text = std::fs::read_to_string(top().join("tests/vectors/takeover").join(file)).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let read = |mut row: Value| Vector {
        title: row["title"].as_str().unwrap().to_owned(),
        object: row["externalSecret"].take(),
        secret: row["secret"].take(),
        fetched: row["fetched"].as_object().unwrap().clone(),
    };
    rows.into_iter().map(read).collect()
}

/// The first row with its values gathered by `dataFrom`.
pub(crate) fn with_all_pairs(vectors: &[Vector]) -> Vector {
    let first = &vectors[0];
    let mut object = first.object.clone();
    let spec = object["spec"].as_object_mut().unwrap();
    spec.remove("data");
    spec.insert(
        "dataFrom".to_owned(),
        json!([{ "extract": { "key": "app" } }]),
    );
    Vector {
        title: format!("{}, by dataFrom", first.title),
        object,
        secret: first.secret.clone(),
        fetched: first.fetched.clone(),
    }
}

/// Lets an account read Secrets, as whom the stores come.
pub(crate) fn with_reader(cluster: &KubeApiserver) {
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "namespace": HOME, "name": READER },
    }));
    cluster.write(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": { "name": READER },
        "rules": [{ "apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"] }],
    }));
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": { "name": READER },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": READER },
        "subjects": [{ "kind": "ServiceAccount", "namespace": HOME, "name": READER }],
    });
    let path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    let (status, answer) = cluster.call("POST", path, Some(&binding));
    assert_eq!(status, 201, "{answer}");
}

fn token(cluster: &KubeApiserver) -> String {
    let path = format!("/api/v1/namespaces/{HOME}/serviceaccounts/{READER}/token");
    let asked = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "expirationSeconds": 7200 },
    });
    let (status, answer) = cluster.call("POST", &path, Some(&asked));
    assert_eq!(status, 201, "{answer}");
    answer["status"]["token"].as_str().unwrap().to_owned()
}

impl Vector {
    /// `externalsecret/NAME`
    pub(crate) fn what(&self) -> String {
        format!("externalsecret/{}", self.name())
    }

    /// Its status in that namespace.
    pub(crate) fn status(&self, cluster: &KubeApiserver, namespace: &str) -> Option<Value> {
        Some(cluster.object(namespace, &self.what())?["status"].clone())
    }

    /// Its Secret in that namespace.
    pub(crate) fn target(&self, cluster: &KubeApiserver, namespace: &str) -> Option<Value> {
        let name = self.secret["metadata"]["name"].as_str().unwrap();
        cluster.object(namespace, &format!("secret/{name}"))
    }

    /// Under which name the peer writes its Secret.
    pub(crate) fn manager(&self) -> &str {
        let name = |it: &'_ Value| it["manager"].as_str().unwrap().starts_with(MANAGER);
        let entries = self.secret["metadata"]["managedFields"].as_array().unwrap();
        let entry = entries.iter().find(|it| name(it)).unwrap();
        entry["manager"].as_str().unwrap()
    }

    /// Whether the end of an interval is a refresh.
    pub(crate) fn is_periodic(&self) -> bool {
        let spec = &self.object["spec"];
        let policy = spec["refreshPolicy"].as_str().unwrap_or("Periodic");
        policy == "Periodic" && spec["refreshInterval"] != "0s"
    }

    /// Whether a change of its spec is a refresh.
    pub(crate) fn follows_its_spec(&self) -> bool {
        self.is_periodic() || self.object["spec"]["refreshPolicy"] == "OnChange"
    }

    fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap()
    }

    /// Puts what it reads into a namespace.
    pub(crate) fn source(&self, cluster: &KubeApiserver, place: &str) {
        namespace(cluster, place, &json!({}));
        let mut source = secret(place, "app", &json!({}));
        source["data"] = Value::Object(self.fetched.clone());
        cluster.write(&source);
    }

    /// Changes the last of the values that it reads.
    pub(crate) fn change_source(&self, cluster: &KubeApiserver, place: &str) {
        let last = self.fetched.keys().max().unwrap();
        let patch = json!({ "data": { last.as_str(): STANDARD.encode("changed") } });
        cluster.patch(place, "secret/app", &patch);
    }

    /// Puts it into a namespace as if the peer had refreshed it at that time, or as if the peer had never seen it.
    pub(crate) fn lay_out(
        &self,
        cluster: &KubeApiserver,
        place: &str,
        source: &str,
        refreshed: Option<Timestamp>,
    ) {
        namespace(cluster, place, &json!({}));
        store(cluster, place, source);
        self.external_secret(cluster, place, refreshed.is_some());
        let placed = self.placed(cluster, place);
        let all = placed["metadata"]["managedFields"].as_array().unwrap();
        let others = all.iter().find(|it| it["manager"] != self.manager());
        if let Some(others) = others {
            let manager = others["manager"].as_str().unwrap();
            put(cluster, place, &part(&placed, &others["fieldsV1"]), manager);
        }
        let Some(refreshed) = refreshed else { return };
        let there = put(cluster, place, &placed, self.manager());
        assert_eq!(
            crate::objects::managers(&there),
            crate::objects::managers(&placed),
            "{}",
            self.title
        );
        let mut status = self.object["status"].clone();
        status["refreshTime"] = json!(seconds(refreshed));
        let path = format!(
            "/apis/external-secrets.io/v1/namespaces/{place}/externalsecrets/{}/status?fieldManager=external-secrets",
            self.name()
        );
        let (code, answer) = cluster.call("PATCH", &path, Some(&json!({ "status": status })));
        assert_eq!(code, 200, "{answer}");
    }

    /// Its Secret as the peer would have made it there.
    pub(crate) fn placed(&self, cluster: &KubeApiserver, place: &str) -> Value {
        let object = cluster.object(place, &self.what()).unwrap();
        let theirs = self.object["metadata"]["uid"].as_str().unwrap();
        let ours = object["metadata"]["uid"].as_str().unwrap();
        let text = self.secret.to_string().replace(theirs, ours);
        let mut placed: Value = serde_json::from_str(&text).unwrap();
        let metadata = placed["metadata"].as_object_mut().unwrap();
        for field in ["uid", "resourceVersion", "creationTimestamp"] {
            metadata.remove(field);
        }
        metadata.insert("namespace".to_owned(), json!(place));
        if let Some(label) = metadata["labels"].get_mut(CREATED_BY) {
            *label = json!(digest(&format!("{place}/{}", self.name())));
        }
        placed
    }

    /// The `ExternalSecret` as its user applied it, often enough to be of its generation.
    fn external_secret(&self, cluster: &KubeApiserver, place: &str, is_known: bool) {
        let theirs = &self.object["metadata"];
        let mut metadata = json!({ "namespace": place });
        for field in ["name", "labels", "annotations"] {
            metadata[field] = theirs[field].clone();
        }
        if is_known {
            metadata["finalizers"] = theirs["finalizers"].clone();
        }
        let mut object = json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
            "metadata": metadata, "spec": self.object["spec"],
        });
        let last = theirs["generation"].as_i64().unwrap();
        for generation in 1..=last {
            let hours = format!("{}h", 1 + last - generation);
            let interval = if generation == last {
                &self.object["spec"]["refreshInterval"]
            } else {
                &json!(hours)
            };
            object["spec"]["refreshInterval"] = interval.clone();
            let there = cluster.write(&object);
            assert_eq!(
                there["metadata"]["generation"], generation,
                "{}",
                self.title
            );
        }
    }
}

/// Writes a Secret under the name of a manager.
fn put(cluster: &KubeApiserver, place: &str, object: &Value, manager: &str) -> Value {
    let mut object = object.clone();
    let metadata = object["metadata"].as_object_mut().unwrap();
    metadata.remove("managedFields");
    let name = metadata["name"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/namespaces/{place}/secrets");
    let there = cluster.object(place, &format!("secret/{name}"));
    let (status, answer) = match there {
        None => cluster.call(
            "POST",
            &format!("{path}?fieldManager={manager}"),
            Some(&object),
        ),
        Some(there) => {
            object["metadata"]["resourceVersion"] = there["metadata"]["resourceVersion"].clone();
            let path = format!("{path}/{name}?fieldManager={manager}");
            cluster.call("PUT", &path, Some(&object))
        }
    };
    assert!(matches!(status, 200 | 201), "{answer}");
    answer
}

/// What of a Secret a manager wrote who was there before.
fn part(whole: &Value, fields: &Value) -> Value {
    let kept = |map: &Value, fields: &Value| {
        let map = map.as_object().cloned().unwrap_or_default();
        let is_theirs = |key: &String| fields.get(format!("f:{key}")).is_some();
        Value::Object(map.into_iter().filter(|(key, _)| is_theirs(key)).collect())
    };
    let metadata = &whole["metadata"];
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": whole["type"],
        "metadata": {
            "namespace": metadata["namespace"], "name": metadata["name"],
            "labels": kept(&metadata["labels"], &fields["f:metadata"]["f:labels"]),
        },
        "data": kept(&whole["data"], &fields["f:data"]),
    })
}

/// A store that reads the Secrets of another namespace, valid for the peer.
fn store(cluster: &KubeApiserver, place: &str, source: &str) {
    cluster.write(&secret(place, READER, &json!({ "token": token(cluster) })));
    let ca = STANDARD.encode(std::fs::read(&cluster.ca).unwrap());
    cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
        "metadata": { "namespace": place, "name": "main" },
        "spec": { "provider": { "kubernetes": {
            "server": { "url": cluster.address, "caBundle": ca },
            "remoteNamespace": source,
            "auth": { "token": { "bearerToken": { "name": READER, "key": "token" } } },
        }}},
    }));
    let path = format!("/apis/external-secrets.io/v1/namespaces/{place}/secretstores/main/status");
    let status = json!({ "status": {
        "capabilities": "ReadWrite",
        "conditions": [{
            "type": "Ready", "status": "True", "reason": "Valid", "message": "store validated",
            "lastTransitionTime": "2026-05-01T08:00:00Z",
        }],
    }});
    let (code, answer) = cluster.call("PATCH", &path, Some(&status));
    assert_eq!(code, 200, "{answer}");
}

/// As a status says a time.
pub(crate) fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
