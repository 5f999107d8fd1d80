//! Proof of who an identity of AWS is, for somebody else to check: a request to STS that asks who signed it, signed and not sent.
//!
//! Never here: to whom it is shown.

use std::sync::Arc;

use reqwest::Url;
use selkie_api::store::aws::{AwsAccessKey, AwsJwt};

use super::identity::{Identity, Role};
use super::settings::{Signer, Source};
use super::sts::Sts;
use crate::Failure;
use crate::Reference;
use crate::connect::Means;

/// What the request asks.
const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// An identity that can be proved.
pub(crate) struct Caller {
    identity: Identity,
    sts: Sts,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// Who that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'s> {
    pub(crate) jwt: Option<&'s AwsJwt>,
    pub(crate) key: Option<&'s AwsAccessKey>,
    pub(crate) region: &'s str,
    pub(crate) role: Option<&'s str>,
    pub(crate) external_id: Option<&'s str>,
}

/// The signed request, a POST.
pub(crate) struct Proof<'c> {
    pub(crate) url: &'c Url,
    pub(crate) body: &'static str,
    pub(crate) headers: Vec<(String, String)>,
}

impl Who<'_> {
    /// What has to be resolved before it can be proved.
    pub(crate) fn references(self) -> Vec<Reference> {
        self.source().references()
    }

    fn source(&self) -> Source<'_> {
        Source {
            jwt: self.jwt,
            key: self.key,
        }
    }
}

impl Caller {
    pub(crate) fn new(who: Who<'_>, means: &Means) -> Result<Self, Failure> {
        let role = who.role.filter(|role| !role.is_empty());
        let role = role.map(|arn| Role {
            external_id: who
                .external_id
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            ..Role::plain(arn)
        });
        let roles = role.into_iter().collect();
        let signer = Signer::new(who.source(), who.region, roles, means)?;
        Ok(Self {
            sts: Sts::new(&signer.region, means)?,
            identity: signer.identity,
            clock: Arc::clone(&means.clock),
        })
    }

    /// A proof that is good for some minutes, with further headers that are signed too.
    pub(crate) async fn prove(
        &self,
        more: Option<(&'static str, &str)>,
    ) -> Result<Proof<'_>, Failure> {
        let keys = self.identity.keys().await?;
        let form = ("content-type", "application/x-www-form-urlencoded");
        let said: Vec<_> = [form].into_iter().chain(more).collect();
        let now = (self.clock)();
        let signed = self.sts.signed(BODY.as_bytes(), &said, &keys, now)?;
        let headers = signed.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Ok(Proof {
            url: self.sts.url(),
            body: BODY,
            headers: headers.collect(),
        })
    }

    /// Whether a new token of an account is due.
    pub(crate) fn is_over(&self) -> bool {
        self.identity.is_over()
    }
}
