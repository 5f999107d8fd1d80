use super::*;
use crate::key::{Kind, Place};

fn key(name: &str) -> Key {
    let (namespace, name) = name.split_once('/').unwrap_or(("ns", name));
    Key::new(Kind::ExternalSecret, Place::new(namespace, name))
}

fn names(queue: &mut Queue, now: Instant, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    while names.len() < count {
        let Some(job) = queue.take(now) else { break };
        let place = job.key.place.to_string();
        names.push(place.strip_prefix("ns/").unwrap_or(&place).to_owned());
    }
    names
}

fn second(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn an_object_stands_in_it_once_and_moves_forward_only() {
    let start = Instant::now();
    let mut queue = Queue::default();
    queue.push(key("a"), Lane::Periodic, start);
    queue.push(key("b"), Lane::Periodic, start);
    queue.push(key("b"), Lane::Changed, start);
    queue.push(key("b"), Lane::Periodic, start);
    assert_eq!(queue.depth(Lane::Periodic), 1);
    assert_eq!(queue.depth(Lane::Changed), 1);
    assert_eq!(names(&mut queue, start, 9), ["b", "a"]);
    assert_eq!(queue.depth(Lane::Periodic), 0);
    assert_eq!(queue.running(), 2);
}

#[test]
fn what_runs_is_not_run_beside_itself_but_once_more_afterwards() {
    let start = Instant::now();
    let mut queue = Queue::default();
    queue.push(key("a"), Lane::New, start);
    assert_eq!(names(&mut queue, start, 9), ["a"]);
    queue.push(key("a"), Lane::Changed, start + second(1));
    queue.push(key("a"), Lane::Periodic, start + second(2));
    assert_eq!(names(&mut queue, start + second(2), 9), [""; 0]);
    queue.done(
        &key("a"),
        Some((Lane::Periodic, start + second(60))),
        start + second(3),
    );
    let job = queue.take(start + second(3)).unwrap();
    assert_eq!((job.lane, job.due), (Lane::Changed, start + second(2)));
    queue.done(&key("a"), None, start + second(4));
    assert_eq!(queue.take(start + second(100)), None);
    assert_eq!(queue.oldest_due(), None);
}

#[test]
fn what_is_due_later_ripens_and_the_earliest_time_holds() {
    let start = Instant::now();
    let mut queue = Queue::default();
    queue.push_at(key("a"), Lane::Periodic, start + second(10), start);
    queue.push_at(key("a"), Lane::Periodic, start + second(20), start);
    queue.push_at(key("b"), Lane::Periodic, start + second(9), start);
    queue.push_at(key("b"), Lane::Periodic, start + second(5), start);
    assert_eq!(queue.next_at(), Some(start + second(5)));
    assert_eq!(names(&mut queue, start + second(4), 9), [""; 0]);
    let job = queue.take(start + second(7)).unwrap();
    assert_eq!((job.key, job.due), (key("b"), start + second(5)));
    assert_eq!(queue.next_at(), Some(start + second(10)));
    // A change does not wait for the time.
    queue.push(key("a"), Lane::Changed, start + second(8));
    assert_eq!(queue.next_at(), None);
    assert_eq!(names(&mut queue, start + second(8), 9), ["a"]);
}

#[test]
fn a_refresh_is_due_since_the_last_reason_for_it() {
    let start = Instant::now();
    let mut queue = Queue::default();
    queue.push(key("a"), Lane::Periodic, start);
    queue.push(key("b"), Lane::Periodic, start + second(1));
    assert_eq!(queue.oldest_due(), Some(start));
    queue.push(key("a"), Lane::Periodic, start + second(3));
    assert_eq!(queue.oldest_due(), Some(start + second(1)));
    queue.push(key("b"), Lane::Changed, start + second(4));
    assert_eq!(queue.oldest_due(), Some(start + second(3)));
    // Those in flight count: they may not have asked yet.
    assert_eq!(names(&mut queue, start + second(5), 9), ["b", "a"]);
    assert_eq!(queue.oldest_due(), Some(start + second(3)));
    queue.done(&key("a"), None, start + second(6));
    assert_eq!(queue.oldest_due(), Some(start + second(4)));
}

#[test]
fn a_wave_of_one_kind_does_not_hold_up_the_others() {
    let start = Instant::now();
    let mut queue = Queue::default();
    for n in 0..100 {
        queue.push(key(&format!("p{n}")), Lane::Periodic, start);
        queue.push(key(&format!("c{n}")), Lane::Changed, start);
    }
    let early = names(&mut queue, start, 16);
    let of = |letter: char| early.iter().filter(|name| name.starts_with(letter)).count();
    assert!(of('p') >= 2, "{early:?}");
    queue.push(key("new"), Lane::New, start);
    let next = names(&mut queue, start, 3);
    assert!(next.contains(&"new".to_owned()), "{next:?}");
}

#[test]
fn namespaces_take_turns() {
    let start = Instant::now();
    let mut queue = Queue::default();
    for n in 0..1000 {
        queue.push(key(&format!("large/{n}")), Lane::New, start);
    }
    queue.push(key("small/one"), Lane::New, start);
    queue.push(key("small/two"), Lane::New, start);
    let first = names(&mut queue, start, 4);
    assert_eq!(first, ["large/0", "small/one", "large/1", "small/two"]);
}

#[test]
fn what_is_gone_is_forgotten_wherever_it_stood() {
    let start = Instant::now();
    let mut queue = Queue::default();
    queue.push(key("waits"), Lane::New, start);
    queue.push_at(key("later"), Lane::New, start + second(9), start);
    queue.push(key("runs"), Lane::Changed, start);
    let running = queue.take(start).unwrap();
    queue.push(running.key.clone(), Lane::Changed, start);
    for name in ["waits", "later", "runs"] {
        queue.forget(&key(name));
    }
    queue.done(&running.key, None, start);
    assert_eq!(names(&mut queue, start + second(10), 9), [""; 0]);
    assert_eq!(Lane::ALL.map(|lane| queue.depth(lane)), [0; 3]);
    assert_eq!(queue.oldest_due(), None);
    assert_eq!(queue.next_at(), None);
}

#[test]
fn the_age_of_a_line_is_that_of_its_first() {
    let start = Instant::now();
    let mut queue = Queue::default();
    queue.push(key("a"), Lane::Periodic, start);
    queue.push(key("b"), Lane::Periodic, start + second(5));
    assert_eq!(queue.age(Lane::Periodic, start + second(7)), second(7));
    assert_eq!(queue.age(Lane::New, start + second(7)), second(0));
    // Asking again does not make it younger.
    queue.push(key("a"), Lane::Changed, start + second(7));
    assert_eq!(queue.age(Lane::Changed, start + second(9)), second(9));
    assert_eq!(queue.age(Lane::Periodic, start + second(9)), second(4));
}

#[test]
fn who_comes_next_is_told_without_being_taken() {
    let start = Instant::now();
    let mut queue = Queue::default();
    for name in ["one/a", "one/b", "two/c"] {
        queue.push(key(name), Lane::New, start);
    }
    queue.push(key("one/a"), Lane::Periodic, start);
    queue.push(key("late"), Lane::Periodic, start + second(1));
    queue.push(key("moved"), Lane::Periodic, start);
    queue.push(key("moved"), Lane::Changed, start + second(2));
    queue.push(key("running"), Lane::New, start);
    queue.push_at(key("later"), Lane::New, start + second(60), start);
    let told = |queue: &Queue, most| {
        let next = queue.next(most).into_iter();
        next.map(|(key, due)| (key.place.to_string(), due.duration_since(start).as_secs()))
            .collect::<Vec<_>>()
    };
    let all = [
        ("one/a", 0),
        ("two/c", 0),
        ("ns/running", 0),
        ("one/b", 0),
        ("ns/moved", 2),
        ("ns/late", 1),
    ];
    let all = all.map(|(name, due)| (name.to_owned(), due));
    assert_eq!(told(&queue, 9), all);
    assert_eq!(told(&queue, 3), all[..3]);
    assert_eq!(names(&mut queue, start, 1), ["one/a"]);
    assert_eq!(told(&queue, 9).len(), all.len() - 1);
}
