//! All characters at once, against sums that Go's package `unicode` gives.

use super::{
    is_digit, is_letter, is_lower, is_number, is_punctuation, is_title, is_upper, lower, title,
    upper,
};

const LETTER: u64 = 0x5b08_a90b_2475_cbc5;
const DIGIT: u64 = 0x3873_7694_27cc_346d;
const IS_UPPER: u64 = 0xd721_61f1_09a4_8dc8;
const IS_LOWER: u64 = 0x89b2_a41f_0421_baf8;
const IS_TITLE: u64 = 0xe5c2_807c_98cb_7a38;
const SPACE: u64 = 0x6456_ea46_3be9_47ac;
const NUMBER: u64 = 0x5831_35dd_edb7_19ca;
const PUNCTUATION: u64 = 0x3aec_1528_5907_4453;
const UPPER: u64 = 0x7369_3492_3ace_8e04;
const LOWER: u64 = 0x6cb4_860d_cb97_926d;
const TITLE: u64 = 0xc7d9_7178_6996_47e4;

/// FNV-1a over what is said of each character, in order.
fn sum(of: impl Fn(char) -> u32) -> u64 {
    ('\0'..=char::MAX).fold(0xcbf2_9ce4_8422_2325, |sum, character| {
        (sum ^ u64::from(of(character))).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn every_character_is_what_it_is_in_go() {
    assert_eq!(sum(|c| is_letter(c).into()), LETTER, "letter");
    assert_eq!(sum(|c| is_digit(c).into()), DIGIT, "digit");
    assert_eq!(sum(|c| is_upper(c).into()), IS_UPPER, "is_upper");
    assert_eq!(sum(|c| is_lower(c).into()), IS_LOWER, "is_lower");
    assert_eq!(sum(|c| is_title(c).into()), IS_TITLE, "is_title");
    assert_eq!(sum(|c| is_number(c).into()), NUMBER, "number");
    assert_eq!(
        sum(|c| is_punctuation(c).into()),
        PUNCTUATION,
        "punctuation"
    );
    assert_eq!(sum(|c| char::is_whitespace(c).into()), SPACE, "space");
}

#[test]
fn every_character_has_the_case_that_it_has_in_go() {
    assert_eq!(sum(|c| upper(c).into()), UPPER, "upper");
    assert_eq!(sum(|c| lower(c).into()), LOWER, "lower");
    assert_eq!(sum(|c| title(c).into()), TITLE, "title");
}
