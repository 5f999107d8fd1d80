//! Manifests as people write them, read into the types.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::store::sops::{GitAuth, GitReference, SopsFormat, SopsSource};
use crate::{
    ClusterSecretStore, ConversionStrategy, CreationPolicy, DecodingStrategy, DeletionPolicy,
    ExternalSecret, Interval, MetadataPolicy, NotOne, NullBytePolicy, ProviderKind, RefreshPolicy,
    Rewrite, SecretStore, SourceRef, StoreKind, StoreStatus, SyncWindowKind, TemplateMergePolicy,
    TemplateScope, TemplateTarget, Truth,
};

fn read<T: DeserializeOwned>(manifest: &str) -> T {
    let value: Value = serde_saphyr::from_str(manifest).unwrap();
    serde_json::from_value(value).unwrap()
}

fn store(provider: &str) -> SecretStore {
    let manifest = format!(
        "apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {{name: s}}\nspec:\n  provider: {provider}\n"
    );
    read(&manifest)
}

#[test]
fn a_short_external_secret_has_the_defaults_of_its_accessors() {
    let read: ExternalSecret = read(
        "
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata: {name: app, namespace: shop}
spec:
  secretStoreRef: {name: vault}
  data:
    - secretKey: password
      remoteRef: {key: app, property: password}
",
    );
    let spec = &read.spec;
    assert_eq!(spec.refresh_interval(), "1h0m0s");
    assert_eq!(spec.refresh_policy(), RefreshPolicy::Periodic);
    let store = spec.store().unwrap();
    assert_eq!(
        (store.name.as_str(), store.kind()),
        ("vault", StoreKind::SecretStore)
    );
    let target = spec.target();
    assert_eq!(target.name("app"), "app");
    assert_eq!(target.creation_policy(), CreationPolicy::Owner);
    assert_eq!(target.deletion_policy(), DeletionPolicy::Retain);
    assert!(!target.immutable() && target.template.is_none());
    let remote = &spec.data[0].remote_ref;
    assert_eq!(
        (remote.key.as_str(), remote.property()),
        ("app", Some("password"))
    );
    assert_eq!(remote.version(), None);
    assert_eq!(remote.metadata_policy(), MetadataPolicy::None);
    assert_eq!(remote.conversion_strategy(), ConversionStrategy::Default);
    assert_eq!(remote.decoding_strategy(), DecodingStrategy::None);
    assert_eq!(remote.null_byte_policy(), NullBytePolicy::Ignore);
}

#[test]
fn what_was_left_out_stays_out() {
    let manifest = json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "name": "app" },
        "spec": {
            "dataFrom": [{ "extract": { "key": "app" } }],
            "secretStoreRef": { "name": "vault" },
            "target": { "template": {} },
        },
    });
    let read: ExternalSecret = serde_json::from_value(manifest.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), manifest);
}

