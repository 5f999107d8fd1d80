//! Values that are read by one call: how many come along, who waits for whom, and what becomes of those that cannot.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::Many;

const ROOM: usize = 10;

/// A provider that brings up to ten values by one call, and writes down what it is asked for.
#[derive(Clone, Default)]
struct Together(Arc<Seen>);

#[derive(Default)]
struct Seen {
    calls: Mutex<Vec<Vec<String>>>,
    /// Whether calls for several are denied.
    denied: AtomicBool,
    /// What calls for several fail with, the last first.
    failures: Mutex<Vec<Failure>>,
}

impl Together {
    fn calls(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut self.0.calls.lock().unwrap())
    }

    fn note(&self, keys: Vec<String>) {
        self.0.calls.lock().unwrap().push(keys);
    }

    fn value(key: &str) -> Result<Option<Remote>, Failure> {
        match key {
            "gone" => Ok(None),
            "forbidden" => Err(Failure::new(Cause::Forbidden, "no")),
            _ => Ok(Some(Remote::whole(Dialect::Fake, key, key.to_owned()))),
        }
    }
}

impl Provider for Together {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        async {
            self.note(vec![at.key.clone()]);
            sleep(Duration::from_millis(10)).await;
            Self::value(&at.key)
        }
        .boxed()
    }

    fn together(&self, at: &Address) -> usize {
        if at.version.is_some() || self.0.denied.load(Ordering::SeqCst) {
            1
        } else {
            ROOM
        }
    }

    fn read_many<'a>(&'a self, at: &'a [Address]) -> BoxFuture<'a, Result<Many, Failure>> {
        async {
            self.note(at.iter().map(|at| at.key.clone()).collect());
            sleep(Duration::from_millis(10)).await;
            if let Some(failure) = self.0.failures.lock().unwrap().pop() {
                return Err(failure);
            }
            if at.iter().any(|at| at.key == "denied") {
                self.0.denied.store(true, Ordering::SeqCst);
                return Ok(at.iter().map(|_| None).collect());
            }
            let alone = |at: &Address| at.key == "alone";
            Ok(at
                .iter()
                .map(|at| (!alone(at)).then(|| Self::value(&at.key)))
                .collect())
        }
        .boxed()
    }

    fn list<'a>(&'a self, _: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        async { Ok(None) }.boxed()
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        async { Ok(Validity::Valid) }.boxed()
    }
}

fn lane_to(layer: &Layer, provider: &Together) -> Lane {
    layer.lane(origin("a"), Box::new(provider.clone()), Retry::default())
}

fn keys(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("k{number}")).collect()
}

#[tokio::test(start_paused = true)]
async fn who_asks_at_the_same_time_is_served_by_one_call() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let ticket = layer.ticket("uid", Instant::now());
    for (count, expected) in [(1, vec![1]), (10, vec![10]), (24, vec![10, 10, 4])] {
        let start = Instant::now();
        let all = keys(count * 100..count * 100 + count);
        let reads = all.iter().map(|key| read(&layer, &ticket, &lane, key));
        assert_eq!(join_all(reads).await, all);
        let calls = provider.calls();
        let sizes: Vec<_> = calls.iter().map(Vec::len).collect();
        assert_eq!(sizes, expected);
        assert!(start.elapsed() < Duration::from_millis(20), "{count}");
    }
    // A version is read alone, and at once.
    let at = Address::value("k").version(Some("3"));
    layer.read(&ticket, &lane, &at).await.unwrap();
    assert_eq!(provider.calls(), [["k"]]);
}

#[tokio::test(start_paused = true)]
async fn values_ahead_come_along_and_are_kept_for_whoever_waits() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let due = Instant::now();
    let (first, second) = (layer.ticket("uid", due), layer.ticket("uid", due));
    let ahead = |take: &mut dyn FnMut(Address, Instant) -> bool| {
        for key in keys(0..50) {
            if !take(Address::value(key), due) {
                return;
            }
        }
    };
    let at = Address::value("own");
    layer.read_ahead(&first, &lane, &at, &ahead).await.unwrap();
    let calls = provider.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0][1..], keys(0..9));
    pass(1).await;
    let held = layer.bytes();
    assert!(held > 0);
    drop(first);
    assert_eq!(layer.bytes(), held, "somebody still waits");
    for key in keys(0..9) {
        assert_eq!(read(&layer, &second, &lane, &key).await, key);
    }
    assert!(provider.calls().is_empty());
    // What comes next has room for those that are not there yet.
    let at = Address::value("k9");
    layer.read_ahead(&second, &lane, &at, &ahead).await.unwrap();
    assert_eq!(provider.calls(), [keys(9..19)]);
    drop(second);
    pass(1).await;
    assert_eq!(layer.bytes(), 0, "nobody waits any more");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_served_from_before_he_was_due() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let _early = layer.ticket("uid", Instant::now());
    let late = Instant::now() + Duration::from_secs(1);
    let ticket = layer.ticket("uid", Instant::now());
    let ahead = |take: &mut dyn FnMut(Address, Instant) -> bool| {
        take(Address::value("ahead"), late);
    };
    let at = Address::value("own");
    layer.read_ahead(&ticket, &lane, &at, &ahead).await.unwrap();
    assert_eq!(provider.calls(), [["own", "ahead"]]);
    pass(2_000).await;
    let ticket = layer.ticket("uid", late);
    read(&layer, &ticket, &lane, "ahead").await;
    assert_eq!(provider.calls(), [["ahead"]]);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_missing_or_forbidden_harms_no_other() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let ticket = layer.ticket("uid", Instant::now());
    let ask = async |key: &str| {
        let read = layer.read(&ticket, &lane, &Address::value(key)).await;
        read.map(|read| read.map(|remote| text(&remote)))
    };
    let all = ["a", "gone", "forbidden", "alone", "b"];
    let told = join_all(all.map(ask)).await;
    let told: Vec<_> = told
        .into_iter()
        .map(|it| it.map_err(|failure| failure.cause))
        .collect();
    let some = |text: &str| Ok(Some(text.to_owned()));
    assert_eq!(
        told,
        [
            some("a"),
            Ok(None),
            Err(Cause::Forbidden),
            some("alone"),
            some("b")
        ]
    );
    assert_eq!(
        provider.calls(),
        [all.map(str::to_owned).to_vec(), vec!["alone".to_owned()]]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_together_is_read_one_by_one_from_then_on() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let ticket = layer.ticket("uid", Instant::now());
    let all = ["denied", "a", "b"];
    let reads = join_all(all.map(|key| read(&layer, &ticket, &lane, key))).await;
    assert_eq!(reads, all);
    let calls = provider.calls();
    let sizes: Vec<_> = calls.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 1, 1, 1]);
    join_all(["c", "d"].map(|key| read(&layer, &ticket, &lane, key))).await;
    assert_eq!(provider.calls(), [["c"], ["d"]]);
}

