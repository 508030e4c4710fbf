import Foundation
import Synchronization

/// Whether the person, or the system, has asked the process to end: an interrupt or a termination signal.
///
/// The first one is noted and nothing else, so that a state can be saved; a second one ends the process as usual. The signal's own handler
/// takes the note: a dispatch source would lose a signal that comes before it listens.
struct Interrupt {
    private static let note = Atomic<Bool>(false)

    init() {
        // Made before a handler needs it, as handlers may not.
        _ = Self.note.load(ordering: .relaxed)
        // Whoever started this process may have blocked them, and a process inherits that.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&signals, number)
            signal(number) {
                Interrupt.note.store(true, ordering: .relaxed)
                signal($0, SIG_DFL)
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Whether a signal has come.
    var isRaised: Bool { Self.note.load(ordering: .relaxed) }
}
