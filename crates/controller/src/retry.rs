//! How long a failed object waits before its next attempt.

use std::time::Duration;

/// The first pause.
const FIRST: Duration = Duration::from_secs(1);
/// The longest, as the peer has it.
const LONGEST: Duration = Duration::from_mins(7);

/// The pause after so many failures in a row (from 1). It doubles up to seven minutes, and is shortened by up to a half, by an object's own share of
/// it, so that what failed together does not come back together.
pub(crate) fn pause(failures: u32, seed: u64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let longest = doubled.min(LONGEST);
    // The same object waits as long each time it has failed as often: a test can say what happens.
    let mixed = (seed ^ u64::from(failures)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let share = f64::from(u32::try_from(mixed >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX);
    longest.mul_f64(1.0 - share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_seven_minutes() {
        for (failures, longest) in [(0, 1), (1, 1), (2, 2), (5, 16), (9, 256), (10, 420), (99, 420), (u32::MAX, 420)] {
            for seed in 0..50 {
                let pause = pause(failures, seed).as_secs_f64();
                let longest = f64::from(longest);
                assert!(pause <= longest && pause >= longest / 2.0, "{failures}: {pause}");
            }
        }
    }

    #[test]
    fn objects_spread_and_each_keeps_its_own() {
        let early = (0..1000).filter(|seed| pause(10, *seed) < Duration::from_secs(315)).count();
        assert!((400..600).contains(&early), "{early}");
        assert_eq!(pause(3, 7), pause(3, 7));
    }
}
