//! The charts: what the real helm makes of them, and what becomes of releases at a real API server, with Kubernetes' own controllers and a stand-in for
//! a node that starts the program of each Pod. And the page of the guide that a new user begins with, which does all of this.
#![cfg(test)]

mod cluster;
mod first;
mod helm;
mod release;
mod rendered;
mod scene;
mod values;
