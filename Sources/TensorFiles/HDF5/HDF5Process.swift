import Foundation

/// The program that reads HDF5, `ccnn-hdf5`, started once for each question with the file as its standard input.
///
/// The HDF5 library is not made for hostile files. There it meets them in a process that has nothing but an open file, bounds on memory
/// and time, and a pipe; whatever becomes of it, here it is a `TensorFileError`.
enum HDF5Process {
    /// How long an answer may take, in seconds.
    private static let patience = 120.0

    /// The place of the program: said by `CCNN_HDF5_READER`, or beside this one, or on the path.
    static func executable() -> URL? {
        let manager = FileManager.default
        if let said = ProcessInfo.processInfo.environment["CCNN_HDF5_READER"] {
            return manager.isExecutableFile(atPath: said) ? URL(fileURLWithPath: said) : nil
        }
        var folders: [String] = []
        #if os(Linux)
            if let own = try? manager.destinationOfSymbolicLink(atPath: "/proc/self/exe") { folders.append(own) }
        #endif
        folders.append(URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path)
        let path = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map { "\($0)/ccnn" } ?? []
        return (folders + path).lazy
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("ccnn-hdf5") }
            .first { manager.isExecutableFile(atPath: $0.path) }
    }

    /// Asks about the file that `descriptor` has open, and returns at most `limit` bytes of answer.
    ///
    /// - Parameters:
    ///   - words: The question: `contents` or `elements`, where in the file HDF5's part begins and how long it is, and a path.
    ///   - descriptor: The open file, which is left open.
    ///   - url: The file that sentences name.
    ///   - limit: The longest answer that is waited for.
    /// - Throws: `TensorFileError` where the program is not there, fails, crashes, takes too long or says too much.
    static func answer(
        to words: [String], about descriptor: Int32, of url: URL, limit: Int
    ) throws(TensorFileError) -> [UInt8] {
        guard let program = executable() else {
            throw TensorFileError(
                url, found: "an HDF5 file, and no program ccnn-hdf5 beside this one or on the path",
                wanted: "that program, which swift build -c release --product ccnn-hdf5 makes")
        }
        let end: End
        do {
            end = try run(program, words, input: descriptor, limit: limit)
        } catch {
            throw TensorFileError(
                url, found: "\(error) on starting \(program.path)", wanted: "the program that reads HDF5")
        }
        switch end {
        case .answer(let bytes): return bytes
        case .refusal(let sentence):
            throw TensorFileError(
                url, found: "an HDF5 file of which is said: \(sentence)", wanted: "an HDF5 file that can be read")
        case .crash(let signal):
            throw TensorFileError(
                url, found: "the HDF5 library ended by signal \(signal) over this file",
                wanted: "an undamaged HDF5 file")
        case .tooLong:
            throw TensorFileError(
                url, found: "the HDF5 library still at work after \(Int(patience)) seconds",
                wanted: "an undamaged HDF5 file")
        case .tooMuch:
            throw TensorFileError(
                url, found: "more than \(limit) bytes for the answer",
                wanted: "an HDF5 file with fewer or smaller members")
        }
    }

    private enum End {
        case answer([UInt8])
        case refusal(String)
        case crash(Int32)
        case tooLong
        case tooMuch
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ code: Int32) { description = "\"\(String(cString: strerror(code)))\"" }
    }

    private static func run(_ program: URL, _ words: [String], input: Int32, limit: Int) throws(Failure) -> End {
        let (answers, errors) = (try Channel(), try Channel())
        var child = pid_t()
        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, answers.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program.path] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let code = posix_spawn(&child, program.path, &actions, nil, &arguments, environ)
        guard code == 0 else { throw Failure(code) }
        answers.closeWriting()
        errors.closeWriting()

        let deadline = Date(timeIntervalSinceNow: patience)
        var (answer, sentence): ([UInt8], [UInt8]) = ([], [])
        var isLate = false
        while !(answers.isAtEnd && errors.isAtEnd), answer.count <= limit {
            let rest = deadline.timeIntervalSinceNow
            var waiting = [answers, errors].filter { !$0.isAtEnd }.map {
                pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0)
            }
            guard rest > 0 else {
                isLate = true
                break
            }
            _ = poll(&waiting, nfds_t(waiting.count), Int32(min(rest, 1) * 1000) + 1)
            for channel in waiting where channel.revents != 0 {
                if channel.fd == answers.reading {
                    answers.read(into: &answer)
                } else {
                    errors.read(into: &sentence)
                    // What a crashing library prints is of no use beyond its first lines.
                    if sentence.count > 1 << 16 { sentence.removeLast(sentence.count - 1 << 16) }
                }
            }
        }
        if isLate || answer.count > limit { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if isLate { return .tooLong }
        if answer.count > limit { return .tooMuch }
        let signal = status & 0x7F
        guard signal == 0 else { return .crash(signal) }
        guard status >> 8 & 0xFF == 0 else {
            let first = String(decoding: sentence, as: UTF8.self).split(separator: "\n").first ?? "nothing"
            return .refusal(String(first).printable(limit: 300))
        }
        return .answer(answer)
    }

    /// A pipe from the other process.
    private final class Channel {
        let reading: Int32
        let writing: Int32
        private(set) var isAtEnd = false
        private var isWritingOpen = true

        init() throws(Failure) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw Failure(errno) }
            (reading, writing) = (ends[0], ends[1])
            // A process that is started meanwhile by another thread must not keep them open.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }

        deinit {
            close(reading)
            closeWriting()
        }

        func closeWriting() {
            if isWritingOpen { close(writing) }
            isWritingOpen = false
        }

        func read(into bytes: inout [UInt8]) {
            withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
                let count = Foundation.read(reading, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { return }
                guard count > 0 else {
                    isAtEnd = true
                    return
                }
                bytes.append(contentsOf: buffer[..<count])
            }
        }
    }
}
