//! A kubeconfig in a Secret. Whoever writes it must not make us start a program, read a file of ours or believe anybody: what asks for that is
//! refused by name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::Cause;
use selkie_crypto::Secret;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::settings::Settings;
use crate::Failure;
use crate::http::Tls;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Config {
    #[serde(default)]
    current_context: Option<String>,
    #[serde(default)]
    contexts: Option<Vec<NamedContext>>,
    #[serde(default)]
    clusters: Option<Vec<NamedCluster>>,
    #[serde(default)]
    users: Option<Vec<NamedUser>>,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    cluster: String,
    user: String,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster {
    server: String,
    #[serde(default)]
    certificate_authority_data: Option<String>,
    #[serde(default)]
    certificate_authority: Option<IgnoredAny>,
    #[serde(default)]
    insecure_skip_tls_verify: Option<bool>,
    #[serde(default)]
    tls_server_name: Option<IgnoredAny>,
    #[serde(default)]
    proxy_url: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct NamedUser {
    name: String,
    user: User,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct User {
    #[serde(default)]
    token: Option<Hidden>,
    #[serde(default)]
    client_certificate_data: Option<String>,
    #[serde(default)]
    client_key_data: Option<Hidden>,
    #[serde(default)]
    exec: Option<IgnoredAny>,
    #[serde(default)]
    auth_provider: Option<IgnoredAny>,
    #[serde(default, rename = "tokenFile")]
    token_file: Option<IgnoredAny>,
    #[serde(default)]
    client_certificate: Option<IgnoredAny>,
    #[serde(default)]
    client_key: Option<IgnoredAny>,
    #[serde(default)]
    username: Option<IgnoredAny>,
    #[serde(default)]
    r#as: Option<IgnoredAny>,
}

/// A text that is wiped, as far as the reader of YAML lets it.
struct Hidden(Secret);

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader).map(|text| Self(Secret::from(text)))
    }
}

/// The settings of the current context.
pub(super) fn read(text: &Secret) -> Result<Settings, Failure> {
    let text = std::str::from_utf8(text.expose()).map_err(|_| unreadable())?;
    let config: Config = serde_saphyr::from_str(text).map_err(|_| unreadable())?;
    let current = config.current_context.unwrap_or_default();
    let contexts = config.contexts.unwrap_or_default();
    let context = contexts.into_iter().find(|it| it.name == current);
    let context = context
        .ok_or_else(|| invalid("has no current context"))?
        .context;
    let mut clusters = config.clusters.unwrap_or_default().into_iter();
    let cluster = clusters.find(|it| it.name == context.cluster);
    let cluster = cluster
        .ok_or_else(|| invalid("lacks the cluster of its context"))?
        .cluster;
    let mut users = config.users.unwrap_or_default().into_iter();
    let user = users.find(|it| it.name == context.user);
    let user = user
        .ok_or_else(|| invalid("lacks the user of its context"))?
        .user;
    refuse(&cluster, &user)?;
    let authorities = cluster.certificate_authority_data.as_deref();
    let authorities = authorities.map(|text| decoded(text.as_bytes()));
    let authorities = authorities.transpose()?;
    let identity = match (&user.client_certificate_data, &user.client_key_data) {
        (Some(certificate), Some(key)) => {
            let certificate = decoded(certificate.as_bytes())?;
            Some(Tls::identity(&certificate, &decoded(key.0.expose())?))
        }
        (None, None) => None,
        _ => {
            return Err(invalid(
                "has a client certificate without its key, or a key alone",
            ));
        }
    };
    Ok(Settings {
        server: cluster.server,
        tls: Tls {
            authorities: authorities.map(|pem| pem.expose().to_vec()),
            identity,
        },
        token: user.token.map(|token| token.0),
    })
}

