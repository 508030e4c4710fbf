#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A thread of the operating system that runs `body` once.
final class WorkerThread: @unchecked Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: pthread_t

    /// Starts the thread; nil where the system has none left.
    init?(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Body(body))
        #if canImport(Darwin)
            var created: pthread_t?
            let failure = pthread_create(
                &created, nil,
                { context in
                    Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                    return nil
                }, context.toOpaque())
            guard failure == 0, let created else {
                context.release()
                return nil
            }
            handle = created
        #else
            var created = pthread_t()
            let failure = pthread_create(
                &created, nil,
                { context in
                    if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                }, context.toOpaque())
            guard failure == 0 else {
                context.release()
                return nil
            }
            handle = created
        #endif
    }

    /// Waits for the thread's end.
    func join() { pthread_join(handle, nil) }
}

/// Lets another thread run, where one waits.
func yieldProcessor() { sched_yield() }
