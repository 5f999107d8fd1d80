//! The fuzzer's loop around the target `render`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| selkie_fuzz::render(data));
