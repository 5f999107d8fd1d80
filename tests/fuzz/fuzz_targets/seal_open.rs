//! The fuzzer's loop around the target `seal_open`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| selkie_fuzz::seal_open(data));
