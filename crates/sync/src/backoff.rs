//! How long to wait before trying again.

/// Never more than a minute.
pub const DELAY_MS_MAX: u64 = 60_000;
const DELAY_MS_FIRST: u64 = 1_000;

/// After `failures` failures in a row (1, 2 …): doubled each time and capped, of which the upper half
/// is left to chance, so that a hundred tills do not come back in the same second. `jitter` is 32
/// random bits of the caller's.
pub fn delay_ms(failures: u32, jitter: u32) -> u64 {
    let doubled = DELAY_MS_FIRST
        .checked_shl(failures.saturating_sub(1).min(16))
        .unwrap_or(DELAY_MS_MAX);
    let half = doubled.min(DELAY_MS_MAX) / 2;
    half + (half * u64::from(jitter)) / u64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_grows_and_is_capped() {
        let longest: Vec<u64> = (1..=9).map(|failures| delay_ms(failures, u32::MAX)).collect();
        assert_eq!(
            longest,
            [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]
        );
        assert_eq!(delay_ms(u32::MAX, u32::MAX), DELAY_MS_MAX);
        assert_eq!(delay_ms(7, 0), 30_000);
        assert_eq!(delay_ms(0, 0), 500);
    }
}
