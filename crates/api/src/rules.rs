//! Rules that the API server checks when an object is applied, in its language CEL.
//!
//! They only answer earlier: `reconcile` checks every rule again, since a cluster may have other definitions. Two rules of admission are not
//! here, because the server bounds what a rule may cost by how long a list could be, and a list of `data` or of `conditions` that is too
//! long would be refused to no good: keys that occur twice in `data`, and regular expressions that are none. Nothing may be refused here that
//! the controller would serve.

use serde_json::{Value, json};

/// Of the spec of an ExternalSecret.
pub(crate) fn external_secret() -> Value {
    list(&[(
        "(has(self.data) && self.data.size() > 0) || (has(self.dataFrom) && self.dataFrom.size() > 0)",
        "either data or dataFrom must name something to fetch",
    )])
}

/// Of its target.
pub(crate) fn target() -> Value {
    list(&[
        (
            "!has(self.deletionPolicy) || self.deletionPolicy != 'Delete' || !has(self.creationPolicy) || self.creationPolicy in ['Owner', 'Orphan']",
            "deletionPolicy Delete does not go with creationPolicy Merge, CreateOrMerge or None",
        ),
        (
            "!has(self.deletionPolicy) || self.deletionPolicy != 'Merge' || !has(self.creationPolicy) || self.creationPolicy != 'None'",
            "deletionPolicy Merge does not go with creationPolicy None",
        ),
        (
            "has(self.manifest) || !has(self.template) || !has(self.template.templateFrom) || self.template.templateFrom.all(from, !has(from.target) || from.target.lowerAscii() in ['', 'data', 'annotations', 'labels'])",
            "templateFrom of a Secret renders Data, Annotations or Labels",
        ),
    ])
}

/// Of its template: a Secret that lets its reader become somebody else is not written.
pub(crate) fn template() -> Value {
    list(&[
        (
            "!has(self.type) || self.type != 'bootstrap.kubernetes.io/token'",
            "a Secret of type bootstrap.kubernetes.io/token is not written",
        ),
        (
            "!has(self.type) || self.type != 'kubernetes.io/service-account-token' || !has(self.metadata) || !has(self.metadata.annotations) || !('kubernetes.io/service-account.name' in self.metadata.annotations)",
            "a Secret of type kubernetes.io/service-account-token cannot name its account",
        ),
        (
            "!has(self.type) || self.type != 'kubernetes.io/service-account-token' || !has(self.templateFrom) || self.templateFrom.all(from, !has(from.target) || from.target.lowerAscii() != 'annotations')",
            "a Secret of type kubernetes.io/service-account-token cannot have its annotations rendered",
        ),
    ])
}

/// Of an entry of `dataFrom`.
pub(crate) fn data_from() -> Value {
    list(&[
        (
            "has(self.extract) || has(self.find) || has(self.sourceRef)",
            "one of extract, find and sourceRef must be given",
        ),
        (
            "!(has(self.extract) && has(self.find)) && !((has(self.extract) || has(self.find)) && has(self.sourceRef) && has(self.sourceRef.generatorRef))",
            "only one of extract, find and sourceRef.generatorRef can be given",
        ),
    ])
}

/// Of the settings of OpenBao.
pub(crate) fn open_bao() -> Value {
    list(&[(
        "!(has(self.caBundle) && has(self.caProvider))",
        "only one of caBundle and caProvider can be given",
    )])
}

/// Of the login to OpenBao.
pub(crate) fn open_bao_auth() -> Value {
    list(&[(
        "[has(self.tokenSecretRef), has(self.appRole), has(self.userPass)].filter(given, given).size() == 1",
        "exactly one of tokenSecretRef, appRole and userPass must be given",
    )])
}

fn list(rules: &[(&str, &str)]) -> Value {
    rules
        .iter()
        .map(|(rule, message)| json!({ "rule": rule, "message": message }))
        .collect()
}
