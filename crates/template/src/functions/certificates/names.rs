//! Names in certificates: of subjects and issuers, and the alternative ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::Failure;
use crate::functions::keys::asn1::{self, Der, Element, Reader};
use crate::functions::urls;

const T61_STRING: u8 = 0x14;
const IA5_STRING: u8 = 0x16;
const NUMERIC_STRING: u8 = 0x12;

/// The attributes that Go knows by name, in the order in which it prints them, which is not that of the certificate: their last number below
/// `2.5.4` and their short name.
const ATTRIBUTES: [(u8, &str); 9] = [
    (5, "SERIALNUMBER"),
    (3, "CN"),
    (11, "OU"),
    (10, "O"),
    (17, "POSTALCODE"),
    (9, "STREET"),
    (7, "L"),
    (8, "ST"),
    (6, "C"),
];

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// One attribute of a name.
struct Attribute<'a> {
    identifier: &'a [u8],
    value: String,
}

/// Whether Go takes the byte for one of a printable string: `*` and `&` are no part of the type, but occur.
pub(super) fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(&byte)
}

/// A text in the type that Go chooses: one for printable characters, and one for all others.
pub(super) fn string(text: &[u8]) -> Result<Der, Failure> {
    if text
        .iter()
        .all(|byte| is_printable(*byte) && !matches!(byte, b'*' | b'&'))
    {
        return Ok(asn1::element(asn1::PRINTABLE_STRING, text));
    }
    if std::str::from_utf8(text).is_err() {
        return Err(Failure::new("the name is not valid UTF-8"));
    }
    Ok(asn1::element(asn1::UTF8_STRING, text))
}

/// Checks the name of a subject or an issuer.
pub(super) fn check(name: Element<'_>) -> Result<(), Failure> {
    attributes(name.whole).map(drop)
}

fn attributes(name: &[u8]) -> Result<Vec<Attribute<'_>>, Failure> {
    let mut attributes = Vec::new();
    let mut sets = Reader::new(name).sequence()?;
    while !sets.is_empty() {
        let mut set = Reader::new(sets.take(asn1::SET)?);
        while !set.is_empty() {
            let mut fields = set.sequence()?;
            attributes.push(Attribute {
                identifier: fields.oid()?,
                value: value(fields.element()?)?,
            });
        }
    }
    Ok(attributes)
}

/// The text of an attribute, if it has one of the types of texts and keeps to it.
fn value(element: Element<'_>) -> Result<String, Failure> {
    let content = element.content;
    let text = match element.tag {
        T61_STRING => Some(content.iter().map(|byte| char::from(*byte)).collect()),
        asn1::UTF8_STRING => String::from_utf8(content.to_vec()).ok(),
        asn1::BMP_STRING => wide(content),
        tag => {
            let allowed = |byte: &u8| match tag {
                asn1::PRINTABLE_STRING => is_printable(*byte),
                IA5_STRING => byte.is_ascii(),
                NUMERIC_STRING => byte.is_ascii_digit() || *byte == b' ',
                _ => false,
            };
            let known = matches!(tag, asn1::PRINTABLE_STRING | IA5_STRING | NUMERIC_STRING);
            (known && content.iter().all(allowed))
                .then(|| content.iter().map(|byte| char::from(*byte)).collect())
        }
    };
    text.ok_or_else(|| Failure::new("malformed name in a certificate"))
}

/// Text in two bytes a character, of which none is half a pair or reserved.
fn wide(content: &[u8]) -> Option<String> {
    let content = content.strip_suffix(&[0, 0]).unwrap_or(content);
    let (pairs, []) = content.as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|pair| match u16::from_be_bytes(*pair) {
            0xfffe | 0xffff | 0xfdd0..=0xfdef => None,
            point => char::from_u32(u32::from(point)),
        })
        .collect()
}

