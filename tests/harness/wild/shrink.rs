//! Making a failing text smaller: ever smaller runs of lines, then of characters, are left out as long as it still fails.

/// The smallest text found for which `fails` still holds.
pub fn shrink(text: &str, mut fails: impl FnMut(&str) -> bool) -> String {
    let lines = text.split_inclusive('\n').map(str::to_owned).collect();
    let text = leave_out(lines, &mut fails).concat();
    let chars = text.chars().map(String::from).collect();
    leave_out(chars, &mut fails).concat()
}

fn leave_out(mut parts: Vec<String>, fails: &mut impl FnMut(&str) -> bool) -> Vec<String> {
    let mut run = parts.len().div_ceil(2);
    while run > 0 {
        let mut at = 0;
        let mut shorter = false;
        while at < parts.len() {
            let stop = (at + run).min(parts.len());
            let candidate = [&parts[..at], &parts[stop..]].concat();
            if fails(&candidate.concat()) {
                parts = candidate;
                shorter = true;
            } else {
                at = stop;
            }
        }
        if run == 1 && !shorter {
            break;
        }
        run = if run == 1 { 1 } else { run / 2 };
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn only_what_fails_is_left() {
        let text = "one\ntwo: x\nthree\nfour: yes\nfive\n";
        assert_eq!(
            shrink(text, |it| it.contains("yes") && it.contains('x')),
            "xyes"
        );
    }
}
