//! Secret providers behind one joint: read, list, validate.
