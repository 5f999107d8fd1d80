//! Calls: how often, how soon again, how many at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_again() {
    let rows = [
        (Cause::Throttled, 2, 3, true),
        (Cause::Unreachable, 2, 3, true),
        (Cause::Timeout, 1, 2, true),
        (Cause::ProviderError, 2, 3, true),
        (Cause::ProviderError, 3, 3, false),
        (Cause::Unauthorized, 1, 1, false),
        (Cause::Tls, 1, 1, false),
    ];
    for (cause, failures, expected, good) in rows {
        let layer = layer();
        let provider = Slow::new(1);
        for _ in 0..failures {
            let failure = Failure::new(cause, "x");
            provider.failures.lock().unwrap().push(failure);
        }
        let (lane, calls) = lane(&layer, provider);
        let done = layer.validate(&lane).await;
        assert_eq!(done.is_ok(), good, "{cause:?}");
        assert_eq!(calls.load(Ordering::SeqCst), expected, "{cause:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_and_differ() {
    let rows = [
        (Retry::default(), 0.0, 100 + 200),
        (Retry::default(), 0.999_999, 299 + 599),
        (
            Retry {
                times: 2,
                pause: Duration::from_secs(1),
                even: true,
            },
            0.5,
            2_000,
        ),
    ];
    for (retry, chance, expected) in rows {
        let layer = Layer::new(Limits::new(Arc::new(move || chance)));
        let provider = Slow::new(0);
        for _ in 0..2 {
            let failure = Failure::new(Cause::Unreachable, "x");
            provider.failures.lock().unwrap().push(failure);
        }
        let lane = layer.lane(origin("a"), Box::new(provider), retry);
        let start = Instant::now();
        layer.validate(&lane).await.unwrap();
        let took = i128::try_from(start.elapsed().as_millis()).unwrap();
        assert!((took - expected).abs() <= 4, "{took} and not {expected}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_throttled_is_left_alone() {
    let layer = layer();
    let wait = Duration::from_secs(7);
    let provider = Slow::new(1);
    let failure = Failure::new(Cause::Throttled, "x").after(wait);
    provider.failures.lock().unwrap().push(failure);
    let (lane, calls) = lane(&layer, provider);
    let start = Instant::now();
    let (first, second) = tokio::join!(layer.validate(&lane), async {
        pass(10).await;
        layer.validate(&lane).await
    });
    assert!(first.is_ok() && second.is_ok());
    assert!(start.elapsed() >= wait, "nobody asked in between");
    assert_eq!(calls.load(Ordering::SeqCst), 3);

    // More patience than ours is the queue's business.
    let provider = Slow::new(1);
    let failure = Failure::new(Cause::Throttled, "x").after(Duration::from_mins(1));
    provider.failures.lock().unwrap().push(failure);
    let lane = layer.lane(origin("b"), Box::new(provider), Retry::default());
    assert!(layer.validate(&lane).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_store_has_a_budget_and_each_its_own() {
    let mut limits = Limits::new(Arc::new(|| 0.5));
    (limits.rate, limits.burst, limits.together) = (10, 5, 3);
    let layer = Layer::new(limits);
    let most = Arc::new(AtomicUsize::new(0));
    let store = |name: &str| Origin {
        store: name.to_owned(),
        ..origin("a")
    };
    let lane = |name: &str| {
        let provider = Slow {
            most: Arc::clone(&most),
            ..Slow::new(1)
        };
        layer.lane(store(name), Box::new(provider), Retry::default())
    };
    let (one, again, other) = (lane("one"), lane("one"), lane("other"));
    let start = Instant::now();
    join_all((0..20).map(|n| layer.validate(if n % 2 == 0 { &one } else { &again }))).await;
    let took = start.elapsed().as_millis();
    assert!(
        (1_400..1_700).contains(&took),
        "{took}: five at once, then ten a second"
    );
    let start = Instant::now();
    join_all((0..5).map(|_| layer.validate(&other))).await;
    assert!(start.elapsed().as_millis() < 100);
    assert!(most.load(Ordering::SeqCst) <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_never_answers_is_given_up() {
    let layer = layer();
    let (lane, _) = lane(&layer, Slow::new(u64::MAX / 2));
    let failure = layer.validate(&lane).await.unwrap_err();
    assert_eq!(failure.cause, Cause::Timeout);
}

#[tokio::test(start_paused = true)]
async fn calls_are_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut limits = Limits::new(Arc::new(|| 0.5));
    let list = Arc::clone(&told);
    limits.observer = Some(Arc::new(move |call: &Call<'_>| {
        list.lock()
            .unwrap()
            .push((call.store.to_owned(), call.operation, call.failed));
    }));
    let layer = Layer::new(limits);
    let provider = Slow::new(1);
    let failure = Failure::new(Cause::Throttled, "x");
    provider.failures.lock().unwrap().push(failure);
    let (lane, _) = lane(&layer, provider);
    let ticket = layer.ticket("uid", Instant::now());
    read(&layer, &ticket, &lane, "key").await;
    read(&layer, &ticket, &lane, "key").await;
    let uid = || "uid".to_owned();
    assert_eq!(
        *told.lock().unwrap(),
        [
            (uid(), "read", Some(Cause::Throttled)),
            (uid(), "read", None)
        ]
    );
}
