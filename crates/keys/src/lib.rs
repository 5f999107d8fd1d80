//! Key services.
