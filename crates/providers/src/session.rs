//! What a login brought, for all readers of one store: one login serves everybody who waited for it, whether it succeeds or not.
//!
//! Never here: how somebody logs in, how long what was brought is good, the lock around it.

use tokio::time::Instant;

use crate::Failure;

/// What is held, and how the last login ended.
pub(crate) struct Session<H> {
    /// What the last login brought, until somebody takes it away.
    pub(crate) held: Option<H>,
    /// The last login, if it failed.
    failed: Option<(Instant, Failure)>,
}

impl<H> Default for Session<H> {
    fn default() -> Self {
        Self {
            held: None,
            failed: None,
        }
    }
}

impl<H> Session<H> {
    /// Logs in for whoever asked at that time, unless that has failed since: a hundred readers who waited for one login do not try it a hundred times.
    ///
    /// # Errors
    /// That of the login, or of the one that failed meanwhile. Nothing is held then.
    pub(crate) async fn begin(
        &mut self,
        asked: Instant,
        login: impl Future<Output = Result<H, Failure>>,
    ) -> Result<&H, Failure> {
        if let Some((at, failure)) = &self.failed
            && *at >= asked
        {
            return Err(failure.clone());
        }
        self.held = None;
        match login.await {
            Ok(held) => {
                self.failed = None;
                Ok(self.held.insert(held))
            }
            Err(failure) => {
                self.failed = Some((Instant::now(), failure.clone()));
                Err(failure)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use selkie_api::Cause;
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waited_shares_the_failure_and_whoever_comes_later_tries_again() {
        let mut session = Session::<u8>::default();
        let before = Instant::now();
        advance(Duration::from_secs(1)).await;
        let refused = async { Err(Failure::new(Cause::Unauthorized, "of the test")) };
        let told = session.begin(before, refused).await.copied();
        assert_eq!(told.map_err(|it| it.cause), Err(Cause::Unauthorized));

        let told = session.begin(before, async { Ok(1) }).await.copied();
        assert_eq!(told.map_err(|it| it.cause), Err(Cause::Unauthorized));
        assert_eq!(session.held, None);

        advance(Duration::from_secs(1)).await;
        let told = session.begin(Instant::now(), async { Ok(2) }).await;
        assert_eq!(told.copied().map_err(|it| it.cause), Ok(2));
        // What failed before is forgotten.
        let told = session.begin(before, async { Ok(3) }).await.copied();
        assert_eq!(told.map_err(|it| it.cause), Ok(3));
    }
}
