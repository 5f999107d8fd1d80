//! Values: who shares them, and for how long.

mod batch;
mod calls;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{BoxFuture, join_all};
use tokio::time::sleep;

use super::*;
use crate::{Body, Dialect};

/// A provider whose value is the number of milliseconds at which it was read, after a while.
#[derive(Default)]
struct Slow {
    start: Option<Instant>,
    takes: Duration,
    calls: Arc<AtomicUsize>,
    under_way: AtomicUsize,
    most: Arc<AtomicUsize>,
    failures: Mutex<Vec<Failure>>,
    size: usize,
}

impl Slow {
    fn new(takes: u64) -> Self {
        Self {
            start: Some(Instant::now()),
            takes: Duration::from_millis(takes),
            ..Self::default()
        }
    }

    async fn answer(&self, key: &str) -> Result<Option<Remote>, Failure> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let seen = self.start.map_or(0, |start| start.elapsed().as_millis());
        sleep(self.takes).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let failure = self.failures.lock().unwrap().pop();
        if let Some(failure) = failure {
            return Err(failure);
        }
        if key == "gone" {
            return Ok(None);
        }
        let text = format!("{seen:>width$}", width = self.size);
        Ok(Some(Remote::whole(Dialect::Fake, key, text)))
    }
}

impl Provider for Slow {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        self.answer(&at.key).boxed()
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        async {
            let remote = self.answer("listed").await?;
            let name = find.path.clone().unwrap_or_default();
            Ok(remote.map(|remote| vec![(name, remote)]))
        }
        .boxed()
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        async { self.answer("").await.map(|_| Validity::Valid) }.boxed()
    }
}

fn layer() -> Layer {
    Layer::new(Limits::new(Arc::new(|| 0.5)))
}

fn origin(identity: &str) -> Origin {
    Origin {
        store: "uid".to_owned(),
        generation: 1,
        identity: identity.to_owned(),
    }
}

fn lane(layer: &Layer, provider: Slow) -> (Lane, Arc<AtomicUsize>) {
    let calls = Arc::clone(&provider.calls);
    let lane = layer.lane(origin("a"), Box::new(provider), Retry::default());
    (lane, calls)
}

fn text(remote: &Remote) -> String {
    let Body::Whole(_, value) = &remote.body else {
        panic!("not a text");
    };
    String::from_utf8(value.expose().to_vec()).unwrap()
}

async fn read(layer: &Layer, ticket: &Ticket, lane: &Lane, key: &str) -> String {
    let read = layer.read(ticket, lane, &Address::value(key)).await;
    text(&read.unwrap().unwrap())
}

async fn pass(millis: u64) {
    sleep(Duration::from_millis(millis)).await;
}

