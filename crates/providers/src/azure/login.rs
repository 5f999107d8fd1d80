//! How a store logs in: out of the spec and what it refers to, one request for a token.
//!
//! Never here: when a login is due, and what comes back ([`super::token`]).

use std::sync::Arc;

use reqwest::Url;
use selkie_api::Cause;
use selkie_api::store::azurekv::{AzureAuthType, AzureKv as Spec};
use selkie_crypto::Secret;

use super::certificate::Certificate;
use super::needs::Needs;
use crate::{Failure, Means, Reference};

/// A machine's own address, which all of Azure's machines have.
const MACHINE: &str = "http://169.254.169.254/";

/// The way to a token.
pub(super) enum Login {
    /// An application at its tenant's directory.
    Application {
        tenant: String,
        client: String,
        proof: Proof,
    },
    /// The machine.
    Machine { url: Url, client: Option<String> },
}

/// By what an application proves that it is one.
pub(super) enum Proof {
    /// A password.
    Secret(Secret),
    /// A certificate that the directory knows, and the seconds since 1970.
    Certificate(Box<Certificate>, Arc<dyn Fn() -> u64 + Send + Sync>),
    /// A statement of somebody whom the directory trusts.
    Statement(Secret),
}

impl Login {
    pub(super) fn new(spec: &Spec, needs: &Needs, means: &Means) -> Result<Self, Failure> {
        match (spec.auth_type(), &spec.service_account_ref) {
            (AzureAuthType::ServicePrincipal, _) => of_principal(spec, needs, means),
            (AzureAuthType::ManagedIdentity, _) => of_machine(spec, needs, means),
            (AzureAuthType::WorkloadIdentity, None) => of_process(needs, means),
            (AzureAuthType::WorkloadIdentity, Some(_)) => of_account(spec, needs, means),
        }
    }
}

fn of_principal(spec: &Spec, needs: &Needs, means: &Means) -> Result<Login, Failure> {
    let tenant = spec.tenant_id();
    let tenant = tenant.ok_or_else(|| invalid("authType ServicePrincipal needs tenantId"))?;
    let Some(client) = &needs.client else {
        return Err(invalid("authSecretRef names no clientId"));
    };
    let client = identifier(means.credentials.get(client)?)?;
    let proof = match (&needs.secret, &needs.certificate) {
        (Some(secret), None) => Proof::Secret(copy(means, secret)?),
        (None, Some(certificate)) => {
            let text = means.credentials.get(certificate)?;
            let certificate = Certificate::read(text)?;
            Proof::Certificate(Box::new(certificate), Arc::clone(&means.clock))
        }
        (Some(_), Some(_)) => {
            return Err(invalid(
                "authSecretRef names a clientSecret and a clientCertificate",
            ));
        }
        (None, None) => {
            return Err(invalid(
                "authSecretRef names no clientSecret and no clientCertificate",
            ));
        }
    };
    Ok(Login::Application {
        tenant: checked(tenant.to_owned())?,
        client,
        proof,
    })
}

fn of_machine(spec: &Spec, needs: &Needs, means: &Means) -> Result<Login, Failure> {
    check_own(means, "authType ManagedIdentity")?;
    let named = needs.machine.as_ref();
    let named = named.and_then(|it| means.credentials.find(it));
    let url = named.map_or(Ok(MACHINE), |named| str::from_utf8(named.expose()));
    let url = url.ok().and_then(|text| Url::parse(text).ok());
    let what = "AZURE_POD_IDENTITY_AUTHORITY_HOST is no address";
    let client = spec.identity_id.as_deref().filter(|id| !id.is_empty());
    Ok(Login::Machine {
        url: url
            .filter(|url| url.scheme() == "http")
            .ok_or_else(|| invalid(what))?,
        client: client.map(|id| checked(id.to_owned())).transpose()?,
    })
}

/// The identity that the cluster's webhook for workload identities has given to the process.
fn of_process(needs: &Needs, means: &Means) -> Result<Login, Failure> {
    check_own(means, "authType WorkloadIdentity without serviceAccountRef")?;
    let given = |reference: &Option<Reference>| match reference {
        Some(reference) => means.credentials.get(reference),
        None => Err(invalid("the process has no identity")),
    };
    Ok(Login::Application {
        tenant: checked(identifier(given(&needs.own_tenant)?)?)?,
        client: identifier(given(&needs.own_client)?)?,
        proof: Proof::Statement(trimmed(given(&needs.statement)?)),
    })
}

