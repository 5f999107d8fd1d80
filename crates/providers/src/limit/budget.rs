//! How much of a store's patience is used: calls in a second, and calls under way.
//!
//! Never here: what is called.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::Limits;

/// The budget of one store.
pub(super) struct Budget {
    together: Semaphore,
    /// Between two calls, at the full rate.
    interval: Duration,
    /// What a store without calls saves up.
    saved: Duration,
    pace: Mutex<Pace>,
}

/// When calls may begin.
struct Pace {
    /// The next one, were it not for what is saved up.
    next: Instant,
    /// None before this: the store asked to be left alone.
    held: Instant,
}

impl Budget {
    fn new(limits: &Limits) -> Self {
        let interval = Duration::from_secs(1) / limits.rate.max(1);
        let saved = interval * limits.burst.saturating_sub(1);
        let now = Instant::now();
        Self {
            together: Semaphore::new(limits.together.max(1)),
            interval,
            saved,
            pace: Mutex::new(Pace {
                next: now.checked_sub(saved).unwrap_or(now),
                held: now,
            }),
        }
    }

    /// Waits until a call may be made. It is under way as long as the permit is held; `None` never comes, because nobody closes a budget.
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let permit = self.together.acquire().await.ok();
        let mut turn = self.turn();
        while turn > Instant::now() {
            sleep_until(turn).await;
            // Meanwhile the store may have asked for more patience.
            turn = self.pace().held;
        }
        permit
    }

    /// Lets no call begin for a while.
    pub(super) fn hold(&self, wait: Duration) {
        let mut pace = self.pace();
        pace.held = pace.held.max(Instant::now() + wait);
    }

    fn turn(&self) -> Instant {
        let now = Instant::now();
        let mut pace = self.pace();
        let earliest = now.checked_sub(self.saved).unwrap_or(now);
        let turn = pace.next.max(earliest);
        pace.next = turn + self.interval;
        turn.max(pace.held)
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The budgets of all stores that are in use.
#[derive(Clone, Default)]
pub(super) struct Table(Arc<Mutex<HashMap<String, Weak<Budget>>>>);

impl Table {
    /// The budget of a store: the same for all who ask while one of them has it.
    pub(super) fn of(&self, store: &str, limits: &Limits) -> Arc<Budget> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table.get(store).and_then(Weak::upgrade) {
            return known;
        }
        table.retain(|_, budget| budget.strong_count() > 0);
        let budget = Arc::new(Budget::new(limits));
        table.insert(store.to_owned(), Arc::downgrade(&budget));
        budget
    }
}