#[tokio::test(start_paused = true)]
async fn a_call_for_several_is_made_again_as_any_other() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let ticket = layer.ticket("uid", Instant::now());
    let fail = |cause, count| {
        let failures = vec![Failure::new(cause, "x"); count];
        *provider.0.failures.lock().unwrap() = failures;
    };
    fail(Cause::Throttled, 2);
    let reads = ["a", "b"].map(|key| read(&layer, &ticket, &lane, key));
    assert_eq!(join_all(reads).await, ["a", "b"]);
    assert_eq!(provider.calls().len(), 3);
    fail(Cause::Unauthorized, 1);
    let ask = async |key: &str| {
        let read = layer.read(&ticket, &lane, &Address::value(key)).await;
        read.map(drop).unwrap_err().cause
    };
    let told = join_all(["c", "d"].map(ask)).await;
    assert_eq!(told, [Cause::Unauthorized; 2]);
    assert_eq!(provider.calls().len(), 1);
    // A failure is kept for nobody.
    read(&layer, &ticket, &lane, "c").await;
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_gives_up_leaves_the_others_their_batch() {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let ticket = layer.ticket("uid", Instant::now());
    let impatient = tokio::time::timeout(
        Duration::from_millis(1),
        read(&layer, &ticket, &lane, "first"),
    );
    let (gave_up, value) = tokio::join!(impatient, read(&layer, &ticket, &lane, "second"));
    assert!(gave_up.is_err());
    assert_eq!(value, "second");
    assert_eq!(provider.calls().len(), 1);
}

/// Ten thousand refreshes of a thousand values by 24 workers, who look ahead as the controller does.
async fn calls_of_a_first_sync(order: Vec<usize>) -> usize {
    let (layer, provider) = (layer(), Together::default());
    let lane = lane_to(&layer, &provider);
    let due = Instant::now();
    let waiting = Arc::new(Mutex::new(VecDeque::from(order)));
    let _all = layer.ticket("uid", due);
    let next = || waiting.lock().unwrap().pop_front();
    let ahead = |take: &mut dyn FnMut(Address, Instant) -> bool| {
        let some: Vec<usize> = waiting.lock().unwrap().iter().take(512).copied().collect();
        for number in some {
            if !take(Address::value(format!("k{number}")), due) {
                return;
            }
        }
    };
    let served = AtomicUsize::new(0);
    let worker = async || {
        while let Some(number) = next() {
            let ticket = layer.ticket("uid", due);
            let at = Address::value(format!("k{number}"));
            let read = layer.read_ahead(&ticket, &lane, &at, &ahead).await;
            assert_eq!(text(&read.unwrap().unwrap()), at.key);
            served.fetch_add(1, Ordering::SeqCst);
            pass(5).await;
        }
    };
    join_all((0..24).map(|_| worker())).await;
    assert_eq!(served.load(Ordering::SeqCst), 10_000);
    let calls = provider.calls();
    let distinct: BTreeSet<_> = calls.iter().flatten().collect();
    assert_eq!(distinct.len(), 1_000);
    let all: usize = calls.iter().map(Vec::len).sum();
    assert_eq!(all, 1_000, "nothing is read twice");
    calls.len()
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_refreshes_of_a_thousand_values_make_little_more_than_a_hundred_calls() {
    let in_turn: Vec<usize> = (0..10_000).map(|number| number % 1_000).collect();
    let in_blocks: Vec<usize> = (0..10_000).map(|number| number / 10).collect();
    // A walk without a pattern, the same each time.
    let mut state = 1_u64;
    let mut scattered: Vec<usize> = in_blocks.clone();
    for at in (1..scattered.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        scattered.swap(at, (state >> 33) as usize % (at + 1));
    }
    for order in [in_turn, in_blocks, scattered] {
        let calls = calls_of_a_first_sync(order).await;
        assert!((100..=110).contains(&calls), "{calls}");
    }
}