fn refuse(cluster: &Cluster, user: &User) -> Result<(), Failure> {
    let refused = [
        ("exec", user.exec.is_some()),
        ("auth-provider", user.auth_provider.is_some()),
        ("tokenFile", user.token_file.is_some()),
        ("client-certificate", user.client_certificate.is_some()),
        ("client-key", user.client_key.is_some()),
        ("username", user.username.is_some()),
        ("as", user.r#as.is_some()),
        (
            "certificate-authority",
            cluster.certificate_authority.is_some(),
        ),
        ("tls-server-name", cluster.tls_server_name.is_some()),
        ("proxy-url", cluster.proxy_url.is_some()),
        (
            "insecure-skip-tls-verify",
            cluster.insecure_skip_tls_verify == Some(true),
        ),
    ];
    match refused.into_iter().find(|(_, there)| *there) {
        Some((name, _)) => Err(Failure::new(
            Cause::Unsupported,
            format!("the kubeconfig has {name}, which is not followed"),
        )),
        None => Ok(()),
    }
}

fn decoded(text: &[u8]) -> Result<Secret, Failure> {
    let decoded = STANDARD.decode(text.trim_ascii());
    decoded
        .map(Secret::from)
        .map_err(|_| invalid("holds data that is no base64"))
}

fn unreadable() -> Failure {
    invalid("cannot be read")
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, format!("the kubeconfig {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "clusters:\n- name: c\n  cluster:\n    server: https://api.example\n";
    const CONTEXT: &str =
        "current-context: x\ncontexts:\n- name: x\n  context: {cluster: c, user: u}\n";

    fn config(cluster: &str, user: &str) -> Secret {
        Secret::from(format!(
            "{CONTEXT}{CLUSTER}{cluster}users:\n- name: u\n  user: {user}\n"
        ))
    }

    #[test]
    fn the_current_context_is_read() {
        let read = read(&config(
            "    certificate-authority-data: Y2E=\n",
            "{token: t0ken}",
        ))
        .unwrap();
        assert_eq!(read.server, "https://api.example");
        assert_eq!(read.tls.authorities.as_deref(), Some(&b"ca"[..]));
        assert_eq!(read.token.unwrap().expose(), b"t0ken");
        let user = "{client-certificate-data: Y2VydA==, client-key-data: a2V5}";
        let read = super::read(&config("", user)).unwrap();
        assert_eq!(read.tls.identity.unwrap().expose(), b"cert\nkey");
    }

    #[test]
    fn what_would_reach_beyond_the_secret_is_refused() {
        let rows = [
            (
                "",
                "{exec: {command: sh, apiVersion: v1}}",
                Cause::Unsupported,
            ),
            ("", "{auth-provider: {name: gcp}}", Cause::Unsupported),
            (
                "",
                "{tokenFile: /var/run/secrets/token}",
                Cause::Unsupported,
            ),
            (
                "",
                "{client-certificate: /etc/x, client-key: /etc/y}",
                Cause::Unsupported,
            ),
            ("", "{username: a, password: b}", Cause::Unsupported),
            ("", "{token: t, as: system:admin}", Cause::Unsupported),
            (
                "    certificate-authority: /etc/ca\n",
                "{token: t}",
                Cause::Unsupported,
            ),
            (
                "    insecure-skip-tls-verify: true\n",
                "{token: t}",
                Cause::Unsupported,
            ),
            (
                "    proxy-url: http://x\n",
                "{token: t}",
                Cause::Unsupported,
            ),
            (
                "    certificate-authority-data: '***'\n",
                "{token: t}",
                Cause::InvalidSpec,
            ),
            ("", "{client-key-data: a2V5}", Cause::InvalidSpec),
            ("", "[", Cause::InvalidSpec),
        ];
        for (cluster, user, cause) in rows {
            let failure = read(&config(cluster, user)).err().unwrap();
            assert_eq!(failure.cause, cause, "{cluster}{user}");
        }
        let failure = read(&Secret::from("a: 1".to_owned())).err().unwrap();
        assert_eq!(failure.cause, Cause::InvalidSpec);
    }
}
