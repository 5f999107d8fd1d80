//! The custom resources that the controller serves: types and schemas, nothing else.
