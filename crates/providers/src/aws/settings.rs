//! Who signs the requests of a store, or of a login, and in which region.
//!
//! Never here: a request.

use aws_credential_types::Credentials;
use selkie_api::store::aws::{Aws, AwsAccessKey, AwsJwt, SessionTagsPolicy};
use selkie_api::{Cause, SecretKeySelector, ServiceAccountSelector};

use super::identity::{Base, Identity, Own, Role};
use super::region;
use crate::connect::Means;
use crate::{Failure, Reference};

/// The annotation of an account that names its role.
const ROLE: &str = "eks.amazonaws.com/role-arn";
/// The annotation of an account that says for whom its tokens are, and what holds without it.
const AUDIENCE: &str = "eks.amazonaws.com/audience";
const STS: &str = "sts.amazonaws.com";

/// How long a token of an account lives: as long as the session that is got with it.
const SECONDS: u32 = 3600;

/// Where keys come from: the first that is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'s> {
    pub(crate) jwt: Option<&'s AwsJwt>,
    pub(crate) key: Option<&'s AwsAccessKey>,
}

/// Who signs, and for which region.
pub(crate) struct Signer {
    pub(crate) region: String,
    pub(crate) identity: Identity,
}

/// What the spec of a store says.
pub(super) struct Settings {
    pub(super) signer: Signer,
    pub(super) prefix: String,
}

impl Settings {
    pub(super) fn new(spec: &Aws, means: &Means) -> Result<Self, Failure> {
        let mut roles: Vec<_> = spec.additional_roles.iter().map(Role::plain).collect();
        if !spec.role.is_empty() {
            let tags = tags(spec, means)?;
            // Without tags, keys of tags are refused.
            let transitive = if tags.is_empty() {
                Vec::new()
            } else {
                spec.transitive_tag_keys.clone()
            };
            roles.push(Role {
                arn: spec.role.clone(),
                external_id: Some(spec.external_id.clone()).filter(|id| !id.is_empty()),
                tags,
                transitive,
            });
        }
        Ok(Self {
            signer: Signer::new(Source::of_store(spec), &spec.region, roles, means)?,
            prefix: spec.prefix.clone(),
        })
    }
}

impl Signer {
    /// Whoever has assumed these roles, one after the other.
    pub(crate) fn new(
        source: Source<'_>,
        region: &str,
        roles: Vec<Role>,
        means: &Means,
    ) -> Result<Self, Failure> {
        region::domain(region)?;
        Ok(Self {
            region: region.to_owned(),
            identity: Identity::new(source.base(region, means)?, roles, region, means)?,
        })
    }
}

impl<'s> Source<'s> {
    pub(super) fn of_store(spec: &'s Aws) -> Self {
        let auth = spec.auth.as_ref();
        Self {
            jwt: auth.and_then(|auth| auth.jwt.as_ref()),
            key: auth.and_then(|auth| auth.secret_ref.as_ref()),
        }
    }

    /// What has to be resolved. What is wrong is told when it connects.
    pub(crate) fn references(self) -> Vec<Reference> {
        if let Some(jwt) = self.jwt {
            let account = jwt.service_account_ref.as_ref();
            return account.map_or_else(Vec::new, |it| vec![role(it), token(it)]);
        }
        let Some(key) = self.key else {
            return Vec::new();
        };
        let both = [&key.access_key_id, &key.secret_access_key];
        let all = both.into_iter().chain(session(key));
        all.filter_map(|selector| secret(selector, "").ok())
            .collect()
    }

    fn base(self, region: &str, means: &Means) -> Result<Base, Failure> {
        if let Some(jwt) = self.jwt {
            return of_account(jwt, means);
        }
        if let Some(key) = self.key {
            return of_key(key, means);
        }
        if means.own_identity {
            return Ok(Base::Own(Own::new(region)));
        }
        let what = "a SecretStore cannot use the controller's own identity: it needs auth";
        Err(Failure::new(Cause::Forbidden, what))
    }
}

fn of_account(jwt: &AwsJwt, means: &Means) -> Result<Base, Failure> {
    let Some(account) = &jwt.service_account_ref else {
        let what = "auth.jwt has no serviceAccountRef";
        return Err(Failure::new(Cause::InvalidSpec, what));
    };
    let role = text(means.credentials.get(&role(account))?.expose(), ROLE)?;
    let token = means.credentials.get(&token(account))?;
    Ok(Base::Account {
        role: role.to_owned(),
        token: token.expose().to_vec().into(),
    })
}

