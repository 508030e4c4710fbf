import Foundation

/// FFTW's planner, which is not thread-safe: every plan is made and destroyed, and wisdom read and written, under one lock.
enum FourierPlanner {
    private static let lock = NSLock()

    static func locked<Result>(_ body: () -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body()
    }
}
