//! What a store's login refers to: one place says it for those who resolve and for those who use it.

use selkie_api::SecretKeySelector;
use selkie_api::store::azurekv::{AzureAuthType, AzureKv as Spec};

use crate::Reference;

/// Whom tokens of accounts are for that Microsoft's directory exchanges.
const EXCHANGE: &str = "api://AzureADTokenExchange";

const CLIENT: &str = "azure.workload.identity/client-id";
const TENANT: &str = "azure.workload.identity/tenant-id";

/// How long a token of an account is asked for. It is exchanged at once, and again when what came of it has ended.
const SECONDS: u32 = 3600;

/// References of a login; none for what the spec does not name.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) client: Option<Reference>,
    pub(super) tenant: Option<Reference>,
    pub(super) secret: Option<Reference>,
    pub(super) certificate: Option<Reference>,
    /// The same of the account's annotations.
    pub(super) client_of_account: Option<Reference>,
    pub(super) tenant_of_account: Option<Reference>,
    /// A statement of the cluster about the account, or about the process itself.
    pub(super) statement: Option<Reference>,
    /// The same of the process itself.
    pub(super) own_client: Option<Reference>,
    pub(super) own_tenant: Option<Reference>,
    /// Where the machine is asked for its identity, if not at the usual address.
    pub(super) machine: Option<Reference>,
}

impl Needs {
    pub(super) fn of(spec: &Spec) -> Self {
        let auth = spec.auth_secret_ref.as_ref();
        let part = |selector: Option<&SecretKeySelector>, key| {
            selector.and_then(|it| Reference::secret(it, key))
        };
        let client = part(auth.and_then(|auth| auth.client_id.as_ref()), "clientId");
        let variable = |name| Some(Reference::Variable(name));
        match (spec.auth_type(), &spec.service_account_ref) {
            (AzureAuthType::ServicePrincipal, _) => Self {
                client,
                secret: part(
                    auth.and_then(|it| it.client_secret.as_ref()),
                    "clientSecret",
                ),
                certificate: part(
                    auth.and_then(|it| it.client_certificate.as_ref()),
                    "clientCertificate",
                ),
                ..Self::default()
            },
            (AzureAuthType::ManagedIdentity, _) => Self {
                machine: variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"),
                ..Self::default()
            },
            (AzureAuthType::WorkloadIdentity, None) => Self {
                statement: Some(Reference::OwnFederatedToken),
                own_client: variable("AZURE_CLIENT_ID"),
                own_tenant: variable("AZURE_TENANT_ID"),
                ..Self::default()
            },
            (AzureAuthType::WorkloadIdentity, Some(account)) => {
                let annotation = |annotation: &str| {
                    Some(Reference::Annotation {
                        namespace: account.namespace.clone(),
                        name: account.name.clone(),
                        annotation: annotation.to_owned(),
                    })
                };
                let custom = spec.custom_cloud_config.as_ref();
                let custom = custom.and_then(|custom| custom.audience.clone());
                let exchange = custom.unwrap_or_else(|| EXCHANGE.to_owned());
                let audiences = [vec![exchange], account.audiences.clone()].concat();
                Self {
                    client,
                    tenant: part(auth.and_then(|it| it.tenant_id.as_ref()), "tenantId"),
                    client_of_account: annotation(CLIENT),
                    tenant_of_account: annotation(TENANT),
                    statement: Some(Reference::Token {
                        namespace: account.namespace.clone(),
                        name: account.name.clone(),
                        audiences,
                        seconds: SECONDS,
                    }),
                    own_tenant: variable("AZURE_TENANT_ID"),
                    ..Self::default()
                }
            }
        }
    }

    pub(super) fn all(self) -> Vec<Reference> {
        let Self {
            client,
            tenant,
            secret,
            certificate,
            client_of_account,
            tenant_of_account,
            statement,
            own_client,
            own_tenant,
            machine,
        } = self;
        let all = [
            client,
            tenant,
            secret,
            certificate,
            client_of_account,
            tenant_of_account,
            statement,
            own_client,
            own_tenant,
            machine,
        ];
        all.into_iter().flatten().collect()
    }
}
