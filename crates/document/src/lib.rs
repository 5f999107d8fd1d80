//! The SOPS document.
