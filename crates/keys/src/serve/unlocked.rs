//! Data keys that were unwrapped a moment ago, by recipient and wrapped text, for as long as the user said.
//!
//! Keys alone, never an identity: whoever gets at this memory can open the files that were opened in this time, and no others. All of
//! it is wiped when the machine was suspended: nobody says how long it lay there.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use selkie_crypto::{Recipient, Secret};

/// More than the files of one run; beyond it, the oldest goes.
const LIMIT: usize = 4096;

/// A suspend is told from a busy machine by more than this.
const DRIFT: Duration = Duration::from_secs(2);

/// How long keys are kept.
pub struct Keeping {
    /// From the unwrapping on.
    pub time: Duration,
    /// The time since some moment, with that in suspend. `Instant` does not count it on Linux.
    pub clock: Box<dyn Fn() -> Duration + Send + Sync>,
}

pub(super) struct Unlocked {
    keeping: Keeping,
    state: Mutex<State>,
}

struct State {
    keys: HashMap<(String, String), (Secret, Duration)>,
    /// Both clocks when they were last looked at.
    seen: (Duration, Instant),
}

impl Unlocked {
    pub(super) fn new(keeping: Keeping) -> Self {
        let seen = ((keeping.clock)(), Instant::now());
        Self {
            keeping,
            state: Mutex::new(State {
                keys: HashMap::new(),
                seen,
            }),
        }
    }

    pub(super) fn find(&self, recipient: &Recipient, enc: &str) -> Option<Secret> {
        let state = self.fresh();
        let (secret, _) = state.keys.get(&id(recipient, enc))?;
        Some(Secret::from(secret.expose().to_vec()))
    }

    pub(super) fn keep(&self, recipient: &Recipient, enc: &str, secret: &Secret) {
        let mut state = self.fresh();
        let until = state.seen.0 + self.keeping.time;
        if state.keys.len() >= LIMIT {
            let oldest = state.keys.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                state.keys.remove(&oldest);
            }
        }
        let secret = Secret::from(secret.expose().to_vec());
        state.keys.insert(id(recipient, enc), (secret, until));
    }

    pub(super) fn forget(&self) {
        self.lock().keys.clear();
    }

    pub(super) fn sweep(&self) {
        drop(self.fresh());
    }

    /// What is still to be kept.
    fn fresh(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        let now = ((self.keeping.clock)(), Instant::now());
        let (before, awake) = (now.0.saturating_sub(state.seen.0), now.1 - state.seen.1);
        state.seen = now;
        if before > awake + DRIFT {
            state.keys.clear();
        }
        state.keys.retain(|_, (_, until)| *until > now.0);
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is done under the lock that leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(recipient: &Recipient, enc: &str) -> (String, String) {
    let recipient = format!("{} {}", recipient.kind_name(), recipient.identifier());
    (recipient, enc.to_owned())
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keeping").field(&self.time).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use selkie_crypto::AgeRecipient;

    use super::*;

    fn recipient(name: &str) -> Recipient {
        Recipient::Age(AgeRecipient::parse(name).unwrap())
    }

    /// Ten seconds, on a clock that the test moves, in milliseconds.
    fn unlocked() -> (Unlocked, Arc<AtomicU64>) {
        let now = Arc::new(AtomicU64::new(1_000_000));
        let clock = Arc::clone(&now);
        let unlocked = Unlocked::new(Keeping {
            time: Duration::from_secs(10),
            clock: Box::new(move || Duration::from_millis(clock.load(Ordering::SeqCst))),
        });
        (unlocked, now)
    }

    #[test]
    fn only_the_same_text_for_the_same_recipient_is_found() {
        let (unlocked, _) = unlocked();
        unlocked.keep(&recipient("age1a"), "enc", &Secret::from(vec![7; 32]));
        let found = |name, enc| unlocked.find(&recipient(name), enc).is_some();
        assert!(found("age1a", "enc"));
        assert!(!found("age1b", "enc"));
        assert!(!found("age1a", "enc2"));
        unlocked.forget();
        assert!(!found("age1a", "enc"));
    }

    #[test]
    fn keys_go_when_their_time_is_over() {
        let (unlocked, now) = unlocked();
        unlocked.keep(&recipient("age1a"), "enc", &Secret::from(vec![7; 32]));
        // In steps that no suspend makes.
        for step in 1..=7 {
            now.fetch_add(1_500, Ordering::SeqCst);
            let found = unlocked.find(&recipient("age1a"), "enc").is_some();
            assert_eq!(found, step * 1_500 < 10_000, "{step}");
        }
    }

    #[test]
    fn a_suspend_wipes_all() {
        let (unlocked, now) = unlocked();
        unlocked.keep(&recipient("age1a"), "enc", &Secret::from(vec![7; 32]));
        now.fetch_add(5_000, Ordering::SeqCst);
        unlocked.sweep();
        assert!(unlocked.lock().keys.is_empty());
    }

    #[test]
    fn there_is_a_limit() {
        let (unlocked, now) = unlocked();
        for number in 0..=LIMIT {
            now.fetch_add(u64::from(number == 1), Ordering::SeqCst);
            unlocked.keep(
                &recipient("age1a"),
                &number.to_string(),
                &Secret::from(vec![7; 32]),
            );
        }
        assert_eq!(unlocked.lock().keys.len(), LIMIT);
        assert!(unlocked.find(&recipient("age1a"), "0").is_none());
    }
}
