//! The fuzzer's loop around the target `template`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| selkie_fuzz::template(data));
