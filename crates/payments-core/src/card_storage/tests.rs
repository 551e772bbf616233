//! The machine by itself: single transitions, and invariants of any story.

mod invariants;
mod script;
mod step;
