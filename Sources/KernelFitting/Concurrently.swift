import Parallelism

/// The results of `body` for 0 ..< `count` in their order, computed on all threads of the shared pool. Each must depend on its number alone, so
/// that the number of threads changes nothing.
///
/// - Throws: The error of the lowest number that has one.
func concurrently<Value: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
    var results = [Result<Value, any Error>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
        // Every item writes its own element.
        nonisolated(unsafe) let results = results
        WorkerPool.shared.forEach(count) { item in results[item] = Result { try body(item) } }
    }
    return try results.compactMap { try $0?.get() }
}
