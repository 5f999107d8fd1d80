//! The peer itself: its webhooks, its workloads, its Lease.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use selkie_reconcile::preflight::{Lease, Observed, Owner, Webhook, Workload};
use serde::Deserialize;

use super::{Metadata, all, one, refused};
use crate::cluster::{Cluster, collection, object};
use crate::preflight::Unread;

const WEBHOOKS: [&str; 2] = ["secretstore-validate", "externalsecret-validate"];
/// The label of its chart's Deployment. Those of its webhook and of its certificates have other names.
const LABEL: &str = "app.kubernetes.io/name=external-secrets";
/// The Lease that it holds when there are several of it.
const LEASE: &str = "external-secrets-controller";
/// The class that it serves if nobody says another.
const CLASS: &str = "default";
const CLASS_FLAG: &str = "--controller-class";

#[derive(Deserialize)]
struct Configuration {
    metadata: Metadata,
    #[serde(default)]
    webhooks: Vec<Hook>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hook {
    client_config: Client,
}

#[derive(Deserialize)]
struct Client {
    service: Option<Service>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Service {
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct Slice {
    #[serde(default)]
    endpoints: Option<Vec<Endpoint>>,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(default)]
    conditions: Conditions,
}

#[derive(Default, Deserialize)]
struct Conditions {
    ready: Option<bool>,
}

#[derive(Deserialize)]
struct Deployment {
    metadata: Metadata,
    spec: DeploymentSpec,
}

#[derive(Deserialize)]
struct DeploymentSpec {
    replicas: Option<i64>,
    template: Template,
}

#[derive(Deserialize)]
struct Template {
    spec: Pod,
}

#[derive(Deserialize)]
struct Pod {
    #[serde(default)]
    containers: Vec<Container>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Container {
    command: Vec<String>,
    args: Vec<String>,
}

#[derive(Deserialize)]
struct Held {
    metadata: Metadata,
    #[serde(default)]
    spec: HeldSpec,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HeldSpec {
    holder_identity: Option<String>,
    renew_time: Option<MicroTime>,
}

/// Fills in what the peer has, and returns the Helm releases that it belongs to.
pub(super) async fn gather(
    cluster: &Cluster,
    observed: &mut Observed,
) -> Result<Vec<Owner>, Unread> {
    let mut owners = Vec::new();
    for name in WEBHOOKS {
        let path =
            format!("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{name}");
        let Some(found) = one::<Configuration>(cluster, &path).await? else {
            continue;
        };
        owners.extend(found.metadata.owner());
        observed.webhooks.push(Webhook {
            name: name.to_owned(),
            is_served: is_served(cluster, &found.webhooks).await?,
        });
    }
    let query = format!("&labelSelector={LABEL}");
    let deployments = all::<Deployment>(cluster, "/apis/apps/v1/deployments", &query).await?;
    for found in deployments {
        owners.extend(found.metadata.owner());
        observed.workloads.push(Workload {
            replicas: found.spec.replicas.unwrap_or(1),
            class: class(&found.spec.template.spec.containers),
            namespace: found.metadata.namespace,
            name: found.metadata.name,
        });
    }
    let query = format!("&fieldSelector=metadata.name={LEASE}");
    let leases = all::<Held>(cluster, "/apis/coordination.k8s.io/v1/leases", &query).await?;
    observed.leases = leases
        .into_iter()
        .map(|found| Lease {
            namespace: found.metadata.namespace,
            name: found.metadata.name,
            holder: found.spec.holder_identity.unwrap_or_default(),
            renewed: found.spec.renew_time.map(|it| it.0),
        })
        .collect();
    Ok(owners)
}

/// Whether each of a configuration's services has somebody who answers. One that is reached by an address is not asked.
async fn is_served(cluster: &Cluster, hooks: &[Hook]) -> Result<bool, Unread> {
    let mut asked: Vec<&Service> = Vec::new();
    for service in hooks
        .iter()
        .filter_map(|hook| hook.client_config.service.as_ref())
    {
        if asked.contains(&service) {
            continue;
        }
        asked.push(service);
        let Service { namespace, name } = service;
        // The name is a word of the query, so it has to be one.
        let checked = object("api/v1", namespace, "services", name)
            .and_then(|_| collection("apis/discovery.k8s.io/v1", namespace, "endpointslices"));
        let path = checked.map_err(|refusal| refused("a webhook's service", refusal))?;
        let query = format!("&labelSelector=kubernetes.io/service-name={name}");
        let slices = all::<Slice>(cluster, &path, &query).await?;
        let mut endpoints = slices.iter().flat_map(|it| it.endpoints.iter().flatten());
        if !endpoints.any(|it| it.conditions.ready != Some(false)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn class(containers: &[Container]) -> String {
    let words = containers
        .iter()
        .flat_map(|it| it.command.iter().chain(&it.args));
    let mut class = CLASS.to_owned();
    let mut is_next = false;
    for word in words {
        if is_next {
            word.clone_into(&mut class);
        }
        is_next = word == CLASS_FLAG;
        if let Some(("", value)) = word
            .strip_prefix(CLASS_FLAG)
            .and_then(|rest| rest.split_once('='))
        {
            value.clone_into(&mut class);
        }
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_is_that_of_the_flag() {
        let rows: [(&[&str], &str); 6] = [
            (&[], "default"),
            (&["--concurrent=1"], "default"),
            (&["--controller-class=theirs"], "theirs"),
            (
                &["--controller-class", "theirs", "--concurrent=1"],
                "theirs",
            ),
            (&["--controller-class=a", "--controller-class=b"], "b"),
            (&["--controller-classes=x"], "default"),
        ];
        for (words, expected) in rows {
            let container = Container {
                args: words.iter().map(|it| (*it).to_owned()).collect(),
                ..Container::default()
            };
            assert_eq!(class(&[container]), expected, "{words:?}");
        }
    }
}
