//! The table of kinds: from it come the custom resource definitions, the roles and the pages of reference.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::crd::structural;
use crate::{ExternalSecretSpec, ExternalSecretStatus, StoreSpec, StoreStatus};

/// The category that `kubectl get` knows all kinds by.
pub const CATEGORY: &str = "external-secrets";

/// A kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What `kubectl` and roles call it.
    pub plural: &'static str,
    /// What fast fingers call it.
    pub short: &'static str,
    /// Whether its objects belong to namespaces.
    pub namespaced: bool,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// What `kubectl get` shows.
    pub columns: &'static [Column],
    /// Fields that lists can be narrowed by, in the version that is stored.
    pub selectable: &'static [&'static str],
    spec: fn() -> Value,
    status: fn() -> Value,
}

/// A column of `kubectl get`.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Where its text stands in the object.
    pub path: &'static str,
    /// `string` or `date`.
    pub form: &'static str,
}

/// Every kind that is served.
pub static KINDS: [Kind; 3] = [
    Kind {
        name: "ExternalSecret",
        plural: "externalsecrets",
        short: "es",
        namespaced: true,
        about: "Values of a secret store, kept in a Secret.",
        columns: &[
            text("StoreType", ".spec.secretStoreRef.kind"),
            text("Store", ".spec.secretStoreRef.name"),
            text("Refresh Interval", ".spec.refreshInterval"),
            STATUS,
            READY,
            date("Last Sync", ".status.refreshTime"),
        ],
        selectable: &[
            ".spec.secretStoreRef.name",
            ".spec.secretStoreRef.kind",
            ".spec.target.name",
            ".spec.refreshInterval",
        ],
        spec: schema_of::<ExternalSecretSpec>,
        status: schema_of::<ExternalSecretStatus>,
    },
    Kind {
        name: "SecretStore",
        plural: "secretstores",
        short: "ss",
        namespaced: true,
        about: "A place that keeps secrets, for one namespace.",
        columns: STORE_COLUMNS,
        selectable: &[],
        spec: schema_of::<StoreSpec>,
        status: schema_of::<StoreStatus>,
    },
    Kind {
        name: "ClusterSecretStore",
        plural: "clustersecretstores",
        short: "css",
        namespaced: false,
        about: "A place that keeps secrets, for the cluster.",
        columns: STORE_COLUMNS,
        selectable: &[],
        spec: schema_of::<StoreSpec>,
        status: schema_of::<StoreStatus>,
    },
];

impl Kind {
    /// The name in lower case, as files and `kubectl` have it.
    pub fn singular(&self) -> String {
        self.name.to_ascii_lowercase()
    }

    /// The schema of what is wanted, in the form that API servers take.
    pub fn spec(&self) -> Value {
        (self.spec)()
    }

    /// The schema of what is so, in the form that API servers take.
    pub fn status(&self) -> Value {
        (self.status)()
    }
}

const STATUS: Column = text("Status", ".status.conditions[?(@.type==\"Ready\")].reason");
const READY: Column = text("Ready", ".status.conditions[?(@.type==\"Ready\")].status");
const STORE_COLUMNS: &[Column] = &[
    date("AGE", ".metadata.creationTimestamp"),
    STATUS,
    text("Capabilities", ".status.capabilities"),
    READY,
];

const fn text(name: &'static str, path: &'static str) -> Column {
    Column {
        name,
        path,
        form: "string",
    }
}

const fn date(name: &'static str, path: &'static str) -> Column {
    Column {
        name,
        path,
        form: "date",
    }
}

fn schema_of<T: JsonSchema>() -> Value {
    // API servers follow no references.
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = Value::from(SchemaGenerator::new(settings).into_root_schema_for::<T>());
    structural::rewrite(&mut schema);
    schema
}

#[cfg(test)]
mod tests {
    use kube::Resource;

    use super::*;
    use crate::{ClusterSecretStore, ExternalSecret, SecretStore};

    #[test]
    fn the_table_and_the_types_agree() {
        fn row<T: Resource<DynamicType = ()>>() -> (String, String) {
            (T::kind(&()).into_owned(), T::plural(&()).into_owned())
        }
        let types = [
            row::<ExternalSecret>(),
            row::<SecretStore>(),
            row::<ClusterSecretStore>(),
        ];
        let table = KINDS.map(|kind| (kind.name.to_owned(), kind.plural.to_owned()));
        assert_eq!(table, types);
    }
}
