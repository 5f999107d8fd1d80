//! Places of matches and groups, and the account of the work.

use std::fmt::Write as _;

use crate::{Program, Refused, Source, Subject, Walk};

fn compile(expression: &str) -> Program {
    Source::read(expression)
        .and_then(|source| source.compile(1 << 20))
        .unwrap()
}

/// What each row expects was taken from Go's `FindAllStringSubmatchIndex`.
#[test]
fn matches_where_go_matches() {
    #[track_caller]
    fn check(expression: &str, text: &[u8], expected: &str) {
        let mut program = compile(expression);
        let subject = Subject::new(text);
        let mut spend = |_| Ok::<(), ()>(());
        let mut walk = Walk::default();
        let mut found = Vec::new();
        while let Some(range) = walk.next(&mut program, &subject, &mut spend).unwrap() {
            let groups = program.groups(&subject, &range, &mut spend).unwrap();
            let mut row = String::new();
            for group in [Some(range)].into_iter().chain(groups) {
                match group {
                    Some(range) => write!(
                        row,
                        "{},{},",
                        subject.original(range.start),
                        subject.original(range.end)
                    ),
                    None => write!(row, "-1,-1,"),
                }
                .unwrap();
            }
            found.push(format!("[{}]", row.trim_end_matches(',')));
        }
        let found = format!("[{}]", found.join(","));
        assert_eq!(found, expected, "{expression}");
    }
    check("a*", b"baac", "[[0,0],[1,3],[4,4]]");
    check(r"\b", b"ab c", "[[0,0],[2,2],[3,3],[4,4]]");
    check(
        "(a)|(b)|",
        b"xab",
        "[[0,0,-1,-1,-1,-1],[1,2,1,2,-1,-1],[2,3,-1,-1,2,3]]",
    );
    check("(?i)k", b"kK\xe2\x84\xaa", "[[0,1],[1,2],[2,5]]");
    check("(a*)*", b"b", "[[0,0,0,0],[1,1,1,1]]");
    check("(|a)+", b"aa", "[[0,0,0,0],[1,1,1,1],[2,2,2,2]]");
    check("(?:(a)|b)*", b"ab", "[[0,2,0,1]]");
    check(r"\B", b"\xc3\xa9", "[[0,0],[2,2]]");
    check("(a+?)(b??)", b"aab", "[[0,1,0,1,1,1],[1,2,1,2,2,2]]");
    check("$", b"a\x0a", "[[2,2]]");
    check("(?m)$", b"a\x0ab", "[[1,1],[3,3]]");
    check("^", b"a\x0ab", "[[0,0]]");
    check("a|ab", b"ab", "[[0,1]]");
    check("", b"", "[[0,0]]");
    check("(a{0})b", b"b", "[[0,1,0,0]]");
    check(
        "(?P<x>.)(?P<y>.)",
        b"\xe6\x97\xa5\xc3\xa9",
        "[[0,5,0,3,3,5]]",
    );
    check("x", b"y", "[]");
    check(".", b"\xff", "[[0,1]]");
    check("[^a]+", b"a\xff\xfeb", "[[1,4]]");
    check(r"\x{FFFD}|b", b"\xe6\x97b", "[[0,1],[1,2],[2,3]]");
}

#[test]
fn groups_have_names() {
    let program = compile("(a)(?P<x>b)(?<1>c)(?P<x>d)");
    assert_eq!(program.group_count(), 4);
    assert_eq!(program.named(b"x").collect::<Vec<_>>(), [1, 3]);
    assert_eq!(program.named(b"1").collect::<Vec<_>>(), [2]);
    assert_eq!(program.named(b"y").count(), 0);
}

#[test]
fn large_and_deep_expressions_are_refused() {
    let refused = |text: &str| {
        let source = Source::read(text).unwrap();
        source.compile(1 << 20).err()
    };
    assert_eq!(refused("(a{1000}b?){1}"), None);
    assert_eq!(refused(r"\pL{50}"), None);
    assert_eq!(refused(r"\pL{1000}"), Some(Refused::Size));
    let deep = format!("{}a{}", "(".repeat(300), ")".repeat(300));
    assert_eq!(refused(&deep), Some(Refused::Depth));
    assert!(matches!(refused("(a"), Some(Refused::Syntax(_))));
}

#[test]
fn work_is_told_and_stopped() {
    let all = |expression: &str, text: &[u8], limit: usize| {
        let mut program = compile(expression);
        let subject = Subject::new(text);
        let mut left = limit;
        let mut spend = |work: usize| {
            left = left.checked_sub(work).ok_or(())?;
            Ok::<(), ()>(())
        };
        let mut walk = Walk::default();
        while walk.next(&mut program, &subject, &mut spend)?.is_some() {}
        Ok::<usize, ()>(limit - left)
    };
    // Without a period, so that states do not come again.
    let mut state = 1_u32;
    let text: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if state >> 31 == 0 { 'a' } else { 'b' }
    })
    .take(10_000)
    .collect();
    // Each byte once and back, and a few states.
    assert!(all("ab", text.as_bytes(), usize::MAX).unwrap() < 200_000);
    // Looks to the end for each match.
    assert_eq!(all("[ab](?:[ab]*c)?", text.as_bytes(), 10_000_000), Err(()));
    // A state for each byte.
    assert_eq!(
        all("[ab]*a[ab]{500}c", text.as_bytes(), 10_000_000),
        Err(())
    );
}
