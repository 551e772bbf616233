//! What every adapter of this crate has to do, and what each does in its own way.

mod sandbox;
mod sms_contract;
mod tokenizer_contract;
mod world;
