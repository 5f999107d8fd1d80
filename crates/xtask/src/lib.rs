//! Chores of the repository.
