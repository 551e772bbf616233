//! The state of a request and its response, shared by the connection and the service behind it.

use std::cell::Cell;

/// The state of the current exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// There is none: every response is written.
    #[default]
    Idle,
    /// Actix has a head, or the beginning of one. What it writes now is a refusal of its own.
    HandedOver,
    /// The service has the request.
    Called,
    /// The response is encoded, but perhaps not completely written.
    Encoded,
}

/// Shared by a connection and the requests that come over it, all on one thread.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    stage: Cell<Stage>,
}

impl Exchange {
    pub(super) fn stage(&self) -> Stage {
        self.stage.get()
    }

    pub(super) fn hand_over(&self) {
        self.stage.set(Stage::HandedOver);
    }

    /// The service has the request.
    pub(super) fn begin(&self) {
        self.stage.set(Stage::Called);
    }

    /// The service's response is encoded.
    pub(super) fn end(&self) {
        if self.stage.get() == Stage::Called {
            self.stage.set(Stage::Encoded);
        }
    }

    /// Everything encoded is written. Returns whether that ended the exchange.
    pub(super) fn flushed(&self) -> bool {
        let is_over = self.stage.get() == Stage::Encoded;
        if is_over {
            self.stage.set(Stage::Idle);
        }
        is_over
    }

    /// The service will not get the request.
    pub(super) fn abandon(&self) {
        self.stage.set(Stage::Idle);
    }
}
