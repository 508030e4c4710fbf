#if os(Linux)
    import Foundation
    import Glibc

    /// Counts every block that a piece of code takes from the heap, small objects too.
    ///
    /// A test runs itself a second time as a child process with the C library's tracing of its heap (`mtrace`), which an ordinary process does not
    /// have, and reads from the trace what the child took between two marks.
    public enum HeapTrace {
        private static let childVariable = "CCNN_HEAP_TRACE"
        private static let library = "libc_malloc_debug.so.0"
        /// Sizes that nothing else asks for.
        private static let (start, end) = (54_321, 54_323)

        /// Whether this process is the child, which runs what is traced.
        public static var isChild: Bool { ProcessInfo.processInfo.environment[childVariable] != nil }

        /// Whether the C library's tracing is there and the heap is the C library's, which it is not under a sanitiser.
        public static let isAvailable: Bool = {
            let isSanitised = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
            return !isSanitised && tracer != nil
        }()

        /// The function that begins to trace. It has the C library's first version on each processor, and the C library's own of this name does
        /// nothing.
        private static var tracer: (@convention(c) () -> Void)? {
            typealias Versioned =
                @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>, UnsafePointer<CChar>)
                -> UnsafeMutableRawPointer?
            guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL), let lookUp = dlsym(nil, "dlvsym") else {
                return nil
            }
            let versioned = unsafeBitCast(lookUp, to: Versioned.self)
            let found = versioned(handle, "mtrace", "GLIBC_2.2.5") ?? versioned(handle, "mtrace", "GLIBC_2.17")
            return found.map { unsafeBitCast($0, to: (@convention(c) () -> Void).self) }
        }

        /// In the child: begins to trace.
        public static func begin() { tracer?() }

        /// In the child: runs `body` several times with a mark before and after each.
        public static func repeatedly(_ count: Int, _ body: () -> Void) {
            for _ in 0..<count {
                mark(start)
                body()
                mark(end)
            }
        }

        private static func mark(_ size: Int) {
            let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            block.storeBytes(of: 1, as: UInt8.self)
            block.deallocate()
        }

        /// In the parent: runs the tests that `filter` describes in a child and counts the blocks of `least` bytes and more that it took
        /// between its marks.
        public static func countsInChild(filter: String, ofAtLeast least: Int) throws -> [Int] {
            let trace = FileManager.default.temporaryDirectory
                .appendingPathComponent("heap-trace-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: trace) }
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            child.arguments = ["--testing-library", "swift-testing", "--filter", filter]
            child.environment = ProcessInfo.processInfo.environment.merging(
                ["LD_PRELOAD": library, "MALLOC_TRACE": trace.path, childVariable: "1"]
            ) { $1 }
            child.standardOutput = FileHandle.nullDevice
            child.standardError = FileHandle.nullDevice
            try child.run()
            child.waitUntilExit()
            return counts(in: try String(contentsOf: trace, encoding: .utf8), ofAtLeast: least)
        }

        /// The blocks between each pair of marks: lines `@ place + address size` are new blocks, `>` moved ones.
        private static func counts(in trace: String, ofAtLeast least: Int) -> [Int] {
            var counts: [Int] = []
            var current: Int?
            for line in trace.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let sign = words.firstIndex(where: { $0 == "+" || $0 == ">" }), words.count > sign + 2 else {
                    continue
                }
                let size = Int(words[sign + 2].dropFirst(2), radix: 16)
                if size == start {
                    current = 0
                } else if size == end, let count = current {
                    counts.append(count)
                    current = nil
                } else if let size, size >= least {
                    current = current.map { $0 + 1 }
                }
            }
            return counts
        }
    }
#endif
