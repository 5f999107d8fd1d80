//! Values that are read by one call for several addresses, where a provider has such calls.
//!
//! Whoever asks for a value that is not there opens a batch. Its free places go to values that other refreshes wait for, which are due as well and
//! would ask for them in a moment; a batch that is full by then leaves at once. Else it waits a few milliseconds for others who ask, which a lone
//! reader does not notice. Every place is a fetch of its own in the cache, which began when the place was taken: whom it may serve is decided there, as
//! for any other value.
//!
//! Never here: whether an object may use a store. Whoever tells of values ahead has asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all, ready};
use selkie_api::Cause;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use super::cache::{Answer, Fetch, Key};
use super::{Ahead, Lane, Layer, Ticket};
use crate::{Address, Failure};

/// How long a batch with free places waits.
const WINDOW: Duration = Duration::from_millis(5);

/// The batch of a lane that still has places, if there is one.
#[derive(Default)]
pub(super) struct Gathering(Mutex<Option<Arc<Batch>>>);

/// Addresses that will be asked for by one call.
struct Batch {
    room: usize,
    asked: Mutex<Vec<Asked>>,
    full: Notify,
}

/// A place in a batch.
struct Asked {
    at: Address,
    tell: oneshot::Sender<Outcome>,
}

type Outcome = Result<Answer, Failure>;

impl Gathering {
    /// A place in the open batch, or in a new one, which is returned too.
    fn join(&self, at: &Address, room: usize) -> (BoxFuture<'static, Outcome>, Option<Arc<Batch>>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = open.as_ref().and_then(|batch| batch.join(at)) {
            return (told, None);
        }
        let batch = Arc::new(Batch {
            room,
            asked: Mutex::default(),
            full: Notify::new(),
        });
        let told = batch
            .join(at)
            .unwrap_or_else(|| ready(Err(broke_off())).boxed());
        *open = Some(Arc::clone(&batch));
        (told, Some(batch))
    }

    /// Lets nobody join any more.
    fn close(&self, batch: &Arc<Batch>) -> Vec<Asked> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_ref().is_some_and(|it| Arc::ptr_eq(it, batch)) {
            *open = None;
        }
        drop(open);
        let mut asked = batch.asked.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut asked)
    }
}

impl Batch {
    /// A place, if there is one.
    fn join(&self, at: &Address) -> Option<BoxFuture<'static, Outcome>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= self.room {
            return None;
        }
        let (tell, told) = oneshot::channel();
        let at = at.clone();
        asked.push(Asked { at, tell });
        if asked.len() == self.room {
            self.full.notify_one();
        }
        Some(async { told.await.unwrap_or_else(|_| Err(broke_off())) }.boxed())
    }

    fn is_full(&self) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.len() >= self.room
    }
}

impl Layer {
    /// The value at an address that may be read together with others.
    pub(super) fn fetch_together(
        &self,
        ticket: &Ticket,
        lane: &Lane,
        at: &Address,
        ahead: &Ahead<'_>,
    ) -> Fetch {
        let mut opened = None;
        let room = lane.provider.together(at);
        let key = Key::read(&lane.origin, at);
        let fetch = self.cache.fetch(ticket.due(), key, || {
            let (told, batch) = lane.gathering.join(at, room);
            opened = batch;
            told
        });
        if let Some(batch) = opened {
            let along = self.fill(lane, &batch, ahead);
            let (layer, lane) = (self.clone(), lane.clone());
            tokio::spawn(async move {
                layer.send(&lane, &batch).await;
                // Nobody may have asked for these yet: now the cache knows what they hold.
                for fetch in along {
                    let _ = fetch.now_or_never();
                }
            });
        }
        fetch
    }

    /// Gives free places to what others wait for and nobody is reading yet.
    fn fill(&self, lane: &Lane, batch: &Arc<Batch>, ahead: &Ahead<'_>) -> Vec<Fetch> {
        let mut along = Vec::new();
        if batch.is_full() {
            return along;
        }
        ahead(&mut |at, due| {
            if lane.provider.together(&at) > 1 {
                let key = Key::read(&lane.origin, &at);
                along.extend(self.cache.fetch_if(due, key, || batch.join(&at)));
            }
            !batch.is_full()
        });
        along
    }

    /// Sends a batch when it is full, or has waited long enough.
    async fn send(&self, lane: &Lane, batch: &Arc<Batch>) {
        // Notified before this asks, it says so at once.
        let _ = timeout(WINDOW, batch.full.notified()).await;
        let asked = lane.gathering.close(batch);
        if asked.len() == 1 {
            self.ask_alone(lane, asked).await;
            return;
        }
        let at: Vec<Address> = asked.iter().map(|asked| asked.at.clone()).collect();
        let read = self.call(lane, "read", || lane.provider.read_many(&at));
        let read = match read.await {
            Ok(read) => read,
            Err(failure) => {
                for asked in asked {
                    // Who does not wait any more has nothing to learn.
                    let _ = asked.tell.send(Err(failure.clone()));
                }
                return;
            }
        };
        let mut answers = read.into_iter();
        let mut alone = Vec::new();
        for asked in asked {
            match answers.next().flatten() {
                Some(answer) => {
                    let answer = answer.map(|read| Answer::Read(read.map(Arc::new)));
                    let _ = asked.tell.send(answer);
                }
                None => alone.push(asked),
            }
        }
        self.ask_alone(lane, alone).await;
    }

    async fn ask_alone(&self, lane: &Lane, asked: Vec<Asked>) {
        join_all(asked.into_iter().map(async |asked| {
            let answer = self.read_alone(lane, &asked.at).await;
            let _ = asked.tell.send(answer);
        }))
        .await;
    }
}

fn broke_off() -> Failure {
    Failure::new(Cause::ProviderError, "the call broke off")
}
