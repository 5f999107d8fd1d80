//! One token, written otherwise.

use super::Attack;

pub(crate) static TOKENS: &[Attack] = &[
    ("token-without-end", "Value", |it| {
        it.with("  password: ", it.password().trim_end_matches(']'))
    }),
    ("token-cut-in-tag", "Value", |it| {
        it.with("  password: ", &it.password()[..it.password().len() - 14])
    }),
    ("token-cut-in-data", "Value", |it| {
        it.with("  password: ", &it.password()[..24])
    }),
    ("token-prefix-alone", "Value", |it| {
        it.with("  password: ", "'ENC[AES256_GCM,data:'")
    }),
    ("token-with-blank-before", "Value", |it| {
        it.with("  password: ", &format!("' {}'", it.password()))
    }),
    ("token-with-text-behind", "opened", |it| {
        it.with("  password: ", &format!("{} behind", it.password()))
    }),
    ("token-in-lower-case", "Value", |it| {
        it.with("  password: ", &it.password().replace("ENC[AES", "enc[aes"))
    }),
    ("token-of-another-cipher", "Value", |it| {
        it.with(
            "  password: ",
            &it.password().replace("AES256_GCM", "AES256_CBC"),
        )
    }),
    ("token-fields-reordered", "Value", |it| {
        let token = it.password();
        let tag = token
            .split(",tag:")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        it.with(
            "  password: ",
            &token
                .replace(&format!(",tag:{tag}"), "")
                .replace(",iv:", &format!(",tag:{tag},iv:")),
        )
    }),
    ("token-without-tag", "Value", |it| {
        let token = it.password();
        let tag = token
            .split(",tag:")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        it.with("  password: ", &token.replace(&format!(",tag:{tag}"), ""))
    }),
    ("token-with-empty-data", "Value", |it| {
        let data = it
            .password()
            .split("data:")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        it.with("  password: ", &it.password().replace(data, ""))
    }),
    ("token-without-padding", "Value", |it| {
        it.with("  password: ", &it.password().replace("==,type", ",type"))
    }),
    ("token-in-url-alphabet", "Value", |it| {
        let at = it.password().find(",iv:").unwrap() + 4;
        it.with(
            "  password: ",
            &format!("{}_{}", &it.password()[..at], &it.password()[at + 1..]),
        )
    }),
    ("token-with-idle-bits", "Value", |it| {
        // The last digit of sixteen bytes has four bits that say nothing; Go does not look at them.
        let token = it.password();
        let at = token.find("==,type").unwrap() - 1;
        let next = char::from(token.as_bytes()[at] + 1);
        it.with(
            "  password: ",
            &format!("{}{next}{}", &token[..at], &token[at + 1..]),
        )
    }),
    ("token-with-line-break", "Value", |it| {
        it.with(
            "  password: ",
            &format!("\"{}\"", it.password().replace(",iv:", ",iv:\\n")),
        )
    }),
    ("token-in-double-quotes", "opened", |it| {
        it.with("  password: ", &format!("\"{}\"", it.password()))
    }),
    ("type-unknown", "Value", |it| {
        it.with(
            "  password: ",
            &it.password().replace("type:str", "type:text"),
        )
    }),
    ("type-empty", "Value", |it| {
        it.with("  password: ", &it.password().replace("type:str", "type:"))
    }),
    ("type-bytes", "opened", |it| {
        it.with(
            "  password: ",
            &it.password().replace("type:str", "type:bytes"),
        )
    }),
    ("type-that-does-not-fit", "Value", |it| {
        it.with(
            "  password: ",
            &it.password().replace("type:str", "type:int"),
        )
    }),
    ("type-time-that-does-not-fit", "Value", |it| {
        it.with(
            "  password: ",
            &it.password().replace("type:str", "type:time"),
        )
    }),
    ("type-that-fits", "opened", |it| {
        it.with(
            "  port: ",
            &it.rest("  port: ").replace("type:int", "type:str"),
        )
    }),
    ("type-comment-on-a-value", "Value", |it| {
        it.with(
            "  password: ",
            &it.password().replace("type:str", "type:comment"),
        )
    }),
    // `hunter2` for this place, under this key, by another implementation.
    ("nonce-of-12-bytes", "opened", |it| {
        it.with("  password: ", "ENC[AES256_GCM,data:cPSHBHh76w==,iv:AAECAwQFBgcICQoL,tag:jQ9/Pg+3KwWnL7g1Wxiccg==,type:str]")
    }),
    ("nonce-of-16-bytes", "opened", |it| {
        it.with("  password: ", "ENC[AES256_GCM,data:ymWg18LTgw==,iv:AAECAwQFBgcICQoLDA0ODw==,tag:eOOmFEHvHHmjLjZWMa6bVw==,type:str]")
    }),
    ("nonce-too-long", "Value", |it| {
        let nonce = it
            .password()
            .split("iv:")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        it.with(
            "  password: ",
            &it.password().replace(nonce, &"A".repeat(400)),
        )
    }),
];
