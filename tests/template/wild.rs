//! Random templates over random values, seeded, through Go and through our crate: the same bytes, or an error on both sides. What differs is
//! made small and printed as a row.

mod body;
mod calls;
mod case;
mod data;
mod kind;
mod literal;
mod maker;
mod ours;
mod printf;
mod shrink;
mod text;
mod tree;
mod wish;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use selkie_tests::servers::template::{Answer, TemplateOracle, text as in_json};
use selkie_tests::{extent, seeded};
use serde_json::json;

use calls::{BUILTIN, BUILTIN_SLICE, LEFT_OUT, SPRIG};
use case::Case;
use ours::Ours;

/// Cases that are sent at once.
const BATCH: usize = 500;

/// Differences that are made small; the others are counted.
const SHRUNK: usize = 200;

/// Differences that are shown of those that look alike.
const SHOWN: usize = 2;

/// What Go may take for a render. Random templates have loops that only our limits end; with the slowest function that is called here,
/// Go needs a tenth of this.
const LIMIT: Duration = Duration::from_secs(3);

/// How two answers differ. While a case is made small, this must stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Difference {
    Bytes,
    OursFailed,
    OursRendered,
    Panic,
}

/// What came out of the cases of a seed.
#[derive(Debug, Default)]
struct Tally {
    alike: usize,
    errors: usize,
    /// Stopped by a limit of ours, where Go has none.
    spent: usize,
    /// What is wrong with YAML, in other words than Go's.
    worded: usize,
    /// Other bytes each time that Go is asked.
    undetermined: usize,
    wrong: usize,
    report: String,
    /// How often what was shown looked like something.
    shown: BTreeMap<String, usize>,
    /// How often a function stood in a template that rendered.
    called: BTreeMap<&'static str, usize>,
}

#[test]
fn random_templates_render_to_the_same_bytes() {
    let (seeds, cases) = extent(5_000);
    let wrong: String = thread::scope(|scope| {
        // All at once: while one waits for Go, another renders.
        let seeds: Vec<_> = (1..=seeds)
            .map(|seed| scope.spawn(move || what_is_wrong(seed, cases)))
            .collect();
        let wrong = seeds
            .into_iter()
            .map(|seed| seed.join().expect("a seed ends"));
        wrong.collect()
    });
    assert!(wrong.is_empty(), "{wrong}");
}

/// A report of what differs in the cases of a seed, or nothing.
fn what_is_wrong(seed: u64, cases: usize) -> String {
    let mut oracle = TemplateOracle::start_within(LIMIT);
    let mut rng = seeded(seed);
    let mut tally = Tally::default();
    for _ in 0..cases.div_ceil(BATCH) {
        let batch: Vec<Case> = (0..BATCH).map(|_| Case::random(&mut rng)).collect();
        let requests: Vec<_> = batch.iter().map(Case::request).collect();
        let answers = oracle.render(&requests);
        for (case, theirs) in batch.iter().zip(answers) {
            tally.add(case, &theirs, &mut oracle);
        }
    }
    let Tally {
        alike,
        errors,
        spent,
        worded,
        undetermined,
        ..
    } = tally;
    println!(
        "seed {seed}: {alike} rendered alike, {errors} errors on both sides, {spent} stopped by a limit, {worded} other words, {undetermined} undetermined"
    );
    let mut wrong = String::new();
    if tally.wrong > 0 {
        let _ = writeln!(
            wrong,
            "seed {seed}: {} differ\n{}",
            tally.wrong, tally.report
        );
    }
    for complaint in tally.complaints(cases) {
        let _ = writeln!(wrong, "seed {seed}: {complaint}");
    }
    wrong
}

