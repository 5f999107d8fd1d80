//! What the suites share: fixed clock, seeded randomness, fixtures.
