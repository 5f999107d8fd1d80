//! What should be in the cluster, decided without one: observed in, plan out.