/// The table of calls and the table of the crate have the same names.
#[test]
fn every_function_is_called_or_left_out_with_a_reason() {
    let mut missing = Vec::new();
    for family in selkie_template::families() {
        for function in family.functions {
            let is_called = tables().any(|call| call.function() == function.name);
            let is_left_out = LEFT_OUT.iter().any(|(name, _)| *name == function.name)
                || matches!(function.name, "printf");
            if is_called == is_left_out {
                missing.push(function.name);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

fn tables() -> impl Iterator<Item = &'static calls::Call> {
    BUILTIN.iter().chain(BUILTIN_SLICE).chain(SPRIG)
}

impl Tally {
    fn add(&mut self, case: &Case, theirs: &Answer, oracle: &mut TemplateOracle) {
        let ours = Ours::render(&case.request());
        match (&ours, theirs) {
            (Ours::Spent(_), _) => self.spent += 1,
            (Ours::Failed(_), Err(_)) => self.errors += 1,
            (Ours::Rendered(ours), Ok(theirs)) if ours == theirs => {
                self.alike += 1;
                self.count_calls(&case.text());
            }
            _ => self.differ(case, &ours, theirs, oracle),
        }
    }

    fn differ(&mut self, case: &Case, ours: &Ours, theirs: &Answer, oracle: &mut TemplateOracle) {
        let Some(kind) = difference(ours, theirs) else {
            return;
        };
        if is_worded(case, ours, oracle) {
            self.worded += 1;
            return;
        }
        if !is_determined(case, theirs, oracle) {
            self.undetermined += 1;
            return;
        }
        self.wrong += 1;
        if self.wrong > SHRUNK {
            return;
        }
        let small = shrink::shrink(case, |it| {
            let (ours, theirs) = (Ours::render(&it.request()), ask(it, oracle));
            difference(&ours, &theirs) == Some(kind)
                && !is_worded(it, &ours, oracle)
                && is_determined(it, &theirs, oracle)
        });
        let theirs = ask(&small, oracle);
        let ours = Ours::render(&small.request());
        let looks = looks(&ours, &small.text());
        let shown = self.shown.entry(looks).or_default();
        *shown += 1;
        if *shown > SHOWN {
            return;
        }
        let mut row = small.request().to_json();
        row["expect"] = match &theirs {
            Ok(bytes) => match in_json(bytes) {
                text if text.is_string() => json!({ "text": text }),
                encoded => encoded,
            },
            Err(_) => json!({"error": true}),
        };
        let _ = writeln!(self.report, "{row}\n    ours: {ours}");
        if let Err(error) = theirs {
            let _ = writeln!(self.report, "    Go's: {error}");
        }
    }

    fn count_calls(&mut self, text: &str) {
        for name in called(text) {
            *self.called.entry(name).or_default() += 1;
        }
    }

    /// What is wrong with the cases as a whole: a generator that only makes errors would find nothing.
    fn complaints(&self, cases: usize) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.alike * 5 < cases * 2 {
            complaints.push("few templates render".to_owned());
        }
        if self.spent * 200 > cases {
            complaints.push("limits stop too many".to_owned());
        }
        if self.worded * 200 > cases {
            complaints.push("too much YAML is wrong".to_owned());
        }
        if self.undetermined * 200 > cases {
            complaints.push("too many are undetermined".to_owned());
        }
        let mut never: Vec<&str> = tables().map(calls::Call::function).collect();
        // `fail` gives nothing but errors.
        never.retain(|name| *name != "fail" && !self.called.contains_key(name));
        if cases >= 5_000 && !never.is_empty() {
            complaints.push(format!("never rendered: {never:?}"));
        }
        complaints
    }
}

fn difference(ours: &Ours, theirs: &Answer) -> Option<Difference> {
    match (ours, theirs) {
        (Ours::Panicked, _) => Some(Difference::Panic),
        (Ours::Rendered(ours), Ok(theirs)) => (ours != theirs).then_some(Difference::Bytes),
        (Ours::Failed(_), Ok(_)) => Some(Difference::OursFailed),
        (Ours::Rendered(_), Err(_)) => Some(Difference::OursRendered),
        (Ours::Failed(_), Err(_)) | (Ours::Spent(_), _) => None,
    }
}

/// Whether nothing differs but the words for what is wrong with YAML.
fn is_worded(case: &Case, ours: &Ours, oracle: &mut TemplateOracle) -> bool {
    let theirs = words::answer_in_ours(&case.request(), oracle);
    theirs.is_some_and(|theirs| difference(ours, &theirs).is_none())
}

/// The functions of the table that a template names.
fn called(text: &str) -> impl Iterator<Item = &'static str> {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let words = text.split(move |it| !is_part(it));
    words.filter_map(|word| {
        let mut names = tables().map(calls::Call::function);
        names.find(|it| it.trim_start_matches('.') == word)
    })
}

/// What two differences have in common that are of one cause, probably.
fn looks(ours: &Ours, text: &str) -> String {
    match ours {
        Ours::Failed(error) => format!("{:?}", (&error.function, &error.failure)),
        _ => called(text).collect::<Vec<_>>().join(" "),
    }
}

fn ask(case: &Case, oracle: &mut TemplateOracle) -> Answer {
    oracle.render(&[case.request()]).remove(0)
}

/// Whether Go says the same again: the order of its maps, addresses and the clock are not.
fn is_determined(case: &Case, theirs: &Answer, oracle: &mut TemplateOracle) -> bool {
    let again = vec![case.request(); 4];
    let mut again = oracle.render(&again).into_iter();
    again.all(|it| it.as_ref().ok() == theirs.as_ref().ok())
}