fn of_key(key: &AwsAccessKey, means: &Means) -> Result<Base, Failure> {
    let read = |selector, field| {
        let value = means.credentials.get(&secret(selector, field)?)?;
        text(value.expose(), field).map(str::to_owned)
    };
    let id = read(&key.access_key_id, "accessKeyIDSecretRef")?;
    let secret = read(&key.secret_access_key, "secretAccessKeySecretRef")?;
    let session = session(key).map(|it| read(it, "sessionTokenSecretRef"));
    Ok(Base::Keys(Credentials::new(
        id,
        secret,
        session.transpose()?,
        None,
        "given",
    )))
}

fn session(key: &AwsAccessKey) -> Option<&SecretKeySelector> {
    key.session_token.as_ref().filter(|it| it.is_set())
}

fn role(account: &ServiceAccountSelector) -> Reference {
    Reference::Annotation {
        namespace: account.namespace.clone(),
        name: account.name.clone(),
        annotation: ROLE.to_owned(),
    }
}

fn token(account: &ServiceAccountSelector) -> Reference {
    Reference::AnnotatedToken {
        namespace: account.namespace.clone(),
        name: account.name.clone(),
        annotation: AUDIENCE,
        otherwise: STS,
        audiences: account.audiences.clone(),
        seconds: SECONDS,
    }
}

/// A key of a Secret, both of which have to be named.
fn secret(selector: &SecretKeySelector, field: &str) -> Result<Reference, Failure> {
    let key = selector.key.as_deref().filter(|key| !key.is_empty());
    match Reference::secret(selector, "") {
        Some(reference) if key.is_some() => Ok(reference),
        _ => {
            let what = format!("{field} names no key of a Secret");
            Err(Failure::new(Cause::InvalidSpec, what))
        }
    }
}

fn text<'b>(bytes: &'b [u8], what: &str) -> Result<&'b str, Failure> {
    str::from_utf8(bytes)
        .map_err(|_| Failure::new(Cause::Unauthorized, format!("{what} gives no text")))
}

