//! The service over real HTTP: on a random port, with its own SQLite file, in-process flows and the sandbox.

mod answers;
mod app;
mod bad_bodies;
mod card_storage;
mod command_line;
mod csrf;
mod demo;
mod error_table;
mod listings;
mod manage;
mod openapi;
mod paths;
mod public;
mod saved_cards;
mod sessions;
mod settings;
