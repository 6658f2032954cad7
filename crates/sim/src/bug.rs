//! Bugs that are planted, to show that the simulator finds them. They are made of what the program is handed here,
//! its disk, its network, its clock and its files, and of what is done to a server's answers and rows: nothing of them
//! is in the program.

/// One bug at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A server signs the highest seq that it was brought, over a hole.
    AcknowledgesTheMaximum,
    /// A server answers before its commit is on disk.
    AcknowledgesBeforeCommit,
    /// A server takes another entry in a place that it holds for the same.
    ComparesNoHash,
    /// A server takes what nobody signed.
    ChecksNoSignature,
    /// A commit is on disk when the log is folded in, and no sooner.
    SynchronousNormal,
    /// A sync does nothing.
    SyncIgnored,
    /// What had no answer is not tried again.
    LostRetry,
    /// The time until the next try only grows.
    EndlessBackOff,
    /// A node waits by the clock on the wall.
    TrustsTheClock,
    /// A node keeps how far it has sent apart from what the server said.
    CheckpointApart,
    /// A node passes over an entry that it has trouble with.
    SkipsAnEntry,
    /// A database that was put back goes on in its old chain.
    RestoredKey,
    /// A till that was put back counts its successors anew, and gives out receipt numbers again.
    NumbersAgain,
    /// A stick that comes twice is counted twice.
    StickCountsTwice,
    /// A sale that a successor records again is counted again.
    IdCountsTwice,
    /// A chain that was refused once is left alone for good.
    RefusalIsFinal,
    /// A till takes all of a lot for its own that it was given a part of.
    DrawsBeyondItsPart,
    /// A server that came back from a backup does not notice it.
    ForgetsItsEnds,
    /// A server that came back from a backup writes on before those who hold what it lost have given it back.
    WaitsForNobody,
}

impl Bug {
    pub const ALL: [Bug; 19] = [
        Bug::AcknowledgesTheMaximum,
        Bug::AcknowledgesBeforeCommit,
        Bug::ComparesNoHash,
        Bug::ChecksNoSignature,
        Bug::SynchronousNormal,
        Bug::SyncIgnored,
        Bug::LostRetry,
        Bug::EndlessBackOff,
        Bug::TrustsTheClock,
        Bug::CheckpointApart,
        Bug::SkipsAnEntry,
        Bug::RestoredKey,
        Bug::NumbersAgain,
        Bug::StickCountsTwice,
        Bug::IdCountsTwice,
        Bug::RefusalIsFinal,
        Bug::DrawsBeyondItsPart,
        Bug::ForgetsItsEnds,
        Bug::WaitsForNobody,
    ];
}
