//! CRC32C, the sum that Cloud KMS wants of what it is sent: some tens of bytes, so no table and no crate.

/// The sum of `bytes`, as RFC 3720 defines it.
pub(super) fn sum(bytes: &[u8]) -> u32 {
    /// The polynomial of Castagnoli, its bits in reverse.
    const POLYNOMIAL: u32 = 0x82F6_3B78;
    let mut sum = u32::MAX;
    for &byte in bytes {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            // Without a branch on what may be a bit of a secret.
            sum = (sum >> 1) ^ (POLYNOMIAL & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_rfc() {
        let ascending: Vec<u8> = (0..32).collect();
        let rows: [(&[u8], u32); 5] = [
            (b"", 0),
            (b"123456789", 0xE306_9283),
            (&[0; 32], 0x8A91_36AA),
            (&[0xFF; 32], 0x62A8_AB43),
            (&ascending, 0x46DD_794E),
        ];
        for (bytes, expected) in rows {
            assert_eq!(sum(bytes), expected);
        }
    }
}
