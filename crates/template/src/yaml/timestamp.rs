//! Which texts are timestamps, and so are quoted when they are meant as text.

/// Whether `text` is a date, or a date with a time, that exists.
pub(super) fn is_timestamp(text: &[u8]) -> bool {
    matches(text).is_some()
}

fn matches(text: &[u8]) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    if !year.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year = year
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let (month, rest) = one_or_two_digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = one_or_two_digits(rest.strip_prefix(b"-")?)?;
    if !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
        return None;
    }
    match rest {
        [] => Some(()),
        [b'T' | b't', time @ ..] => zone(time_of_day(time)?),
        [b' ', time @ ..] => {
            let blanks = time.iter().take_while(|&&byte| byte == b' ').count();
            time_of_day(&time[blanks..])?.is_empty().then_some(())
        }
        _ => None,
    }
}

fn one_or_two_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [ten @ b'0'..=b'9', one @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(ten - b'0') * 10 + u32::from(one - b'0'), rest))
        }
        [one @ b'0'..=b'9', rest @ ..] => Some((u32::from(one - b'0'), rest)),
        _ => None,
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leaps),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads hours, minutes, seconds and their fraction; gives what follows.
fn time_of_day(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, rest) = one_or_two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(match rest {
        [b'.' | b',', b'0'..=b'9', ..] => {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit());
            &rest[1 + digits.count()..]
        }
        _ => rest,
    })
}

fn zone(text: &[u8]) -> Option<()> {
    match text {
        b"Z" => Some(()),
        [b'+' | b'-', h, i, b':', m, n] => {
            let (hours, _) = one_or_two_digits(&[*h, *i])?;
            let (minutes, _) = one_or_two_digits(&[*m, *n])?;
            let whole = [h, i, m, n].iter().all(|digit| digit.is_ascii_digit());
            (whole && hours <= 24 && minutes <= 60).then_some(())
        }
        _ => None,
    }
}