#[test]
fn a_long_external_secret_keeps_every_field() {
    let read: ExternalSecret = read(
        r#"
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  refreshPolicy: OnChange
  refreshInterval: 90s
  syncWindows:
    kind: deny
    windows: [{schedule: "0 22 * * *", duration: 2h}]
  target:
    name: app-secret
    creationPolicy: CreateOrMerge
    deletionPolicy: Merge
    immutable: true
    manifest: {apiVersion: v1, kind: ConfigMap}
    template:
      type: kubernetes.io/tls
      engineVersion: v2
      mergePolicy: Merge
      metadata:
        annotations: {a: b}
        labels: {c: d}
        finalizers: [example.com/wait]
      data: {url: "postgres://{{ .user }}"}
      templateFrom:
        - configMap: {name: t, items: [{key: x, templateAs: KeysAndValues}, {key: z}]}
          target: LABELS
          valuesDecodingStrategy: Base64
        - secret: {name: t, items: []}
        - literal: "a: b"
          target: spec.rules[0].x
  data:
    - secretKey: k
      remoteRef:
        key: k
        version: v3
        metadataPolicy: Fetch
        conversionStrategy: Unicode
        decodingStrategy: Base64URL
        nullBytePolicy: Fail
      sourceRef: {storeRef: {name: other}}
  dataFrom:
    - find: {path: a, name: {regexp: "^x"}, tags: {team: shop}, decodingStrategy: Auto}
      rewrite:
        - regexp: {source: a, target: b}
        - transform: {template: "{{ .value | upper }}"}
        - merge: {into: all, priority: [a], priorityPolicy: IgnoreNotFound, conflictPolicy: Ignore, strategy: JSON}
    - sourceRef: {generatorRef: {kind: Password, name: p}}
"#,
    );
    let spec = &read.spec;
    assert_eq!(spec.refresh_policy(), RefreshPolicy::OnChange);
    assert_eq!(spec.refresh_interval(), "90s");
    let windows = spec.sync_windows.as_ref().unwrap();
    assert_eq!(
        (windows.kind, windows.windows.len()),
        (SyncWindowKind::Deny, 1)
    );
    let target = spec.target();
    assert_eq!(target.name("app"), "app-secret");
    assert_eq!(target.creation_policy(), CreationPolicy::CreateOrMerge);
    assert_eq!(target.deletion_policy(), DeletionPolicy::Merge);
    assert!(target.immutable() && target.manifest.is_some());
    let template = target.template.as_ref().unwrap();
    assert_eq!(template.secret_type(), Some("kubernetes.io/tls"));
    assert_eq!(template.merge_policy(), TemplateMergePolicy::Merge);
    let from = &template.template_from;
    assert_eq!(from[0].target(), TemplateTarget::Labels);
    assert_eq!(from[0].values_decoding_strategy(), DecodingStrategy::Base64);
    let items = &from[0].config_map.as_ref().unwrap().items;
    assert_eq!(items[0].template_as(), TemplateScope::KeysAndValues);
    assert_eq!(items[1].template_as(), TemplateScope::Values);
    assert_eq!(from[1].target(), TemplateTarget::Data);
    assert_eq!(from[2].target(), TemplateTarget::Path("spec.rules[0].x"));
    let source = spec.data[0].source_ref.as_ref().unwrap();
    assert_eq!(source.store().unwrap().name, "other");
    assert!(matches!(spec.data_from[0].rewrite[2], Rewrite::Merge(_)));
    assert!(matches!(
        spec.data_from[1].source_ref,
        Some(SourceRef::GeneratorRef(_))
    ));
    let again: ExternalSecret =
        serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
    assert_eq!(again, read);
}

#[test]
fn a_status_is_read_as_the_peer_leaves_it() {
    let read: ExternalSecret = read(
        r#"
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, creationTimestamp: null}
spec: {secretStoreRef: {}, target: {creationPolicy: Owner, deletionPolicy: Retain}}
status:
  binding: {name: ""}
  refreshTime: null
  syncedResourceVersion: 1-abc
  unheard: of
  conditions:
    - {type: Ready, status: "False", reason: SecretSyncedError, message: failed, lastTransitionTime: "2026-08-07T10:00:00Z"}
    - {type: Deleted, status: perhaps}
"#,
    );
    assert!(read.spec.store().is_none());
    let status = read.status.unwrap();
    assert!(status.refresh_time.is_none());
    assert_eq!(status.conditions[0].status, Truth::False);
    assert!(status.conditions[0].last_transition_time.is_some());
    assert_eq!(status.conditions[1].status, Truth::Unknown);
    let store: StoreStatus =
        serde_json::from_value(json!({ "capabilities": "ReadWrite" })).unwrap();
    assert!(store.conditions.is_empty() && store.capabilities.is_some());
}

#[test]
fn every_login_of_vault_is_read() {
    let logins = [
        "tokenSecretRef: {name: t, key: token}",
        "appRole: {path: approle, roleRef: {name: a, key: id}, secretRef: {name: a, key: secret}}",
        "kubernetes: {mountPath: kubernetes, role: app, serviceAccountRef: {name: app, audiences: [vault]}}",
        "ldap: {path: ldap, username: u, secretRef: {name: l, key: p}}",
        "userPass: {username: u, secretRef: {name: l, key: p}}",
        "jwt: {role: app, kubernetesServiceAccountToken: {serviceAccountRef: {name: app}, audiences: [x], expirationSeconds: 60}}",
        "cert: {vaultRole: app, clientCert: {name: c, key: tls.crt}, secretRef: {name: c, key: tls.key}}",
        "iam: {path: aws, vaultRole: app, region: eu-west-1, role: r, externalID: e, vaultAwsIamServerID: v, secretRef: {accessKeyIDSecretRef: {name: a}, secretAccessKeySecretRef: {name: a}}, jwt: {serviceAccountRef: {name: a}}}",
        "gcp: {role: app}",
    ];
    for login in logins {
        let store = store(&format!(
            "{{vault: {{server: 'https://v:8200', path: secret, caBundle: UEVN, tls: {{certSecretRef: {{name: c}}}}, headers: {{a: b}}, auth: {{namespace: ns, {login}}}}}}}"
        ));
        let ProviderKind::Vault(vault) = store.spec.provider.only().unwrap() else {
            panic!("{login}");
        };
        assert_eq!(vault.ca_bundle.as_ref().unwrap().0, b"PEM");
        let auth = serde_json::to_value(vault.auth.as_ref().unwrap()).unwrap();
        let name = login.split(':').next().unwrap();
        assert!(auth[name].is_object(), "{login}");
        assert_eq!(auth.as_object().unwrap().len(), 2, "{login}");
    }
}

