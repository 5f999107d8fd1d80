//! What is secret and how it is sealed.
