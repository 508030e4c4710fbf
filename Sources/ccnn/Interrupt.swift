import Dispatch
import Foundation
import Synchronization

/// Whether the person, or the system, has asked the process to end: an interrupt or a termination signal.
///
/// The first one is noted and nothing else, so that a state can be saved; a second one ends the process as usual.
final class Interrupt {
    private final class Note: Sendable {
        let isRaised = Atomic<Bool>(false)
    }

    private let note = Note()
    private let sources: [any DispatchSourceSignal]

    init() {
        sources = [SIGINT, SIGTERM].map { [note] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                note.isRaised.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
    }

    /// Whether a signal has come.
    var isRaised: Bool { note.isRaised.load(ordering: .relaxed) }
}
