//! What the peer serves and we do not: a closed set, whose words are those of `--accept-unserved`.
//!
//! Specs are looked at as they stand. An object that does not fit its type says so itself once it is served, and is no reason to stop here.

use selkie_api::Provider;
use serde_json::Value;

/// The group of generators.
const GENERATORS: &str = "generators.external-secrets.io";
/// The peer's own book-keeping about generators; nobody writes such an object.
const STATE: &str = "GeneratorState";

/// A kind of thing that only the peer serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unserved {
    /// Writes Secrets into stores.
    PushSecret,
    /// Makes PushSecrets.
    ClusterPushSecret,
    /// Makes ExternalSecrets.
    ClusterExternalSecret,
    /// Makes values; and the ExternalSecrets that use one.
    Generator,
    /// An ExternalSecret that writes another kind of object than a Secret.
    ManifestTarget,
    /// A store of another provider.
    Provider,
}

impl Unserved {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PushSecret,
        Self::ClusterPushSecret,
        Self::ClusterExternalSecret,
        Self::Generator,
        Self::ManifestTarget,
        Self::Provider,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PushSecret => "PushSecret",
            Self::ClusterPushSecret => "ClusterPushSecret",
            Self::ClusterExternalSecret => "ClusterExternalSecret",
            Self::Generator => "Generator",
            Self::ManifestTarget => "ManifestTarget",
            Self::Provider => "Provider",
        }
    }

    /// What happens to them without the peer.
    pub const fn fate(self) -> &'static str {
        match self {
            Self::PushSecret => "no value is pushed into a store any more; what was pushed stays",
            Self::ClusterPushSecret => "the PushSecrets that it made stay, and push nothing",
            Self::ClusterExternalSecret => {
                "the ExternalSecrets that it made stay and are served, but follow no change of it; new namespaces get none"
            }
            Self::Generator => {
                "no new value is generated; ExternalSecrets that use one say Unsupported, and their Secrets stay"
            }
            Self::ManifestTarget => {
                "such an ExternalSecret says Unsupported, and the object that it wrote stays"
            }
            Self::Provider => {
                "such a store says Unsupported; nothing is fetched from it, and the Secrets stay"
            }
        }
    }
}

/// What an object of this group and kind is that we do not serve; `None` if it is served, or is nobody's concern.
pub fn of_kind(group: &str, kind: &str) -> Option<Unserved> {
    match kind {
        _ if group == GENERATORS => (kind != STATE).then_some(Unserved::Generator),
        "PushSecret" => Some(Unserved::PushSecret),
        "ClusterPushSecret" => Some(Unserved::ClusterPushSecret),
        "ClusterExternalSecret" => Some(Unserved::ClusterExternalSecret),
        _ => None,
    }
}

/// What the spec of an ExternalSecret asks for that we do not serve.
pub fn of_external_secret(spec: &Value) -> Vec<Unserved> {
    let entries = ["data", "dataFrom"].map(|field| spec[field].as_array());
    let mut entries = entries.into_iter().flatten().flatten();
    let generates = entries.any(|entry| entry["sourceRef"]["generatorRef"].is_object());
    let manifests = spec["target"]["manifest"].is_object();
    let found = [
        (generates, Unserved::Generator),
        (manifests, Unserved::ManifestTarget),
    ];
    found
        .into_iter()
        .filter_map(|(is_so, what)| is_so.then_some(what))
        .collect()
}

/// The name of a store's provider if we do not serve it.
pub fn provider(spec: &Value) -> Option<String> {
    let provider: Provider = serde_json::from_value(spec["provider"].clone()).ok()?;
    provider.others.into_keys().next()
}
