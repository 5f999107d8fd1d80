//! Random texts and numbers. All are drawn from the stream of the render, so that the same seed renders the same text; there is no other source.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand_core::Rng;
use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::{Context, Function};
use crate::error::Failure;
use crate::value::{Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "randAlphaNum",
        takes: &[Type::INT],
        rest: None,
        says: "A random text of that length of letters and digits.",
        example: (
            r#"{{ randAlphaNum 12 | regexMatch "^[0-9A-Za-z]{12}$" }}"#,
            "true",
        ),
        run: |context, arguments| characters(context, arguments, u8::is_ascii_alphanumeric),
    },
    Function {
        name: "randAlpha",
        takes: &[Type::INT],
        rest: None,
        says: "A random text of that length of letters.",
        example: (
            r#"{{ randAlpha 12 | regexMatch "^[A-Za-z]{12}$" }}"#,
            "true",
        ),
        run: |context, arguments| characters(context, arguments, u8::is_ascii_alphabetic),
    },
    Function {
        name: "randAscii",
        takes: &[Type::INT],
        rest: None,
        says: "A random text of that length of all that ASCII prints, the space too.",
        example: ("{{ randAscii 12 | len }}", "12"),
        run: |context, arguments| {
            characters(context, arguments, |byte| matches!(byte, b' '..=b'~'))
        },
    },
    Function {
        name: "randNumeric",
        takes: &[Type::INT],
        rest: None,
        says: "A random text of that length of digits.",
        example: (r#"{{ randNumeric 6 | regexMatch "^[0-9]{6}$" }}"#, "true"),
        run: |context, arguments| characters(context, arguments, u8::is_ascii_digit),
    },
    Function {
        name: "randInt",
        takes: &[Type::INT, Type::INT],
        rest: None,
        says: "A random number from the first to below the second.",
        example: ("{{ randInt 7 8 }}", "7"),
        run: |context, arguments| {
            let [Value::Signed(_, from), Value::Signed(_, to)] = arguments else {
                return Err(Failure::new("expected two numbers"));
            };
            // Go's difference wraps around too.
            match u64::try_from(to.wrapping_sub(*from)) {
                Ok(count @ 1..) => {
                    let number = below(context, count);
                    Ok(Value::int(from.wrapping_add_unsigned(number)))
                }
                _ => Err(Failure::new(
                    "the second number must be larger than the first",
                )),
            }
        },
    },
    Function {
        name: "randBytes",
        takes: &[Type::INT],
        rest: None,
        says: "So many random bytes, in base64.",
        example: ("{{ randBytes 16 | b64dec | len }}", "16"),
        run: bytes,
    },
    Function {
        name: "uuidv4",
        takes: &[],
        rest: None,
        says: "A random UUID.",
        example: (
            r#"{{ uuidv4 | regexMatch "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" }}"#,
            "true",
        ),
        run: |context, _| {
            context.budget.steps(4)?;
            let mut bytes = [0; 16];
            context.random.fill_bytes(&mut bytes);
            let mut number = u128::from_be_bytes(bytes);
            // The version, and the variant of RFC 9562.
            number = number & !(0xf << 76) | 4 << 76;
            number = number & !(0b11 << 62) | 0b10 << 62;
            Ok(Value::from(format!(
                "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                number >> 96,
                number >> 80 & 0xffff,
                number >> 64 & 0xffff,
                number >> 48 & 0xffff,
                number & 0xffff_ffff_ffff,
            )))
        },
    },
    Function {
        name: "shuffle",
        takes: &[Type::Text],
        rest: None,
        says: "A text with its characters in random order.",
        example: (r#"{{ shuffle "aaaa" }}"#, "aaaa"),
        run: |context, arguments| {
            let [Value::Text(text)] = arguments else {
                return Err(Failure::new("expected a string"));
            };
            context.budget.steps(text.len().saturating_mul(3))?;
            // A byte that is no character becomes one of three bytes.
            context.budget.text(text.len().saturating_mul(3))?;
            let mut characters = Zeroizing::new(Vec::with_capacity(text.len()));
            characters.extend(text.characters());
            for last in (1..characters.len()).rev() {
                let other = below(context, last as u64 + 1);
                characters.swap(last, usize::try_from(other).unwrap_or(last));
            }
            let mut shuffled = Secret::with_capacity(text.len());
            for character in characters.iter() {
                shuffled.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Ok(Value::Text(shuffled.into()))
        },
    },
];

/// A text of so many ASCII characters, each that `belongs` as likely as any other. A negative number makes none, as in Sprig.
fn characters(
    context: &mut Context<'_>,
    arguments: &[Value],
    belongs: impl Fn(&u8) -> bool,
) -> Result<Value, Failure> {
    let length = length(arguments)?.unwrap_or(0);
    context.budget.text(length)?;
    context.budget.steps(length)?;
    let set: Vec<u8> = (0..128).filter(belongs).collect();
    // Bytes from the last incomplete round of the set are drawn again, or its first characters would come more often.
    let rounds = 256 / set.len() * set.len();
    let mut text = Secret::with_capacity(length);
    let mut drawn = Zeroizing::new([0; 64]);
    while text.len() < length {
        context.random.fill_bytes(drawn.as_mut());
        let left = length - text.len();
        let fair = drawn.iter().map(|byte| usize::from(*byte));
        for number in fair.filter(|number| *number < rounds).take(left) {
            text.extend_from_slice(&[set[number % set.len()]]);
        }
    }
    Ok(Value::Text(text.into()))
}

fn bytes(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let length = length(arguments)?.ok_or_else(|| Failure::new("the number is negative"))?;
    context.budget.length(length)?;
    context.budget.steps(length.div_ceil(4))?;
    context.budget.text(length.div_ceil(3) * 4)?;
    let mut bytes = Zeroizing::new(vec![0; length]);
    context.random.fill_bytes(&mut bytes);
    Ok(Value::from(STANDARD.encode(&*bytes)))
}

/// The number that a function is given; `None` if it is negative.
fn length(arguments: &[Value]) -> Result<Option<usize>, Failure> {
    match arguments {
        [Value::Signed(_, number)] => Ok(usize::try_from(*number).ok()),
        _ => Err(Failure::new("expected a number")),
    }
}

/// A number below `count`, each as likely as any other.
fn below(context: &mut Context<'_>, count: u64) -> u64 {
    // Numbers from the last incomplete round are drawn again.
    let rounds = u64::MAX - u64::MAX % count;
    loop {
        let number = context.random.next_u64();
        if number < rounds {
            return number % count;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::budget::{Budget, Limits};
    use crate::functions::Patterns;

    #[test]
    fn numbers_are_spread_evenly_and_follow_the_seed() {
        let draw = |seed| {
            let mut context = Context {
                budget: &mut Budget::new(Limits::default()),
                now: (0, 0),
                random: &mut ChaCha20Rng::from_seed([seed; 32]),
                patterns: Patterns::default(),
            };
            let mut counts = [0_u32; 10];
            let text = characters(&mut context, &[Value::int(100_000)], u8::is_ascii_digit);
            let Ok(Value::Text(text)) = text else {
                panic!("a text");
            };
            for digit in text.bytes() {
                counts[usize::from(digit - b'0')] += 1;
            }
            assert!(below(&mut context, 1) == 0);
            counts
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).iter().all(|count| (9_500..10_500).contains(count)));
    }
}
