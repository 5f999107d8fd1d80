//! Several waits at once, a few at a time. Never here: what is waited for.

use std::thread;

/// How many vendors are asked at the same time for one file.
const LIMIT: usize = 8;

/// The results of `work` in the order of the items: of several items at once if that is allowed, else one after the other.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    at_once: bool,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if !at_once || items.len() < 2 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    let several = |few: &[T]| -> Vec<R> {
        thread::scope(|scope| {
            let started: Vec<_> = few
                .iter()
                .map(|item| scope.spawn(move || work(item)))
                .collect();
            let ended = started.into_iter().map(thread::ScopedJoinHandle::join);
            ended
                .map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    };
    items.chunks(LIMIT).flat_map(several).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..20).collect();
        let doubled: Vec<usize> = items.iter().map(|item| 2 * item).collect();
        for at_once in [false, true] {
            assert_eq!(map(&items, at_once, |item| 2 * item), doubled);
        }
    }

    #[test]
    fn what_may_runs_at_once() {
        let barrier = Barrier::new(LIMIT);
        // It ends only if all of them wait together.
        map(&[(); LIMIT], true, |()| barrier.wait());
    }
}
