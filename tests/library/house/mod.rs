//! The house holds: layers, places where the world is allowed, short files that say what they are, codes
//! that are raised, documents that name what is there, and what is generated from the source.

mod codes;
mod documents;
mod generated;
mod layers;
mod places;
mod source;
mod supply;
mod tables;
