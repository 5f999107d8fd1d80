//! One case at one provider, from its objects to the verdict. It is looked at again and again, so that all jobs wait at the same time.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_tests::servers::controller::ready;
use serde_json::{Map, Value, json};

use crate::case::{Case, NAME, Row, TARGET, Then, Wanted};
use crate::place::{Place, Servers};
use crate::setups::{self, Cases, Setup};
use crate::{cases, list};

/// For how long a status must stay as it is.
const QUIET: Duration = Duration::from_secs(10);

/// Where a namespace's own store is.
const STORE: &str = "secretstore/store";

/// What the controller puts on every Secret of its own.
const MARKS: [&str; 3] = [
    "reconcile.external-secrets.io/managed",
    "reconcile.external-secrets.io/created-by",
    "reconcile.external-secrets.io/data-hash",
];

/// One case at one provider.
pub(crate) struct Job<'s> {
    pub(crate) setup: &'static Setup,
    /// The case's id.
    pub(crate) id: &'static str,
    place: Place<'s>,
    case: Case,
    stage: Stage,
}

enum Stage {
    /// For what is wanted.
    Waits,
    /// Everything was deleted at the provider.
    WaitsForTheEnd,
    /// The status is watched since then.
    Watched(Instant, Value),
    Over(Result<(), String>),
}

/// Every job that the list and the table of setups ask for.
pub(crate) fn all(servers: &Servers) -> Vec<Job<'_>> {
    let list = list::read();
    let mut jobs = Vec::new();
    for setup in setups::all() {
        let rows = cases::all().filter(|row| match setup.cases {
            Cases::Listed => {
                let has_setup = setups::all().any(|it| it.id == row.id);
                let is_listed = |it: &list::Entry| it.id == row.id && it.is_for(setup.provider);
                !has_setup && list.iter().any(is_listed)
            }
            Cases::These(ids) => ids.contains(&row.id),
        });
        jobs.extend(rows.map(|row| Job::new(servers, setup, row)));
    }
    jobs
}

impl<'s> Job<'s> {
    fn new(servers: &'s Servers, setup: &'static Setup, row: &Row) -> Self {
        // Names of parameters may not begin with aws.
        let namespace = format!("at-{}-{}", setup.id, row.id).to_lowercase();
        let place = Place {
            servers,
            setup: setup.id,
            namespace: namespace.replace('.', "-"),
            folder: setup.folder,
            found: setup.found,
        };
        Self {
            setup,
            id: row.id,
            case: (row.case)(&place),
            place,
            stage: Stage::Waits,
        }
    }

