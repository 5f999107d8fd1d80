use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;

fn secret(bytes: &[u8]) -> Secret {
    Secret::from(bytes.to_vec())
}

#[test]
fn field_of_aes() {
    // FIPS 197, sections 4.2 and 4.2.1.
    assert_eq!(multiply(0x57, 0x83), 0xC1);
    assert_eq!(multiply(0x57, 0x13), 0xFE);
    for a in 1..=255 {
        assert_eq!(multiply(a, invert(a)), 1, "{a}");
        assert_eq!(multiply(a, 0), 0);
        assert_eq!(multiply(1, a), a);
    }
}

#[test]
fn layout_is_values_then_point() {
    let shares = split(b"abc", 5, 2, &mut StdRng::seed_from_u64(1)).unwrap();
    let points: Vec<_> = shares
        .iter()
        .map(|share| *share.expose().last().unwrap())
        .collect();
    assert_eq!(points, [1, 2, 3, 4, 5]);
    assert!(shares.iter().all(|share| share.len() == 4));
}

#[test]
fn shares_at_scattered_points_combine() {
    // The line 0x2A + 0x53 x at points that HashiCorp's code might draw, and a parabola at three of them.
    let line = |x: u8| 0x2A ^ multiply(0x53, x);
    let parabola = |x: u8| line(x) ^ multiply(multiply(0xCA, x), x);
    let at = |f: &dyn Fn(u8) -> u8, x: u8| secret(&[f(x), x]);
    assert_eq!(
        combine(&[at(&line, 201), at(&line, 17)]).unwrap().expose(),
        [0x2A]
    );
    let three = [at(&parabola, 255), at(&parabola, 3), at(&parabola, 128)];
    assert_eq!(combine(&three).unwrap().expose(), [0x2A]);
    assert_ne!(
        combine(&three[..2]).unwrap().expose(),
        [0x2A],
        "two points do not fix a parabola"
    );
}

#[test]
fn impossible_splits_are_refused() {
    for (shares, threshold) in [(0, 0), (1, 1), (2, 0), (2, 1), (2, 3), (255, 0)] {
        let refused = Err(Error::SplitParameters {
            shares: shares.into(),
            threshold: threshold.into(),
        });
        assert_eq!(
            split(b"x", shares, threshold, &mut StdRng::seed_from_u64(1)),
            refused
        );
    }
    assert_eq!(
        split(b"", 2, 2, &mut StdRng::seed_from_u64(1)),
        Err(Error::SplitEmpty)
    );
}

#[test]
fn bad_shares_are_refused() {
    let check = |shares: &[&[u8]], expected: Error| {
        let shares: Vec<_> = shares.iter().map(|share| secret(share)).collect();
        assert_eq!(combine(&shares), Err(expected));
    };
    check(&[], Error::TooFewShares { have: 0, need: 2 });
    check(&[&[1, 1]], Error::TooFewShares { have: 1, need: 2 });
    check(&[&[1, 1], &[2, 1]], Error::DuplicateShare { index: 1 });
    check(
        &[&[1, 1], &[2, 2], &[1, 1]],
        Error::DuplicateShare { index: 2 },
    );
    check(&[&[1, 1], &[1, 2, 2]], Error::Share { index: 1 });
    check(&[&[1], &[2]], Error::Share { index: 0 });
    check(&[&[], &[]], Error::Share { index: 0 });
    check(&[&[1, 0], &[2, 1]], Error::Share { index: 0 });
}

proptest! {
    /// Any `threshold` of the shares, and any more of them, in any order, give the secret back.
    #[test]
    fn combine_undoes_split(
        bytes in prop::collection::vec(any::<u8>(), 1..40),
        (threshold, shares) in (2_u8..=12).prop_flat_map(|t| (Just(t), t..=16)),
        extra in 0_usize..4,
        seed in any::<u64>(),
    ) {
        let split = split(&bytes, shares, threshold, &mut StdRng::seed_from_u64(seed)).unwrap();
        let mut chosen: Vec<_> = split.into_iter().collect();
        // A rotation and a cut pick a set that depends on the seed.
        chosen.rotate_left(usize::try_from(seed % u64::from(shares)).unwrap());
        chosen.truncate((usize::from(threshold) + extra).min(shares.into()));
        chosen.reverse();
        let combined = combine(&chosen).unwrap();
        prop_assert_eq!(combined.expose(), &bytes[..]);
    }
}
