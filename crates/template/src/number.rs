//! Numbers and quoted text as Go's `strconv` writes and reads them. No flags, widths or values: those are the printer's.

mod float;
mod hex_float;
mod parse;
mod printable;
mod quote;

pub(crate) use float::{float, float_32};
pub(crate) use parse::{Unreadable, parse_float, parse_int, parse_uint};
pub(crate) use printable::is_printable;
pub(crate) use quote::{
    can_be_raw, quote, quote_ascii, quote_character, quote_character_ascii, unquote,
};
