//! The plain manifests, rendered from the chart by the real helm, and the page of the chart's values: written, or whether they are fresh.
//!
//! Never here: what stands in a manifest. Only the namespace is, for a chart cannot make the one that it is installed into.

mod values;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::docs::keep;
use crate::{child, peers, root};

const CHART: &str = "deploy/chart/selkie";
/// The release and its namespace that plain manifests are rendered for.
const RELEASE: &str = "selkie";
/// Stands for a namespace that whoever applies the manifest chooses.
const ANY: &str = "of-whoever-applies-it";
const FROM: &str = "# Rendered by `cargo xtask manifests` from the chart in deploy/chart/selkie.\n";

/// A manifest, and what of the chart it is.
struct Manifest {
    path: &'static str,
    /// What stands above it.
    head: &'static str,
    templates: &'static [&'static str],
    values: &'static [&'static str],
}

static MANIFESTS: [Manifest; 5] = [
    Manifest {
        path: "deploy/controller.yaml",
        head: "# The controller: two replicas, of which one works and the other stands by. Its namespace, account and rights are in rbac/.\n",
        templates: &["deployment", "service", "poddisruptionbudget"],
        values: &[],
    },
    Manifest {
        path: "deploy/rbac/account.yaml",
        head: "# The account of the controller, and what it needs at home, wherever it serves.\n\
            apiVersion: v1\nkind: Namespace\nmetadata:\n  name: selkie\n  labels:\n    pod-security.kubernetes.io/enforce: restricted\n---\n",
        templates: &["account", "lease"],
        values: &[],
    },
    Manifest {
        path: "deploy/rbac/cluster.yaml",
        head: "# What the controller may do where it serves a whole cluster, and nothing else.\n",
        templates: &["rights"],
        values: &[],
    },
    Manifest {
        path: "deploy/rbac/namespaced.yaml",
        head: "# What the controller may do where it serves some namespaces only (--namespace=a,b --enable-cluster-store-reconciler=false):\n\
            # both objects once in each of them, and cluster.yaml nowhere. No right reaches beyond.\n",
        templates: &["rights"],
        values: &["scopedRBAC=true", "scopedNamespace=of-whoever-applies-it"],
    },
    Manifest {
        path: "deploy/rbac/preflight.yaml",
        head: "# What `selkie-controller preflight` may read, where no administrator runs it. Not needed to serve anything: apply it, run it, delete it.\n",
        templates: &["preflight"],
        values: &["preflight.rights=true"],
    },
];

/// `xtask manifests [--check]`.
pub fn command(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [one] if one == "--check" => true,
        _ => bail!("expected nothing or --check"),
    };
    let root = root::root()?;
    let helm = peers::helm()?;
    let mut files = vec![values::page(&root.join(CHART))?];
    for manifest in &MANIFESTS {
        let text = manifest.rendered(&helm, &root)?;
        files.push((PathBuf::from(manifest.path), text.into_bytes()));
    }
    keep(&root, "manifests", files, check)
}

impl Manifest {
    fn rendered(&self, helm: &Path, root: &Path) -> Result<String> {
        let mut command = child::command(helm, root);
        command.args(["template", RELEASE, CHART, "--namespace", RELEASE]);
        for template in self.templates {
            command.args(["--show-only", &format!("templates/{template}.yaml")]);
        }
        for value in self.values {
            command.args(["--set", value]);
        }
        let text = String::from_utf8(child::output(&mut command)?)?;
        Ok(format!("{FROM}{}{}", self.head, without_helm(&text)))
    }
}

/// Without what only a release of Helm's has: the template's name above each document, labels that say whose the object is.
fn without_helm(text: &str) -> String {
    let any = format!("  namespace: {ANY}");
    let is_left_out = |line: &str| {
        line.starts_with("# Source: ")
            || line.starts_with("    helm.sh/chart: ")
            || line == "    app.kubernetes.io/managed-by: Helm"
            || line == any
    };
    let lines = text.split_inclusive('\n');
    let text: String = lines.filter(|line| !is_left_out(line.trim_end())).collect();
    text.strip_prefix("---\n").unwrap_or(&text).to_owned()
}