/// The identity of an account, which its annotations name, or Secrets; not both, so that nobody has to guess which of them counts.
fn of_account(spec: &Spec, needs: &Needs, means: &Means) -> Result<Login, Failure> {
    let there = |reference: &Option<Reference>| -> Result<Option<String>, Failure> {
        let found = reference.as_ref().map(|it| means.credentials.get(it));
        let found = found.transpose()?.map(identifier).transpose()?;
        Ok(found.filter(|id| !id.is_empty()))
    };
    let perhaps = |reference: &Option<Reference>| -> Result<Option<String>, Failure> {
        let found = reference.as_ref().and_then(|it| means.credentials.find(it));
        let found = found.map(identifier).transpose()?;
        Ok(found.filter(|id| !id.is_empty()))
    };
    if spec.auth_secret_ref.is_some() && needs.client.is_none() {
        return Err(invalid("authSecretRef names no clientId"));
    }
    let client = match (there(&needs.client)?, perhaps(&needs.client_of_account)?) {
        (Some(_), Some(_)) => {
            return Err(invalid(
                "the client id stands in authSecretRef and in an annotation of the ServiceAccount",
            ));
        }
        (given, annotated) => given.or(annotated),
    };
    let client = client.ok_or_else(|| {
        let what = "the ServiceAccount has no annotation azure.workload.identity/client-id, and authSecretRef names no clientId";
        Failure::new(Cause::CredentialsMissing, what)
    })?;
    let given = there(&needs.tenant)?;
    let given = given.or_else(|| spec.tenant_id().map(str::to_owned));
    let tenant = match (given, perhaps(&needs.tenant_of_account)?) {
        // The newer library takes the store's word for it.
        (Some(given), Some(_)) if spec.use_azure_sdk() => Some(given),
        (Some(_), Some(_)) => {
            return Err(invalid(
                "the tenant stands in the store and in an annotation of the ServiceAccount",
            ));
        }
        (given, annotated) => given.or(annotated),
    };
    let tenant = match tenant {
        Some(tenant) => Some(tenant),
        None => perhaps(&needs.own_tenant)?,
    };
    let tenant = tenant.ok_or_else(|| {
        let what = "neither the store nor the ServiceAccount names the tenant";
        Failure::new(Cause::CredentialsMissing, what)
    })?;
    let Some(statement) = &needs.statement else {
        return Err(invalid("there is no ServiceAccount"));
    };
    Ok(Login::Application {
        tenant: checked(tenant)?,
        client,
        proof: Proof::Statement(copy(means, statement)?),
    })
}

/// Where a directory gives tokens of a tenant.
pub(super) fn token_address(authority: &Url, tenant: &str) -> Result<Url, Failure> {
    let mut url = authority.clone();
    let what = "the address of the directory has no room for a path";
    let mut names = url.path_segments_mut().map_err(|()| invalid(what))?;
    names
        .pop_if_empty()
        .extend([tenant, "oauth2", "v2.0", "token"]);
    drop(names);
    Ok(url)
}

/// What is sent for a token, as a form.
pub(super) fn form(
    address: &Url,
    client: &str,
    proof: &Proof,
    resource: &str,
) -> Result<Secret, Failure> {
    let mut form = Secret::with_capacity(8 << 10);
    let mut put = |name: &str, value: &[u8]| {
        if !form.is_empty() {
            form.extend_from_slice(b"&");
        }
        form.extend_from_slice(name.as_bytes());
        form.extend_from_slice(b"=");
        escape(value, &mut form);
    };
    put("grant_type", b"client_credentials");
    put("client_id", client.as_bytes());
    put("scope", format!("{resource}/.default").as_bytes());
    let kind = b"urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    match proof {
        Proof::Secret(secret) => put("client_secret", secret.expose()),
        Proof::Certificate(certificate, clock) => {
            let statement = certificate.statement(client, address.as_str(), clock())?;
            put("client_assertion_type", kind);
            put("client_assertion", statement.expose());
        }
        Proof::Statement(statement) => {
            put("client_assertion_type", kind);
            put("client_assertion", statement.expose());
        }
    }
    Ok(form)
}

/// What a machine is asked for a token.
pub(super) fn machine_address(url: &Url, client: Option<&str>, resource: &str) -> Url {
    let mut url = url.clone();
    url.set_path("/metadata/identity/oauth2/token");
    let mut query = url.query_pairs_mut();
    query.append_pair("api-version", "2018-02-01");
    query.append_pair("resource", resource);
    if let Some(client) = client {
        query.append_pair("client_id", client);
    }
    drop(query);
    url
}

fn escape(value: &[u8], out: &mut Secret) {
    for &byte in value {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.extend_from_slice(&[byte]);
        } else {
            let digit = |half: u8| b"0123456789ABCDEF"[usize::from(half & 15)];
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte)]);
        }
    }
}

/// Whoever may write a SecretStore would use the machine's rights for himself.
fn check_own(means: &Means, what: &str) -> Result<(), Failure> {
    if means.own_identity {
        return Ok(());
    }
    let what =
        format!("{what} is the controller's own identity, which only a ClusterSecretStore may use");
    Err(Failure::new(Cause::Forbidden, what))
}

fn copy(means: &Means, reference: &Reference) -> Result<Secret, Failure> {
    let found = means.credentials.get(reference)?;
    Ok(Secret::from(found.expose().to_vec()))
}

fn trimmed(secret: &Secret) -> Secret {
    Secret::from(secret.expose().trim_ascii().to_vec())
}

/// An identifier, which is no secret: without what an editor has put behind it, and such that it can stand anywhere.
fn identifier(value: &Secret) -> Result<String, Failure> {
    let text = str::from_utf8(value.expose().trim_ascii());
    let text = text.map_err(|_| invalid("an identifier of the login is no text"))?;
    checked(text.to_owned())
}

fn checked(id: String) -> Result<String, Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if id.bytes().all(plain) && id.bytes().any(|b| b != b'.') || id.is_empty() {
        return Ok(id);
    }
    Err(invalid(
        "a tenant or client id is letters, digits, points and hyphens",
    ))
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, what)
}
