//! What is known about reaching Huawei Cloud: plain data, looked up by whoever stands at the edge, and only when a key needs it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use selkie_crypto::{Secret, Timestamp};
use tokio::sync::Mutex;

use super::api::Service;
use crate::{Cause, Fault};

/// Who asks, and where.
#[derive(Default)]
pub struct Settings {
    /// Who asks; none was found where Huawei's library looks.
    pub pair: Option<KeyPair>,
    /// `HUAWEICLOUD_SDK_PROJECT_ID`, or `project_id`: without, the account is asked for the region's.
    pub project: Option<String>,
    /// `HUAWEICLOUD_SDK_IAM_ENDPOINT`, or `iam_endpoint`
    pub identity_endpoint: Option<String>,
    /// `HUAWEICLOUD_SDK_REGION_KMS_…` of a region.
    pub endpoint: Option<fn(region: &str) -> Option<String>>,
}

/// An access key.
pub struct KeyPair {
    /// Its name, the AK.
    pub access_key: String,
    /// What signs, the SK.
    pub secret_key: Secret,
    /// Of a temporary access key.
    pub security_token: Option<Secret>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").finish_non_exhaustive()
    }
}

type Read = Box<dyn Fn() -> Result<Settings, String> + Send + Sync>;
type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// The settings, read once and only for a key that needs them, the client made with them, and the projects that were asked for.
pub struct HuaweiAccess {
    read: Read,
    clock: Clock,
    service: OnceLock<Result<Service, Fault>>,
    /// By region.
    projects: Mutex<BTreeMap<String, String>>,
}

impl fmt::Debug for HuaweiAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HuaweiAccess").finish_non_exhaustive()
    }
}

impl HuaweiAccess {
    /// `read` looks the settings up, or says what is wrong with them, without a value of theirs. `clock` tells the time, which every
    /// signature has.
    pub fn new(
        read: impl Fn() -> Result<Settings, String> + Send + Sync + 'static,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            read: Box::new(read),
            clock: Box::new(clock),
            service: OnceLock::new(),
            projects: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(super) fn service(&self) -> Result<&Service, Fault> {
        let make = || {
            let settings = (self.read)().map_err(|what| Fault::new(Cause::Setting(what)))?;
            Service::new(settings)
        };
        self.service
            .get_or_init(make)
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The project of a region. Who does not find it asks for it while the others wait.
    pub(super) async fn project(&self, service: &Service, region: &str) -> Result<String, Fault> {
        if let Some(project) = &service.project {
            return Ok(project.clone());
        }
        let mut known = self.projects.lock().await;
        if let Some(project) = known.get(region) {
            return Ok(project.clone());
        }
        let project = service.project_of(region, self.now()).await?;
        known.insert(region.to_owned(), project.clone());
        Ok(project)
    }
}
