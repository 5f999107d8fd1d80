//! Which characters Go prints as they are inside quotes: those of its edition of Unicode, 15.0.

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// Whether `character` is a letter, mark, number, punctuation, symbol or the ASCII space.
pub(crate) fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        ..'\u{a1}' => false,
        _ => !matches!(
            get_general_category(character),
            Category::Control
                | Category::Format
                | Category::LineSeparator
                | Category::ParagraphSeparator
                | Category::PrivateUse
                | Category::SpaceSeparator
                | Category::Surrogate
                | Category::Unassigned
        ),
    }
}