/// A name as Go prints it: the attributes that it knows in its own order, then the others with their value in hexadecimal, the last first.
pub(super) fn text(name: &[u8]) -> Result<String, Failure> {
    let attributes = attributes(name)?;
    let mut parts = Vec::new();
    for (number, short) in ATTRIBUTES {
        let values = attributes
            .iter()
            .filter(|attribute| attribute.identifier == [85, 4, number]);
        // Of these two Go keeps the last alone.
        let mut values: Vec<_> = values.collect();
        if matches!(number, 3 | 5) {
            values.drain(..values.len().saturating_sub(1));
        }
        let values: Vec<String> = values
            .into_iter()
            .filter(|attribute| !matches!(number, 3 | 5) || !attribute.value.is_empty())
            .map(|attribute| format!("{short}={}", escaped(&attribute.value)))
            .collect();
        if !values.is_empty() {
            parts.push(values.join("+"));
        }
    }
    let known = |attribute: &&Attribute<'_>| {
        !ATTRIBUTES
            .iter()
            .any(|(number, _)| attribute.identifier == [85, 4, *number])
    };
    for attribute in attributes.iter().filter(known).rev() {
        let mut part = format!("{}=#", dotted(attribute.identifier));
        for byte in string(attribute.value.as_bytes())?.iter() {
            part.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
        }
        parts.push(part);
    }
    Ok(parts.join(","))
}

/// A value with what has a meaning in names escaped.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        let special = match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => true,
            '#' => index == 0,
            ' ' => index == 0 || index == last,
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// An object identifier in numbers.
fn dotted(identifier: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: u64 = 0;
    for byte in identifier {
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first);
                number -= first * 40;
            }
            numbers.push(number);
            number = 0;
        }
    }
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    numbers.join(".")
}

/// The names in an extension with alternative names: DNS names, addresses, e-mail addresses, URIs.
pub(super) fn alternative(extension: &[u8]) -> Result<Vec<String>, Failure> {
    let mut names = Reader::new(extension).sequence()?;
    let [mut dns, mut addresses, mut mails, mut uris] = [const { Vec::new() }; 4];
    while !names.is_empty() {
        let name = names.element()?;
        // Go looks at the number alone, whatever the rest of the tag says.
        match name.tag ^ 0x80 {
            1 => mails.push(ascii(name.content)?),
            2 => dns.push(ascii(name.content)?),
            6 => uris.push(uri(name.content)?),
            7 => addresses.push(address(name.content)?),
            _ => {}
        }
    }
    dns.append(&mut addresses);
    dns.append(&mut mails);
    dns.append(&mut uris);
    Ok(dns)
}

fn ascii(content: &[u8]) -> Result<String, Failure> {
    match std::str::from_utf8(content) {
        Ok(text) if text.is_ascii() => Ok(text.into()),
        _ => Err(Failure::new(
            "an alternative name has characters beyond ASCII",
        )),
    }
}

fn uri(content: &[u8]) -> Result<String, Failure> {
    let address = urls::uri(ascii(content)?.as_bytes())?;
    ascii(address.expose())
}

fn address(content: &[u8]) -> Result<String, Failure> {
    let address = if let Ok(bytes) = <[u8; 4]>::try_from(content) {
        IpAddr::V4(Ipv4Addr::from(bytes))
    } else if let Ok(bytes) = <[u8; 16]>::try_from(content) {
        IpAddr::V6(Ipv6Addr::from(bytes)).to_canonical()
    } else {
        return Err(Failure::new(
            "an address in a certificate has a wrong length",
        ));
    };
    Ok(address.to_string())
}

#[cfg(test)]
mod tests {
    use super::{asn1, string, text};

    #[test]
    fn names_are_printed_in_the_order_and_with_the_escapes_of_go() {
        for (attributes, expected) in [
            (&[][..], ""),
            (&[(3, "a"), (10, "o"), (6, "DE")], "CN=a,O=o,C=DE"),
            (&[(3, "a"), (3, "b")], "CN=b"),
            (&[(11, "x"), (11, "y, z")], r"OU=x+OU=y\, z"),
            (&[(3, " a ")], r"CN=\ a\ "),
            (&[(3, "#c#")], r"CN=\#c#"),
            (
                &[
                    (12, "Dr"),
                    (42, "ü"),
                    (5, "7"),
                    (17, "1"),
                    (9, "s<\\"),
                    (7, "l"),
                    (8, "st"),
                ],
                r"SERIALNUMBER=7,POSTALCODE=1,STREET=s\<\\,L=l,ST=st,2.5.4.42=#0c02c3bc,2.5.4.12=#13024472",
            ),
        ] {
            let sets: Vec<_> = attributes
                .iter()
                .map(|(number, value)| {
                    asn1::set(&[&asn1::sequence(&[
                        &asn1::element(asn1::OID, &[85, 4, *number]),
                        &string(value.as_bytes()).unwrap(),
                    ])])
                })
                .collect();
            let sets: Vec<&[u8]> = sets.iter().map(|set| set.as_slice()).collect();
            assert_eq!(text(&asn1::sequence(&sets)).unwrap(), expected);
        }
    }
}
