//! The planted defects: each takes one obligation away from the model.

/// A known-bad variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Defect {
    /// A save of the flow store does not check the version.
    NoCompareAndSet,
    /// The gateway is called without an intent.
    NoIntent,
    /// An intent is recorded again for a flow that has one.
    IntentsNotUnique,
    /// An ending is appended to the audit log although an intent was recorded.
    EndingDespiteIntent,
    /// The reconciler does not wait until the gateway has finished.
    NoHorizon,
    /// The reconciler closes an intent after one look.
    OneLook,
    /// The reconciler searches with the customer's present key, not with that of the call.
    KeyOfToday,
    /// A deletion goes to the account that the point of sale has now.
    PresentAccount,
    /// A token whose deletion was leased or done is committed.
    CommittedDeadToken,
    /// A deleted token is not noted with an old intent, although its action may still get the token.
    ForgottenDeletion,
    /// A token is committed however long ago its intent was recorded.
    LateCommit,
    /// The row of a deleted card goes before its token is queued.
    UnqueuedDeletion,
    /// A process takes a card that was sealed with a key it does not have.
    UnknownKey,
    /// Tries are counted by the flow store only.
    UncountedTries,
}

impl Defect {
    /// A name for reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NoCompareAndSet => "no compare-and-set",
            Self::NoIntent => "no intent before the gateway call",
            Self::IntentsNotUnique => "intents not unique",
            Self::EndingDespiteIntent => "end a flow despite its intent",
            Self::NoHorizon => "reconcile without horizon",
            Self::OneLook => "reconcile after one look",
            Self::KeyOfToday => "reconcile with the customer key of today",
            Self::PresentAccount => "delete at the present account",
            Self::CommittedDeadToken => "commit a token that is being deleted",
            Self::ForgottenDeletion => "forget a deleted token that an action may get",
            Self::LateCommit => "commit a token an hour after its intent",
            Self::UnqueuedDeletion => "delete a row without queueing its token",
            Self::UnknownKey => "take a card without its key",
            Self::UncountedTries => "count tries in the flow store only",
        }
    }
}
