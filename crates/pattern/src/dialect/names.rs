//! The names that Go takes behind `\p`: general categories, scripts, and three more. Case, blanks, hyphens and underscores do not count.
//!
//! Scripts of several words are missing, since Go looks for them without their underscores and finds none.

#[cfg(test)]
mod tests;

/// General categories, under their short and their long names.
const CATEGORIES: &str = "\
    c casedletter cc cf closepunctuation cn cntrl co combiningmark connectorpunctuation control cs currencysymbol \
    dashpunctuation decimalnumber digit enclosingmark finalpunctuation format initialpunctuation l lc letter \
    letternumber lineseparator ll lm lo lowercaseletter lt lu m mark mathsymbol mc me mn modifierletter \
    modifiersymbol n nd nl no nonspacingmark number openpunctuation other otherletter othernumber otherpunctuation \
    othersymbol p paragraphseparator pc pd pe pf pi po privateuse ps punct punctuation s sc separator sk sm so \
    spaceseparator spacingmark surrogate symbol titlecaseletter unassigned uppercaseletter z zl zp zs";

/// Scripts, under their long names.
const SCRIPTS: &str = "\
    adlam ahom arabic armenian avestan balinese bamum batak bengali bhaiksuki bopomofo brahmi braille buginese \
    buhid carian chakma cham cherokee chorasmian common coptic cuneiform cypriot cyrillic deseret devanagari dogra \
    duployan elbasan elymaic ethiopic georgian glagolitic gothic grantha greek gujarati gurmukhi han hangul \
    hanunoo hatran hebrew hiragana inherited javanese kaithi kannada katakana kawi kharoshthi khmer khojki \
    khudawadi lao latin lepcha limbu lisu lycian lydian mahajani makasar malayalam mandaic manichaean marchen \
    medefaidrin miao modi mongolian mro multani myanmar nabataean nandinagari newa nko nushu ogham oriya osage \
    osmanya palmyrene phoenician rejang runic samaritan saurashtra sharada shavian siddham sinhala sogdian soyombo \
    sundanese syriac tagalog tagbanwa takri tamil tangsa tangut telugu thaana thai tibetan tifinagh tirhuta toto \
    ugaritic vai vithkuqi wancho yezidi yi";

/// Whether most characters are under that name.
pub(super) fn is_wide(name: &str) -> bool {
    matches!(
        plain(name).as_str(),
        "any" | "c" | "other" | "cn" | "unassigned"
    )
}

/// The class for the `regex` crate that `\p{name}` means, without its brackets; `None` if Go knows no such name.
///
/// The crate's edition of Unicode is later than Go's 15.0, so younger characters are taken out, or count as unassigned.
pub(super) fn class(name: &str) -> Option<String> {
    let name = plain(name);
    let is_in = |list: &str| list.split_ascii_whitespace().any(|other| other == name);
    Some(match name.as_str() {
        "any" => r"\x00-\x{10FFFF}".to_owned(),
        "ascii" => r"\x00-\x7F".to_owned(),
        // No text holds surrogates.
        "cs" | "surrogate" => "a&&b".to_owned(),
        "assigned" => r"\P{gc=cn}&&\p{age:15.0}".to_owned(),
        "c" | "other" | "cn" | "unassigned" => format!(r"\p{{gc={name}}}\P{{age:15.0}}"),
        // The one character whose category has changed since.
        "mc" | "spacingmark" => r"\p{gc=mc}&&\p{age:15.0}&&[^\x{1171E}]".to_owned(),
        "mn" | "nonspacingmark" => r"\p{gc=mn}\x{1171E}&&\p{age:15.0}".to_owned(),
        _ if is_in(CATEGORIES) => format!(r"\p{{gc={name}}}&&\p{{age:15.0}}"),
        _ if is_in(SCRIPTS) => format!(r"\p{{sc={name}}}&&\p{{age:15.0}}"),
        _ => return None,
    })
}

/// A name without what does not count.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|char| !matches!(char, ' ' | '-' | '_'))
        .map(|char| char.to_ascii_lowercase())
        .collect()
}
