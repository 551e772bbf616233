//! The tries of codes, which limit guessing whatever the flow store forgets.

use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;

use super::ids::{Code, Session};

/// What was entered, and what it was an answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Try {
    /// A code for a sent code.
    Sent { sent: Code, entered: Code },
    /// A code that was repeated in a session whose flow is gone.
    Repeated { session: Session, entered: Code },
}

/// What a try counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CountsFor {
    Sent(Code),
    Session(Session),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Row {
    one: Try,
    is_shared: bool,
    is_right: bool,
    used: Option<Used>,
}

/// A right code that started an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Used {
    pub(super) session: Session,
    pub(super) code: Code,
    pub(super) flow: FlowId,
    pub(super) at: DateTime<Utc>,
}

/// Whether a code may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reservation {
    Reserved,
    Known,
    Exhausted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tries(Vec<Row>);

impl Try {
    pub(super) const fn entered(self) -> Code {
        match self {
            Self::Sent { entered, .. } | Self::Repeated { entered, .. } => entered,
        }
    }

    const fn counts_for(self) -> CountsFor {
        match self {
            Self::Sent { sent, .. } => CountsFor::Sent(sent),
            Self::Repeated { session, .. } => CountsFor::Session(session),
        }
    }
}

impl Row {
    /// The replay tag of a used code equals that of the code when it is repeated.
    fn is(&self, one: Try) -> bool {
        let replay = self.used.map(|used| Try::Repeated {
            session: used.session,
            entered: used.code,
        });
        self.one == one || replay == Some(one)
    }
}

impl Tries {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn reserve(&mut self, one: Try, most: usize) -> Reservation {
        let mut is_known = false;
        for row in self.0.iter_mut().filter(|row| row.is(one)) {
            row.is_shared = true;
            is_known = true;
        }
        if is_known {
            return Reservation::Known;
        }
        let same = |row: &&Row| row.one.counts_for() == one.counts_for() && !row.is_right;
        if self.0.iter().filter(same).count() >= most {
            return Reservation::Exhausted;
        }
        self.0.push(Row {
            one,
            is_shared: false,
            is_right: false,
            used: None,
        });
        Reservation::Reserved
    }

    pub(super) fn mark_right(&mut self, one: Try, used: Option<Used>) {
        if let Some(row) = self.0.iter_mut().find(|row| row.one == one) {
            row.is_right = true;
            row.used = used.or(row.used);
            return;
        }
        self.0.push(Row {
            one,
            is_shared: false,
            is_right: true,
            used,
        });
    }

    pub(super) fn release(&mut self, one: Try) {
        self.0
            .retain(|row| row.one != one || row.is_shared || row.is_right);
    }

    /// The codes that were used since an instant.
    pub(super) fn used_since(&self, since: DateTime<Utc>) -> impl Iterator<Item = Used> {
        let used = self.0.iter().filter_map(|row| row.used);
        used.filter(move |used| used.at >= since)
    }

    /// The flows whose code was used, and when.
    pub(super) fn used(&self) -> impl Iterator<Item = (FlowId, DateTime<Utc>)> {
        let used = self.0.iter().filter_map(|row| row.used);
        used.map(|used| (used.flow, used.at))
    }
}
