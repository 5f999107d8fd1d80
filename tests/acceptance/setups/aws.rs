//! Secrets Manager and Parameter Store at moto, behind a door that decides what IAM would.

mod door;

use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::recorder::Recorder;
use serde_json::{Value, json};

use super::{Cases, Setup};
use crate::case::Remote;
use crate::place::Place;

const REGION: &str = "eu-central-1";
/// The Secret with the access key.
const KEY: &str = "aws-key";
/// The tag by which a role may read.
const TAG: &str = "esoNamespace";
const TWO_TEXTS: &[&str] = &["SimpleDataSync"];

/// Both services, with the way to them.
pub(crate) struct Aws {
    moto: Moto,
    door: Recorder,
}

impl Aws {
    pub(crate) fn start(folder: &std::path::Path) -> Self {
        let moto = Moto::start(folder);
        let door = door::before(&moto);
        Self { moto, door }
    }

    /// The variables that lead a controller here.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        [
            ("AWS_ENDPOINT_URL", self.door.url()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}

type Store = fn(&Place<'_>, &[Remote]) -> Value;

const fn secrets_setup(id: &'static str, cases: Cases, store: Store) -> Setup {
    Setup {
        id,
        provider: "aws",
        cases,
        put: put_secrets,
        delete: delete_secrets,
        store,
        // A search in a path means how names begin.
        folder: |folder| format!("{folder}/"),
        found: |folder, key| format!("{folder}_{key}"),
    }
}

const fn parameters_setup(id: &'static str, cases: Cases, store: Store) -> Setup {
    Setup {
        put: put_parameters,
        delete: delete_parameters,
        folder: |folder| format!("/{folder}"),
        found: |folder, key| format!("_{folder}_{key}"),
        ..secrets_setup(id, cases, store)
    }
}

pub(super) static SETUPS: &[Setup] = &[
    secrets_setup("aws.secretsManager", Cases::Listed, |place, _| {
        place.store(&spec(place, "SecretsManager", &json!({})))
    }),
    secrets_setup(
        "aws.secretsManager.referent",
        Cases::These(TWO_TEXTS),
        |place, _| place.cluster_store(&spec(place, "SecretsManager", &json!({}))),
    ),
    secrets_setup(
        "aws.secretsManager.externalID",
        Cases::These(TWO_TEXTS),
        |place, _| {
            let role = json!({ "role": door::WANTS_AN_ID, "externalID": door::ID });
            place.store(&spec(place, "SecretsManager", &role))
        },
    ),
    Setup {
        put: |place, secrets| {
            let tagged: Vec<_> = secrets
                .iter()
                .map(|it| Remote::new(it.name, &*it.value).tag(TAG, &place.namespace))
                .collect();
            put_secrets(place, &tagged);
        },
        ..secrets_setup(
            "aws.secretsManager.sessionTags",
            Cases::These(TWO_TEXTS),
            |place, _| {
                let role = json!({ "role": door::READS_BY_TAG, "sessionTagsPolicy": "Simple" });
                place.store(&spec(place, "SecretsManager", &role))
            },
        )
    },
    parameters_setup("aws.parameterStore", Cases::Listed, |place, _| {
        place.store(&spec(place, "ParameterStore", &json!({})))
    }),
    parameters_setup(
        "aws.parameterStore.referent",
        Cases::These(TWO_TEXTS),
        |place, _| place.cluster_store(&spec(place, "ParameterStore", &json!({}))),
    ),
    parameters_setup(
        "aws.parameterStore.versions",
        Cases::These(&["aws.parameterStore.versions"]),
        |place, _| place.store(&spec(place, "ParameterStore", &json!({}))),
    ),
];

/// A store with an access key, and with other fields. The key lies in the namespace.
fn spec(place: &Place<'_>, service: &str, more: &Value) -> Value {
    let (id, secret) = match more["role"].as_str() {
        Some(_) => door::LENDER,
        None => door::READER,
    };
    let account = json!({ "stringData": { "id": id, "secret": secret } });
    place.write("Secret", KEY, account);
    let mut aws = json!({
        "service": service,
        "region": REGION,
        "auth": { "secretRef": {
            "accessKeyIDSecretRef": { "name": KEY, "key": "id" },
            "secretAccessKeySecretRef": { "name": KEY, "key": "secret" },
        }},
    });
    for (name, value) in more.as_object().unwrap() {
        aws[name] = value.clone();
    }
    json!({ "provider": { "aws": aws } })
}

fn tags(secret: &Remote) -> Value {
    let tags = secret.tags.iter();
    tags.map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}

fn secret_name(place: &Place<'_>, secret: &Remote) -> String {
    let name = format!("{}/{}", secret.folder, place.key(secret.name));
    name.trim_start_matches('/').to_owned()
}

fn put_secrets(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let name = secret_name(place, secret);
        let said = json!({ "Name": name, "SecretString": secret.value, "Tags": tags(secret) });
        let moto = &place.servers.aws.moto;
        moto.secrets(REGION, "CreateSecret", &said);
    }
}

fn delete_secrets(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let name = secret_name(place, secret);
        let said = json!({ "SecretId": name, "ForceDeleteWithoutRecovery": true });
        let moto = &place.servers.aws.moto;
        moto.secrets(REGION, "DeleteSecret", &said);
    }
}

fn parameter_name(place: &Place<'_>, secret: &Remote) -> String {
    let key = place.key(secret.name);
    match &*secret.folder {
        "" => key,
        folder => format!("/{folder}/{key}"),
    }
}

/// A name that stands twice has two versions.
fn put_parameters(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let name = parameter_name(place, secret);
        let mut said = json!({ "Name": name, "Value": secret.value, "Type": "SecureString" });
        if secret.tags.is_empty() {
            said["Overwrite"] = json!(true);
        } else {
            said["Tags"] = tags(secret);
        }
        let moto = &place.servers.aws.moto;
        moto.parameters(REGION, "PutParameter", &said);
    }
}

fn delete_parameters(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let said = json!({ "Name": parameter_name(place, secret) });
        let moto = &place.servers.aws.moto;
        moto.parameters(REGION, "DeleteParameter", &said);
    }
}