#[tokio::test(start_paused = true)]
async fn equal_reads_are_one_call() {
    let layer = layer();
    let (lane, calls) = lane(&layer, Slow::new(50));
    let tickets: Vec<_> = (0..100)
        .map(|_| layer.ticket("uid", Instant::now()))
        .collect();
    let reads = tickets
        .iter()
        .map(|ticket| read(&layer, ticket, &lane, "key"));
    let values = join_all(reads).await;
    assert_eq!(values, vec!["0"; 100]);
    assert_eq!(calls.load(Ordering::SeqCst), 1);

    // Those that waited from the start are served a minute later as well; nobody else is.
    pass(60_000).await;
    assert_eq!(read(&layer, &tickets[7], &lane, "key").await, "0");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn two_due_times_never_share_an_old_value() {
    let layer = layer();
    let (lane, calls) = lane(&layer, Slow::new(50));
    let first = layer.ticket("uid", Instant::now());
    let second = layer.ticket("uid", Instant::now() + Duration::from_millis(100));
    assert_eq!(read(&layer, &first, &lane, "key").await, "0");
    pass(100).await;
    assert_eq!(read(&layer, &second, &lane, "key").await, "150");
    // The older value is still there for whoever was due before it; the newer one would do too.
    assert_eq!(read(&layer, &first, &lane, "key").await, "150");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_under_way_does_not_serve_what_becomes_due_meanwhile() {
    let layer = layer();
    let (lane, calls) = lane(&layer, Slow::new(50));
    let first = layer.ticket("uid", Instant::now());
    let (values, others) = tokio::join!(read(&layer, &first, &lane, "key"), async {
        pass(20).await;
        let second = layer.ticket("uid", Instant::now());
        read(&layer, &second, &lane, "key").await
    });
    assert_eq!((&*values, &*others), ("0", "20"));
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_crosses_identities_generations_stores_or_questions() {
    let layer = layer();
    let calls = Arc::new(AtomicUsize::new(0));
    let origins = [
        origin("a"),
        origin("b"),
        Origin {
            generation: 2,
            ..origin("a")
        },
        Origin {
            store: "other".to_owned(),
            ..origin("a")
        },
    ];
    let mut made = 0;
    for origin in origins {
        let provider = Slow {
            calls: Arc::clone(&calls),
            ..Slow::new(1)
        };
        let ticket = layer.ticket(&origin.store, Instant::now());
        let lane = layer.lane(origin, Box::new(provider), Retry::default());
        let questions = [
            Address::value("key"),
            Address::value("other"),
            Address::value("key").version(Some("2")),
            Address::metadata("key"),
        ];
        for _ in 0..2 {
            for at in &questions {
                layer.read(&ticket, &lane, at).await.unwrap();
            }
            for path in [None, Some("x".to_owned())] {
                let find = Find {
                    path,
                    ..Find::default()
                };
                layer.list(&ticket, &lane, &find).await.unwrap();
            }
        }
        made += questions.len() + 2;
        assert_eq!(calls.load(Ordering::SeqCst), made);
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_goes_with_the_last_who_waits_for_it() {
    let layer = layer();
    let (lane, _) = lane(&layer, Slow::new(10));
    let reader = layer.ticket("uid", Instant::now());
    let waiter = layer.ticket("uid", Instant::now());
    let future = layer.ticket("uid", Instant::now() + Duration::from_hours(1));
    let value = layer
        .read(&reader, &lane, &Address::value("key"))
        .await
        .unwrap()
        .unwrap();
    let kept = Arc::downgrade(&value);
    drop(value);
    drop(reader);
    assert!(kept.upgrade().is_some());
    assert!(layer.bytes() > 0);
    drop(waiter);
    assert!(
        kept.upgrade().is_none(),
        "a refresh that is not due yet keeps nothing"
    );
    assert_eq!(layer.bytes(), 0);
    drop(future);
}

#[tokio::test(start_paused = true)]
async fn only_the_store_that_waits_keeps_values() {
    let layer = layer();
    let (lane, calls) = lane(&layer, Slow::new(10));
    let _other = layer.ticket("other", Instant::now());
    let ticket = layer.ticket("uid", Instant::now());
    read(&layer, &ticket, &lane, "key").await;
    drop(ticket);
    assert_eq!(layer.bytes(), 0);
    // Without a ticket of this store nothing is found, and nothing is kept.
    let foreign = layer.ticket("other", Instant::now());
    read(&layer, &foreign, &lane, "key").await;
    assert_eq!(layer.bytes(), 0);
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_kept_for_nobody() {
    let layer = layer();
    let provider = Slow::new(10);
    provider
        .failures
        .lock()
        .unwrap()
        .push(Failure::new(Cause::Forbidden, "no"));
    let (lane, calls) = lane(&layer, provider);
    let tickets = [0, 1].map(|_| layer.ticket("uid", Instant::now()));
    let at = Address::value("key");
    let (a, b) = tokio::join!(
        layer.read(&tickets[0], &lane, &at),
        layer.read(&tickets[1], &lane, &at)
    );
    assert_eq!(a.unwrap_err().cause, Cause::Forbidden);
    assert_eq!(b.unwrap_err().cause, Cause::Forbidden);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(layer.read(&tickets[0], &lane, &at).await.is_ok());
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_an_answer() {
    let layer = layer();
    let (lane, calls) = lane(&layer, Slow::new(10));
    let ticket = layer.ticket("uid", Instant::now());
    let at = Address::value("gone");
    for _ in 0..3 {
        assert!(layer.read(&ticket, &lane, &at).await.unwrap().is_none());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_gives_up_leaves_the_others_their_answer() {
    let layer = layer();
    let (lane, calls) = lane(&layer, Slow::new(50));
    let tickets = [0, 1].map(|_| layer.ticket("uid", Instant::now()));
    let impatient = tokio::time::timeout(
        Duration::from_millis(10),
        read(&layer, &tickets[0], &lane, "key"),
    );
    let (gave_up, value) = tokio::join!(impatient, read(&layer, &tickets[1], &lane, "key"));
    assert!(gave_up.is_err());
    assert_eq!(value, "0");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn the_oldest_values_give_way() {
    let mut limits = Limits::new(Arc::new(|| 0.5));
    limits.bytes = 10_000;
    let layer = Layer::new(limits);
    let provider = Slow {
        size: 2_500,
        ..Slow::new(1)
    };
    let (lane, calls) = lane(&layer, provider);
    let ticket = layer.ticket("uid", Instant::now());
    for key in ["a", "b", "c", "d", "e"] {
        read(&layer, &ticket, &lane, key).await;
        assert!(layer.bytes() <= 10_000);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 5);
    read(&layer, &ticket, &lane, "e").await;
    assert_eq!(calls.load(Ordering::SeqCst), 5);
    read(&layer, &ticket, &lane, "a").await;
    assert_eq!(calls.load(Ordering::SeqCst), 6);

    let large = Slow {
        size: 20_000,
        ..Slow::new(1)
    };
    let lane = layer.lane(origin("large"), Box::new(large), Retry::default());
    read(&layer, &ticket, &lane, "a").await;
    assert_eq!(layer.bytes(), 0, "what does not fit is not kept");
}