/// The tags of the session in `role`. What the spec says itself counts more than what is added.
fn tags(spec: &Aws, means: &Means) -> Result<Vec<(String, String)>, Failure> {
    let mut tags: Vec<_> = spec
        .session_tags
        .iter()
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect();
    let policy = spec.session_tags_policy();
    if policy == SessionTagsPolicy::None {
        return Ok(tags);
    }
    let Some(asker) = &means.asker else {
        let what = "the tags of the session need to know who asks";
        return Err(Failure::new(Cause::InvalidSpec, what));
    };
    let named = [
        ("esoNamespace", &asker.namespace),
        ("esoStoreName", &asker.store),
        ("esoStoreKind", &asker.kind),
    ];
    let named = named.map(|(key, value)| (key.to_owned(), value.clone()));
    let custom = match policy {
        SessionTagsPolicy::Custom => Some(&spec.custom_session_tags),
        _ => None,
    };
    let custom = custom.into_iter().flatten();
    let custom = custom.map(|(key, value)| (key.clone(), value.clone()));
    for (key, value) in named.into_iter().chain(custom) {
        if tags.iter().all(|(known, _)| *known != key) {
            tags.push((key, value));
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::connect::Asker;

    fn spec(more: &Value) -> Aws {
        let mut spec = json!({"service": "ParameterStore", "region": "eu-central-1"});
        let object = spec.as_object_mut().unwrap();
        object.extend(more.as_object().unwrap().clone());
        serde_json::from_value(spec).unwrap()
    }

    fn means() -> Means {
        Means {
            own_identity: true,
            asker: Some(Asker {
                namespace: "team".to_owned(),
                store: "parameters".to_owned(),
                kind: "ClusterSecretStore".to_owned(),
            }),
            ..Means::new(crate::Credentials::default(), std::sync::Arc::new(|| 0))
        }
    }

    #[test]
    fn the_session_says_what_the_policy_wants() {
        let rows = [
            (json!({}), vec![]),
            (
                json!({"sessionTags": [{"key": "a", "value": "1"}]}),
                vec![("a", "1")],
            ),
            (
                json!({"sessionTagsPolicy": "None", "customSessionTags": {"c": "3"}}),
                vec![],
            ),
            (
                json!({"sessionTagsPolicy": "Simple", "customSessionTags": {"c": "3"}}),
                vec![
                    ("esoNamespace", "team"),
                    ("esoStoreName", "parameters"),
                    ("esoStoreKind", "ClusterSecretStore"),
                ],
            ),
            (
                json!({
                    "sessionTags": [{"key": "esoStoreName", "value": "mine"}],
                    "sessionTagsPolicy": "Custom",
                    "customSessionTags": {"c": "3", "esoNamespace": "forged"},
                }),
                vec![
                    ("esoStoreName", "mine"),
                    ("esoNamespace", "team"),
                    ("esoStoreKind", "ClusterSecretStore"),
                    ("c", "3"),
                ],
            ),
        ];
        for (more, expected) in rows {
            let tags = tags(&spec(&more), &means()).unwrap();
            let tags: Vec<_> = tags.iter().map(|(k, v)| (&**k, &**v)).collect();
            assert_eq!(tags, expected, "{more}");
        }
    }

    #[test]
    fn the_first_source_counts() {
        let key = json!({
            "accessKeyIDSecretRef": {"name": "s", "key": "id"},
            "secretAccessKeySecretRef": {"name": "s", "key": "secret"},
        });
        let lent = json!({
            "accessKeyIDSecretRef": {"name": "s", "key": "id"},
            "secretAccessKeySecretRef": {"name": "s", "key": "secret"},
            "sessionTokenSecretRef": {"name": "s", "key": "session"},
        });
        let account = json!({"serviceAccountRef": {"name": "app", "audiences": ["more"]}});
        let rows = [
            (json!({}), vec![]),
            (json!({"secretRef": key}), vec!["s/id", "s/secret"]),
            (
                json!({"secretRef": lent}),
                vec!["s/id", "s/secret", "s/session"],
            ),
            (
                json!({"jwt": account, "secretRef": key}),
                vec![
                    "app@eks.amazonaws.com/role-arn",
                    "app for eks.amazonaws.com/audience or sts.amazonaws.com and [\"more\"]",
                ],
            ),
            (json!({"jwt": {}}), vec![]),
        ];
        for (auth, expected) in rows {
            let spec = spec(&json!({"auth": auth}));
            let references = Source::of_store(&spec).references();
            let told: Vec<_> = references.iter().map(tell).collect();
            assert_eq!(told, expected, "{auth}");
        }
    }

    fn tell(reference: &Reference) -> String {
        match reference {
            Reference::Secret { name, key, .. } => format!("{name}/{key}"),
            Reference::Annotation {
                name, annotation, ..
            } => format!("{name}@{annotation}"),
            Reference::AnnotatedToken {
                name,
                annotation,
                otherwise,
                audiences,
                ..
            } => format!("{name} for {annotation} or {otherwise} and {audiences:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_before_anybody_is_asked() {
        let half = json!({"accessKeyIDSecretRef": {"name": "s", "key": "id"}});
        let keyless = json!({
            "accessKeyIDSecretRef": {"name": "s"},
            "secretAccessKeySecretRef": {"name": "s", "key": "secret"},
        });
        let whole = json!({
            "accessKeyIDSecretRef": {"name": "s", "key": "id"},
            "secretAccessKeySecretRef": {"name": "s", "key": "secret"},
        });
        let account = json!({"serviceAccountRef": {"name": "app"}});
        let rows = [
            (json!({"region": "nowhere"}), Cause::InvalidSpec),
            (json!({"auth": {"jwt": {}}}), Cause::InvalidSpec),
            (json!({"auth": {"secretRef": {}}}), Cause::InvalidSpec),
            (json!({"auth": {"secretRef": keyless}}), Cause::InvalidSpec),
            (
                json!({"auth": {"secretRef": half}}),
                Cause::CredentialsMissing,
            ),
            (
                json!({"auth": {"secretRef": whole}}),
                Cause::CredentialsMissing,
            ),
            (json!({"auth": {"jwt": account}}), Cause::CredentialsMissing),
        ];
        for (more, cause) in rows {
            let refused = Settings::new(&spec(&more), &means()).err().unwrap();
            assert_eq!(refused.cause, cause, "{more}: {refused}");
        }
        let stranger = Means {
            own_identity: false,
            ..means()
        };
        let refused = Settings::new(&spec(&json!({})), &stranger).err().unwrap();
        assert_eq!(refused.cause, Cause::Forbidden);
    }
}
