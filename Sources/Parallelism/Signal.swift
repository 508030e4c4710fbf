#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A mutex and a condition variable: where threads sleep until something they wait for is announced.
///
/// It is unchecked because POSIX objects are shared between threads by their address, which is the purpose of the type.
final class Signal: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        let failure = pthread_mutex_init(mutex, nil) | pthread_cond_init(condition, nil)
        precondition(failure == 0, "the system has no mutex or condition variable left")
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Sleeps until `condition` holds. It is evaluated under the mutex, so an announcement between test and sleep is not missed.
    func wait(until holds: () -> Bool) {
        pthread_mutex_lock(mutex)
        while !holds() { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Wakes every sleeper to look again.
    func announce() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