    /// Writes everything that the case needs.
    pub(crate) fn begin(&self) {
        let (place, case) = (&self.place, &self.case);
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": place.namespace },
        });
        let cluster = &place.servers.cluster;
        cluster.write(&namespace);
        (self.setup.put)(place, &case.secrets);
        let mut store = (self.setup.store)(place, &case.secrets);
        if let Some(spec) = &case.store {
            store["spec"] = spec.clone();
        }
        cluster.write(&store);
        for object in &case.beside {
            cluster.write(object);
        }
        let mut spec = json!({
            "refreshInterval": "5s",
            "secretStoreRef": { "kind": store["kind"], "name": store["metadata"]["name"] },
            "target": { "name": TARGET },
        });
        for (name, value) in case.spec.as_object().unwrap() {
            spec[name] = value.clone();
        }
        let body = json!({ "spec": spec });
        cluster.write(&place.object("external-secrets.io/v1", "ExternalSecret", NAME, body));
    }

    /// Whether there is a verdict.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over(_))
    }

    /// Looks whether what is waited for has come.
    pub(crate) fn look(&mut self) {
        let next = match &self.stage {
            Stage::Waits => self.wanted().is_ok().then(|| self.after()),
            Stage::WaitsForTheEnd => {
                let secret = self.secret(TARGET);
                secret.is_none().then_some(Stage::Over(Ok(())))
            }
            Stage::Watched(since, before) => {
                let now = self.status();
                if now == *before {
                    (since.elapsed() > QUIET).then_some(Stage::Over(Ok(())))
                } else {
                    let written = format!("the status was written again: {before} {now}");
                    Some(Stage::Over(Err(written)))
                }
            }
            Stage::Over(_) => None,
        };
        if let Some(next) = next {
            self.stage = next;
        }
    }

    /// The verdict; what is still waited for has failed.
    pub(crate) fn verdict(&self) -> Result<(), String> {
        match &self.stage {
            Stage::Over(verdict) => verdict.clone(),
            Stage::Waits => self.wanted(),
            Stage::WaitsForTheEnd => Err(format!("the Secret is still there; {}", self.said())),
            Stage::Watched(..) => Err("the status was not watched for long enough".to_owned()),
        }
    }

    fn after(&self) -> Stage {
        match self.case.then {
            Then::Nothing => Stage::Over(Ok(())),
            Then::Goes => {
                (self.setup.delete)(&self.place, &self.case.secrets);
                Stage::WaitsForTheEnd
            }
            Then::Quiet => Stage::Watched(Instant::now(), self.status()),
        }
    }

    fn wanted(&self) -> Result<(), String> {
        let secret = match &self.case.wanted {
            Wanted::Secret(secret) => secret,
            Wanted::StoreFails(reason, part) => {
                let said = ready(&self.place.servers.cluster, &self.place.namespace, STORE);
                let holds = said.as_ref().is_some_and(|[status, why, message]| {
                    status == "False" && why == reason && message.contains(part)
                });
                return holds.then_some(()).ok_or_else(|| format!("{said:?}"));
            }
        };
        let found = self.secret(secret.name);
        let wanted = json!({
            "type": secret.r#type,
            "data": secret.data,
            "labels": secret.labels,
            "annotations": secret.annotations,
            "finalizers": secret.finalizers,
        });
        if found.as_ref() != Some(&wanted) {
            let found = found.unwrap_or_default();
            return Err(format!(
                "wanted {wanted}\n    found  {found}; {}",
                self.said()
            ));
        }
        let [status, reason, _] = self.ready().unwrap_or_default();
        if status != "True" || reason != "SecretSynced" {
            return Err(self.said());
        }
        Ok(())
    }

    /// What a Secret has, but for the controller's own marks.
    fn secret(&self, name: &str) -> Option<Value> {
        let cluster = &self.place.servers.cluster;
        let mut found = cluster.object(&self.place.namespace, &format!("secret/{name}"))?;
        let members = |value: &mut Value| {
            value
                .as_object_mut()
                .map(std::mem::take)
                .unwrap_or_default()
        };
        let data = members(&mut found["data"]).into_iter().map(|(key, value)| {
            let bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
            (key, json!(String::from_utf8_lossy(&bytes)))
        });
        let data: Map<String, Value> = data.collect();
        let [labels, annotations] = ["labels", "annotations"].map(|group| {
            let mut group = members(&mut found["metadata"][group]);
            group.retain(|name, _| !MARKS.contains(&&**name));
            group
        });
        let finalizers = found["metadata"]["finalizers"].as_array().cloned();
        Some(json!({
            "type": found["type"],
            "data": data,
            "labels": labels,
            "annotations": annotations,
            "finalizers": finalizers.unwrap_or_default(),
        }))
    }

    /// What must stay as it is where nothing is due.
    fn status(&self) -> Value {
        let cluster = &self.place.servers.cluster;
        let what = format!("externalsecret/{NAME}");
        let object = cluster.object(&self.place.namespace, &what).unwrap();
        json!([
            object["metadata"]["resourceVersion"],
            object["status"]["refreshTime"],
            object["status"]["syncedResourceVersion"],
        ])
    }

    fn ready(&self) -> Option<[String; 3]> {
        let what = format!("externalsecret/{NAME}");
        ready(&self.place.servers.cluster, &self.place.namespace, &what)
    }

    /// What the controller says of the object and of its store.
    fn said(&self) -> String {
        let cluster = &self.place.servers.cluster;
        let store = ready(cluster, &self.place.namespace, STORE).or_else(|| {
            let name = format!("clustersecretstore/{}", self.place.namespace);
            ready(cluster, "", &name)
        });
        format!("it is {:?}, its store {store:?}", self.ready())
    }
}
