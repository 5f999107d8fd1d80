//! The fuzzer's loop around the target `archive`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| selkie_fuzz::archive(data));
