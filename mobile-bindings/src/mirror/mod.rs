//! The protocol types of the core, repeated for uniffi. Documented where they are defined, in
//! `consentkit_core::protocol`.

mod evaluate;
mod input;
mod output;
mod view;
