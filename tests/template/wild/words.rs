//! What `fromYaml` says about texts that are no YAML, which each side says in words of its own, while a template goes on with them. Go is asked
//! again with our words in place of its own: then the rest is to be the same.

use selkie_tests::servers::template::{Answer, Request, Root, TemplateOracle};

use super::ours::Ours;

/// Texts that depend on the words for others can follow each other so often.
const ROUNDS: usize = 10;

/// Go's answer in our words; `None` if it needs none, or if Go refuses a text that we read.
pub(super) fn answer_in_ours(request: &Request, oracle: &mut TemplateOracle) -> Option<Answer> {
    let mut words = Vec::new();
    for _ in 0..ROUNDS {
        let (answer, broken) = oracle.render_in_words(request, &words);
        if broken.is_empty() {
            return (!words.is_empty()).then_some(answer);
        }
        for text in broken {
            let says = ours(&text)?;
            words.push((text, says));
        }
    }
    None
}

/// What ours says about a text, if it cannot read it either.
fn ours(text: &[u8]) -> Option<Vec<u8>> {
    let request = Request {
        template: "{{(fromYaml .text).Error}}".to_owned(),
        root: Root::Texts(vec![("text".to_owned(), text.to_vec())]),
        delimiters: None,
    };
    match Ours::render(&request) {
        Ours::Rendered(says) if says.starts_with(b"error ") => Some(says),
        _ => None,
    }
}