#[test]
fn defaults_of_stores_are_answers_and_no_values() {
    let vault = store("{vault: {server: v, auth: {appRole: {secretRef: {name: a}}}}}");
    let vault = vault.spec.provider.vault.unwrap();
    assert_eq!(
        (vault.path(), vault.version()),
        (None, crate::store::vault::KvVersion::V2)
    );
    assert_eq!(vault.auth.unwrap().app_role.unwrap().path(), "approle");
    let bao = store("{openBao: {server: v, version: v1}}")
        .spec
        .provider
        .open_bao;
    assert_eq!(bao.unwrap().path(), "kv");
    let kubernetes = store("{kubernetes: {auth: {serviceAccount: {name: a}}}}");
    let kubernetes = kubernetes.spec.provider.kubernetes.unwrap();
    assert_eq!(kubernetes.url(), "kubernetes.default");
    assert_eq!(kubernetes.remote_namespace(), "default");
}

#[test]
fn encrypted_files_are_read() {
    let store = store(
        "{sops: {source: {configMap: {name: app, key: app.yaml}}, format: yaml, keys: {age: [{name: age, key: keys.txt}], allow: [{awsKms: {arns: [a]}}]}}}",
    );
    let sops = store.spec.provider.sops.unwrap();
    assert!(
        matches!(sops.source, SopsSource::ConfigMap(ref at) if at.key.as_deref() == Some("app.yaml"))
    );
    assert_eq!(sops.format, Some(SopsFormat::Yaml));
    let keys = sops.keys.unwrap();
    assert_eq!((keys.age.len(), keys.allow.len()), (1, 1));
}

#[test]
fn a_repository_is_read() {
    let store = store(
        "{sops: {source: {git: {url: 'https://git.example/a', ref: {branch: main}, path: p, key: app.yaml, auth: {bearer: {tokenSecretRef: {name: git}}}}}}}",
    );
    let SopsSource::Git(git) = store.spec.provider.sops.unwrap().source else {
        panic!("no repository");
    };
    assert_eq!(git.reference, Some(GitReference::Branch("main".to_owned())));
    assert_eq!(
        (git.path.as_deref(), git.key.as_deref()),
        (Some("p"), Some("app.yaml"))
    );
    assert!(matches!(git.auth, Some(GitAuth::Bearer(ref it)) if it.token_secret_ref.name == "git"));
}

#[test]
fn a_provider_that_is_not_served_is_kept_as_it_is() {
    let manifest = json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": { "name": "parameters" },
        "spec": {
            "provider": { "gitlab": { "project": "1", "auth": { "x": [1, null] } } },
            "conditions": [{ "namespaceSelector": { "matchLabels": { "a": "b" } } }, { "namespaceRegexes": ["^a"] }],
            "retrySettings": { "maxRetries": 5, "retryInterval": "10s" },
            "refreshInterval": 30,
        },
    });
    let store: ClusterSecretStore = serde_json::from_value(manifest.clone()).unwrap();
    assert_eq!(
        store.spec.provider.only(),
        Ok(ProviderKind::Other("gitlab"))
    );
    assert_eq!(store.spec.refresh_interval, Some(Interval::Seconds(30)));
    assert_eq!(serde_json::to_value(store).unwrap(), manifest);
}

#[test]
fn a_store_has_one_provider() {
    let rows = [
        ("{}", Err(NotOne::Nothing)),
        (
            "{fake: {data: []}, aws: {service: ParameterStore, region: x}}",
            Err(NotOne::Several(vec!["aws".to_owned(), "fake".to_owned()])),
        ),
        ("{gitlab: {}}", Ok("gitlab")),
    ];
    for (provider, expected) in rows {
        let store = store(provider);
        let found = store.spec.provider.only().map(|kind| match kind {
            ProviderKind::Other(name) => name,
            _ => "served",
        });
        assert_eq!(found, expected, "{provider}");
    }
}
