//! Values: decoding, NUL bytes, and the order of all steps.

use super::*;

fn reference(decoding: DecodingStrategy, null_bytes: NullBytePolicy) -> RemoteRef {
    RemoteRef {
        decoding_strategy: Some(decoding),
        null_byte_policy: Some(null_bytes),
        ..RemoteRef::default()
    }
}

#[test]
fn values_are_decoded_as_go_decodes_them() {
    use DecodingStrategy::{Auto, Base64, Base64URL, None};
    for (strategy, value, expected) in [
        (None, "Zm9v", Some("Zm9v")),
        (None, "", Some("")),
        (Base64, "Zm9v", Some("foo")),
        (Base64, "Zm8=", Some("fo")),
        (Base64, "Zg==", Some("f")),
        (Base64, "", Some("")),
        // Line breaks do not count, wherever they are.
        (Base64, "Zm\r\n9v\n", Some("foo")),
        (Base64, "Zg=\n=\n", Some("f")),
        (Base64, "\n", Some("")),
        // Nor do bits that are left over.
        (Base64, "Zh==", Some("f")),
        (Base64, "Zg", Option::None),
        (Base64, "Zg=", Option::None),
        (Base64, "Zg===", Option::None),
        (Base64, "Zg==Zg==", Option::None),
        (Base64, "Z", Option::None),
        (Base64, " Zm9v", Option::None),
        (Base64, "Zm9v\t", Option::None),
        (Base64, "fDw_Pz8-fA==", Option::None),
        (Base64, "fDw/Pz8+fA==", Some("|<???>|")),
        (Base64URL, "fDw_Pz8-fA==", Some("|<???>|")),
        (Base64URL, "fDw/Pz8+fA==", Option::None),
        (Base64URL, "fDw_Pz8-fA", Option::None),
        (Base64URL, "Zm9v", Some("foo")),
        (Auto, "fDw/Pz8+fA==", Some("|<???>|")),
        (Auto, "fDw_Pz8-fA==", Some("|<???>|")),
        (Auto, "fDw_Pz8+fA==", Some("fDw_Pz8+fA==")),
        // A word of eight letters is base64 too.
        (Auto, "Zm9vYmFy", Some("foobar")),
        (Auto, "plain text", Some("plain text")),
        (Auto, "Zm9v=\n", Some("Zm9v=\n")),
        (Auto, "", Some("")),
    ] {
        let reference = reference(strategy, NullBytePolicy::Ignore);
        let decoded = value_of(value, &reference);
        let expected = expected.map(|text| text.as_bytes().to_vec());
        assert_eq!(decoded.as_ref().ok(), expected.as_ref(), "{value:?}");
        if let Err(error) = decoded {
            let told = format!("InvalidData: the value is not encoded as {strategy:?}");
            assert_eq!(Failure::from(error).to_string(), told);
        }
    }
}

fn value_of(fetched: &str, reference: &RemoteRef) -> Result<Vec<u8>, Error> {
    let value = value(Secret::from(fetched.to_owned()), reference)?;
    Ok(value.expose().to_vec())
}

#[test]
fn nul_bytes_are_looked_for_after_decoding() {
    use DecodingStrategy::{Base64, None};
    use NullBytePolicy::{Fail, Ignore};
    for (decoding, policy, value, passes) in [
        (None, Ignore, "a\0", true),
        (None, Fail, "a\0", false),
        (None, Fail, "a", true),
        (None, Fail, "", true),
        (Base64, Fail, "YQA=", false),
        (Base64, Ignore, "YQA=", true),
        (None, Fail, "YQA=", true),
    ] {
        let told = value_of(value, &reference(decoding, policy));
        let expected = Error::NullByte { key: Option::None };
        assert_eq!(told.err(), (!passes).then_some(expected), "{value:?}");
    }
}

#[test]
fn what_is_wrong_with_one_value_of_many_names_its_key() {
    let fetched = ["good=Zm9v", "tls.crt=%"];
    let wrong = reference(DecodingStrategy::Base64, NullBytePolicy::Ignore);
    assert_eq!(
        told(extracted(pairs(&fetched), &wrong, &[], &RENDER)),
        Err("InvalidData: the value of key \"tls.crt\" is not encoded as Base64".to_owned())
    );
    let find = Find {
        null_byte_policy: Some(NullBytePolicy::Fail),
        ..Find::default()
    };
    assert_eq!(
        told(found(pairs(&["a=\0"]), Keys::Stored, &find, &[], &RENDER)),
        Err("InvalidData: the value of key \"a\" has a NUL byte".to_owned())
    );
}

#[test]
fn values_are_decoded_after_they_were_merged() {
    let steps: Vec<Rewrite> = serde_json::from_str(r#"[{"merge":{}}]"#).unwrap();
    let reference = reference(DecodingStrategy::Base64, NullBytePolicy::Fail);
    let fetched = pairs(&[r#"a={"x":"Zm9v"}"#, r#"b={"y":"YmFy"}"#]);
    assert_eq!(
        told(extracted(fetched, &reference, &steps, &RENDER)),
        Ok(vec!["x=foo".to_owned(), "y=bar".to_owned()])
    );
    // Keys are checked before values are decoded.
    let fetched = pairs(&[r#"a={"x/y":"%"}"#]);
    assert_eq!(
        told(extracted(fetched, &reference, &steps, &RENDER)),
        Err(
            "InvalidData: key \"x/y\" has a character other than letters, digits, `-`, `.` and `_`"
                .to_owned()
        )
    );
}

#[test]
fn no_error_repeats_a_value() {
    let steps = r#"[[],
        [{"merge":{}}],
        [{"merge":{"strategy":"JSON","into":"all","priority":["other"]}}],
        [{"transform":{"template":"{{ fail .value }}"}}],
        [{"transform":{"template":"{{ .value }}!"}}],
        [{"transform":{"template":"{{ .value }}"}},{"merge":{}}],
        [{"regexp":{"source":"(","target":"hunter2"}}]
    ]"#;
    let steps: Vec<Vec<Rewrite>> = serde_json::from_str(steps).unwrap();
    let reference = reference(DecodingStrategy::Base64, NullBytePolicy::Fail);
    for steps in steps {
        let fetched = pairs(&["key=hunter2!"]);
        let error = extracted(fetched, &reference, &steps, &RENDER).unwrap_err();
        for told in [error.to_string(), format!("{error:?}")] {
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
