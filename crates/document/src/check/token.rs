//! What a text has of a token: all of one, a part, several. The parts are looked at one by one, since opening, which would
//! show the same, takes a key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Token;

/// The label by which a token begins, and those inside of one.
const START: &[u8] = b"ENC[AES256_GCM";
const INSIDE: [&[u8]; 4] = [b"data:", b",iv:", b",tag:", b",type:"];

/// What there is of tokens in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remains {
    Nothing,
    /// One token, whole.
    Token,
    /// Less than one.
    Part,
    /// One and at least a part of another.
    Several,
    /// One, with other text behind it.
    TokenAndText,
}

pub(super) fn remains(text: &[u8]) -> Remains {
    let starts = count(text, START);
    // Without a beginning, three labels of four are no accident.
    let labels = INSIDE.iter().filter(|label| count(text, label) > 0).count();
    if starts == 0 && labels < 3 {
        return Remains::Nothing;
    }
    if starts > 1 || INSIDE[1..].iter().any(|label| count(text, label) > 1) {
        return Remains::Several;
    }
    let whole =
        Token::parse(text).is_ok() && field(text, INSIDE[0], INSIDE[1]).is_some_and(is_base64);
    let behind = text
        .iter()
        .rposition(|byte| *byte == b']')
        .map(|end| &text[end + 1..]);
    match behind {
        Some(behind) if whole && behind.trim_ascii().is_empty() => Remains::Token,
        _ if whole => Remains::TokenAndText,
        _ => Remains::Part,
    }
}

/// The nonce of a token, as it is written.
pub(super) fn iv(text: &[u8]) -> Option<&[u8]> {
    text.starts_with(START)
        .then(|| field(text, INSIDE[1], INSIDE[2]))
        .flatten()
}

fn field<'t>(text: &'t [u8], from: &[u8], to: &[u8]) -> Option<&'t [u8]> {
    let start = position(text, from)? + from.len();
    let len = position(&text[start..], to)?;
    Some(&text[start..start + len])
}

fn is_base64(text: &[u8]) -> bool {
    STANDARD.decode(text).is_ok()
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    // Labels hold a rare first byte at most a few times in a value, so this stays linear in practice and in bound.
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|byte| *byte == part[0]) {
        if text[from + at..].starts_with(part) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn count(text: &[u8], part: &[u8]) -> usize {
    let (mut rest, mut count) = (text, 0);
    while let Some(at) = position(rest, part) {
        rest = &rest[at + part.len()..];
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_what_is_left_of_them() {
        let token = "ENC[AES256_GCM,data:AAAA,iv:q9SYYEEHQ2oFa4sEaVdFr3OYzEmKiRC4bOmvJBmkjQc=,tag:MTIzNDU2Nzg5MDEyMzQ1Ng==,type:str]";
        let rows = [
            ("", Remains::Nothing),
            ("hunter2", Remains::Nothing),
            ("data: and ,iv: alone", Remains::Nothing),
            ("ENC[other]", Remains::Nothing),
            (token, Remains::Token),
            (&format!("{token}\n"), Remains::Token),
            (&format!("{token} more"), Remains::TokenAndText),
            (&format!("{token}{token}"), Remains::Several),
            (&format!("{token}\n{token}"), Remains::Several),
            (&format!("{token}{}", &token[..40]), Remains::Several),
            (&format!(" {token}"), Remains::Part),
            (&token[1..], Remains::Part),
            (&token[20..], Remains::Part),
            (&token[..token.len() - 1], Remains::Part),
            (&token[..50], Remains::Part),
            (&token[..16], Remains::Part),
            (&token.replace("AAAA", "AA-A"), Remains::Part),
            (&token.replace("AAAA", "AAA"), Remains::Part),
            (&token.replace("str", "what"), Remains::Part),
            (&token.replace("tag:MTI", "tag:"), Remains::Part),
        ];
        for (text, expected) in rows {
            assert_eq!(remains(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(iv(token.as_bytes()).unwrap().len(), 44);
        assert_eq!(iv(b"hunter2"), None);
    }
}
