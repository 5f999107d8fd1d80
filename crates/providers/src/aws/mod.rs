//! Secrets Manager and Parameter Store of AWS, for the block `aws`.
//!
//! Requests are made here, signed by the vendor's crate and sent over the client of all providers: values stay in buffers that are wiped, and no
//! word of the service's comes into a failure. Keys that are asked for together are read in one call; should that be forbidden, each is read alone for
//! as long as the connection lives.
//!
//! Never here: repeated requests and remembered values, which are the business of the layer above; a property, which is looked up in what was read.

mod caller;
mod client;
mod fault;
mod find;
mod identity;
mod parameters;
mod region;
mod secrets;
mod settings;
mod sign;
mod sts;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use selkie_api::Cause;
use selkie_api::store::aws::{Aws as Spec, AwsService, SessionTagsPolicy};
use selkie_crypto::Secret;

pub(crate) use caller::{Caller, Who};
pub use region::Endpoints;

use crate::connect::Means;
use crate::provider::Many;
use crate::{Address, Dialect, Failure, Find, Found, Provider, Reference, Remote, Validity, What};
use client::Client;
use settings::{Settings, Source};

/// A store in one of AWS's services.
pub struct Aws {
    service: Service,
    client: Client,
    prefix: String,
    /// Calls for several keys are forbidden.
    singly: AtomicBool,
}

/// A service that is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    SecretsManager,
    ParameterStore,
}

impl Aws {
    /// What the caller has to resolve before it can connect.
    pub fn references(spec: &Spec) -> Vec<Reference> {
        Source::of_store(spec).references()
    }

    /// Whether the store is another one for each namespace that asks, since the session says which it is.
    pub fn names_who_asks(spec: &Spec) -> bool {
        spec.session_tags_policy() != SessionTagsPolicy::None
    }

    /// Makes ready to ask; nothing is sent yet.
    pub fn connect(spec: &Spec, means: &Means) -> Result<Self, Failure> {
        let service = match spec.service {
            AwsService::SecretsManager => Service::SecretsManager,
            AwsService::ParameterStore => Service::ParameterStore,
            AwsService::CertificateManager => {
                let what = "provider aws: CertificateManager is not served";
                return Err(Failure::new(Cause::Unsupported, what));
            }
        };
        let settings = Settings::new(spec, means)?;
        Ok(Self {
            service,
            client: Client::new(service, settings.signer, means)?,
            prefix: settings.prefix,
            singly: AtomicBool::new(false),
        })
    }

    /// The key as the service has it.
    fn name(&self, at: &Address) -> String {
        format!("{}{}", self.prefix, at.key)
    }

    async fn at(&self, at: &Address) -> Result<Option<Remote>, Failure> {
        let value = match (self.service, at.what) {
            (Service::SecretsManager, What::Value) => self.secret(at).await?,
            (Service::SecretsManager, What::Metadata) => self.secret_tags(at).await?,
            (Service::ParameterStore, What::Value) => self.parameter(at).await?,
            (Service::ParameterStore, What::Metadata) => self.parameter_tags(at).await?,
        };
        Ok(value.map(|value| remote(at, value)))
    }

    async fn all(&self, at: &[Address]) -> Result<Many, Failure> {
        let names: Vec<_> = at.iter().map(|at| self.name(at)).collect();
        let values = self.values(&names).await?;
        let answers = values.into_iter().zip(at).map(|(answer, at)| {
            answer.map(|read| read.map(|value| value.map(|value| remote(at, value))))
        });
        Ok(answers.collect())
    }

    /// The newest values of these names, in one call.
    async fn values(&self, names: &[String]) -> Result<Values, Failure> {
        let values = match self.service {
            Service::SecretsManager => self.secrets(names).await,
            Service::ParameterStore => self.parameters(names).await,
        };
        match values {
            Err(failure) if failure.cause == Cause::Forbidden => {
                self.singly.store(true, Ordering::Relaxed);
                Ok(names.iter().map(|_| None).collect())
            }
            // One of them may be what it cannot make sense of; that one is told so when it is read alone.
            Err(failure) if !failure.is_passing() && failure.cause != Cause::Unauthorized => {
                Ok(names.iter().map(|_| None).collect())
            }
            other => other,
        }
    }
}

fn remote(at: &Address, value: Secret) -> Remote {
    let remote = Remote::whole(Dialect::Aws, &at.key, value);
    match at.what {
        What::Value => remote,
        What::Metadata => remote.as_metadata(),
    }
}

/// What a call for several names brought for each: a value, that there is none, or a failure; nothing where the name has to be asked alone.
type Values = Vec<Option<Result<Option<Secret>, Failure>>>;

impl Provider for Aws {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        Box::pin(self.at(at))
    }

    fn together(&self, at: &Address) -> usize {
        let is_newest = at.what == What::Value && at.version.is_none();
        if !is_newest || self.singly.load(Ordering::Relaxed) {
            return 1;
        }
        match self.service {
            Service::SecretsManager => secrets::together(&self.name(at)),
            Service::ParameterStore => parameters::together(&self.name(at)),
        }
    }

    fn read_many<'a>(&'a self, at: &'a [Address]) -> BoxFuture<'a, Result<Many, Failure>> {
        Box::pin(self.all(at))
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        Box::pin(self.search(find))
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        Box::pin(async {
            self.client.identity().keys().await?;
            Ok(Validity::Valid)
        })
    }

    fn is_over(&self) -> bool {
        self.client.identity().is_over()
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}
