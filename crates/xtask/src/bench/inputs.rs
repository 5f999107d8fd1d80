//! The inputs, made anew for each run and the same each time. No randomness here.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::workloads::{Shape, Task, Workload};

/// The input of a workload.
pub(super) fn make(workload: &Workload) -> Vec<u8> {
    match workload.shape {
        Shape::Nested if workload.task == Task::UpdateKeys => nested(10).into_bytes(),
        Shape::Nested => nested(workload.leaves).into_bytes(),
        Shape::JsonNested => json_nested(workload.leaves).into_bytes(),
        Shape::JsonFlat => json_flat(workload.leaves).into_bytes(),
        Shape::Dotenv => lines(0..workload.leaves).into_bytes(),
        Shape::Ini => ini(workload.leaves).into_bytes(),
        Shape::Realistic => realistic(workload.leaves).into_bytes(),
        Shape::Binary => binary(workload.leaves),
    }
}

/// Bytes that nothing can make shorter: Marsaglia's xorshift generator, from a seed of its own.
fn binary(bytes: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut content = Vec::with_capacity(bytes + 8);
    while content.len() < bytes {
        content.extend(next());
    }
    content.truncate(bytes);
    content
}

/// Forty characters that look like a secret.
fn leaf(index: usize) -> String {
    let mut text = STANDARD.encode(Sha256::digest(format!("value-{index}")));
    text.truncate(40);
    text
}

fn nested(leaves: usize) -> String {
    let mut text = String::new();
    for index in 0..leaves {
        if index % 100 == 0 {
            let _ = writeln!(text, "section_{:05}:", index / 100);
        }
        if index % 10 == 0 {
            let _ = writeln!(text, "    group_{:02}:", index / 10 % 10);
        }
        let _ = writeln!(text, "        key_{:02}: {}", index % 10, leaf(index));
    }
    text
}

fn json_nested(leaves: usize) -> String {
    let mut text = String::from("{");
    let mut comma = "";
    for section in 0..leaves.div_ceil(100) {
        let _ = write!(text, "{comma}\n\t\"section_{section:05}\": {{");
        for group in 0..10 {
            let comma = if group == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n\t\t\"group_{group:02}\": {{");
            for key in 0..10 {
                let comma = if key == 0 { "" } else { "," };
                let leaf = leaf(section * 100 + group * 10 + key);
                let _ = write!(text, "{comma}\n\t\t\t\"key_{key:02}\": \"{leaf}\"");
            }
            text.push_str("\n\t\t}");
        }
        text.push_str("\n\t}");
        comma = ",";
    }
    text.push_str("\n}\n");
    text
}

fn json_flat(leaves: usize) -> String {
    let mut text = String::from("{");
    for index in 0..leaves {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n\t\"KEY_{index:06}\": \"{}\"", leaf(index));
    }
    text.push_str("\n}\n");
    text
}

fn lines(range: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for index in range {
        let _ = writeln!(text, "KEY_{index:06}={}", leaf(index));
    }
    text
}

fn ini(leaves: usize) -> String {
    let mut text = String::new();
    for section in 0..leaves / 100 {
        let _ = writeln!(text, "[section_{section:05}]");
        text.push_str(&lines(section * 100..section * 100 + 100));
    }
    text
}

/// Services of a deployment, until `bytes` are reached.
fn realistic(bytes: usize) -> String {
    let mut text = String::from("# Values of all services of one cluster.\nservices:\n");
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        service(&mut text, number);
    }
    text
}

fn service(text: &mut String, number: usize) {
    let (password, token) = (leaf(3 * number), leaf(3 * number + 1));
    let line = leaf(3 * number + 2);
    let _ = write!(
        text,
        r#"
  # Owned by team {team}; rotate with the runbook.
  service-{number:04}:
    enabled: true
    replicas: {replicas}
    image: {{repository: "registry.example.com/team-{team}/service", tag: '1.{number}.0'}}
    database:
      host: db-{number:04}.internal.example.com   # the writer
      port: 5432
      user: 'service_{number:04}'
      password: "{password}"
    token: {token}
    timeout: 2.5
    hosts:
    - service-{number:04}.example.com
    - "*.service-{number:04}.example.com"
    notes: >-
      Folded text that goes over
      two lines of the file.
    tls.key: |
      -----BEGIN PRIVATE KEY-----
      {line}
      {line}
      -----END PRIVATE KEY-----
"#,
        team = number % 12,
        replicas = number % 5 + 1,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nested_input_is_that_of_the_published_measurements() {
        let text = nested(100);
        assert!(text.starts_with("section_00000:\n    group_00:\n        key_00: vNvNf+Z7fj2UUEXBpCBUsSlYIjpyj8+wHH7s4v2f\n"));
        assert_eq!(text.lines().count(), 111);
        assert_eq!(text.len(), 5_855);
    }

    #[test]
    fn the_other_formats_hold_the_same_values() {
        let values = |text: &str| {
            let leaves = (0..200).map(leaf);
            leaves.filter(|leaf| text.contains(leaf)).count()
        };
        let rows = [json_nested(200), json_flat(200), lines(0..200), ini(200)];
        for text in rows {
            assert_eq!(values(&text), 200, "{text}");
        }
        assert!(
            json_flat(2)
                .starts_with("{\n\t\"KEY_000000\": \"vNvNf+Z7fj2UUEXBpCBUsSlYIjpyj8+wHH7s4v2f\",")
        );
    }

    #[test]
    fn the_binary_input_is_the_same_each_time() {
        let bytes = binary(1_000_003);
        assert_eq!(bytes.len(), 1_000_003);
        assert_eq!(bytes[..16], binary(17)[..16]);
        let zeros = bytes.split(|byte| *byte == 0).count() - 1;
        assert!((3_500..4_300).contains(&zeros), "{zeros}");
    }

    #[test]
    fn the_realistic_input_has_the_size_that_was_asked_for() {
        let text = realistic(1_000_000);
        assert!(
            (1_000_000..1_002_000).contains(&text.len()),
            "{}",
            text.len()
        );
    }
}
