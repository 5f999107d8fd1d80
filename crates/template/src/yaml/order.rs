//! The order of keys: runs of digits compare as numbers, so `a2` stands before `a10`.

use std::cmp::Ordering;

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// Sorts by `key`. The order that the keys have is none in a few odd cases, in which a sort of the standard library may panic.
pub(super) fn sort<T>(items: &mut Vec<T>, key: impl Fn(&T) -> Vec<char>) {
    let keyed = items.drain(..).map(|item| (key(&item), item)).collect();
    items.extend(merged(keyed).into_iter().map(|(_, item)| item));
}

fn merged<T>(mut left: Vec<(Vec<char>, T)>) -> Vec<(Vec<char>, T)> {
    if left.len() < 2 {
        return left;
    }
    let right = left.split_off(left.len() / 2);
    let mut all = Vec::with_capacity(left.len() + right.len());
    let mut left = merged(left).into_iter().peekable();
    let mut right = merged(right).into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if compare(&b.0, &a.0) == Ordering::Less {
            right.next()
        } else {
            left.next()
        };
        all.extend(next);
    }
    all.extend(left);
    all.extend(right);
    all
}

fn compare(a: &[char], b: &[char]) -> Ordering {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (Some(&first), Some(&second)) = (a.get(same), b.get(same)) else {
        return a.len().cmp(&b.len());
    };
    match (is_letter(first), is_letter(second)) {
        (true, true) => return first.cmp(&second),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Behind digits that are no leading zeros, a zero is one more digit.
    let follows = (first == '0' || second == '0')
        && a[..same]
            .iter()
            .rev()
            .take_while(|&&digit| is_digit(digit))
            .any(|&digit| digit != '0');
    let start = i64::from(follows);
    let (number, length) = number(start, &a[same..]);
    let (other, other_length) = self::number(start, &b[same..]);
    number
        .cmp(&other)
        .then(length.cmp(&other_length))
        .then(first.cmp(&second))
}

fn number(start: i64, text: &[char]) -> (i64, usize) {
    let digits = text.iter().take_while(|&&digit| is_digit(digit));
    digits.fold((start, 0), |(number, length), &digit| {
        let digit = i64::from(u32::from(digit)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(digit), length + 1)
    })
}

fn is_letter(character: char) -> bool {
    match character {
        'a'..='z' | 'A'..='Z' => true,
        '\0'..='\u{7f}' => false,
        _ => matches!(
            get_general_category(character),
            Category::UppercaseLetter
                | Category::LowercaseLetter
                | Category::TitlecaseLetter
                | Category::ModifierLetter
                | Category::OtherLetter
        ),
    }
}

fn is_digit(character: char) -> bool {
    match character {
        '0'..='9' => true,
        '\0'..='\u{7f}' => false,
        _ => get_general_category(character) == Category::DecimalNumber,
    }
}
