import Foundation

/// Runs a program to its end and takes what it writes.
///
/// Foundation's `Process` keeps some kilobytes of each program for good on Linux (Swift 6.3): too much for a process that draws figures for days.
struct ProgramOutput {
    /// All that the program wrote to its standard output.
    let bytes: [UInt8]
    /// Whether it ended by itself with status 0.
    let isSuccess: Bool
    /// What it ended with, as `waitpid` tells.
    let status: Int32

    /// Starts `executable` with `input` as its standard input and no standard error, and waits for it.
    ///
    /// - Parameters:
    ///   - arguments: What follows the program's name.
    ///   - environment: Its variables, as `NAME=value`, and no others.
    ///   - input: A descriptor that is open for reading.
    ///   - patience: The seconds after which it is ended.
    /// - Returns: nil where it cannot be started.
    init?(
        of executable: String, _ arguments: [String], environment: [String], input: Int32, patience: Double
    ) {
        guard let (child, output) = Self.start(executable, arguments, environment, input: input) else { return nil }
        defer { close(output) }
        let clock = ContinuousClock()
        let end = clock.now + .seconds(patience)
        var isEnded = false
        func endsLate() -> Bool {
            guard clock.now >= end, !isEnded else { return isEnded }
            kill(child, SIGKILL)
            isEnded = true
            return true
        }
        bytes = Self.contents(of: output, isLate: endsLate)
        // It may have closed its output and still run.
        var status: Int32 = 0
        while true {
            let found = waitpid(child, &status, WNOHANG)
            if found == child || (found < 0 && errno != EINTR) { break }
            _ = endsLate()
            usleep(500)
        }
        self.status = status
        isSuccess = status == 0
    }

    /// One at a time, so that none inherits the pipe of another, which would then not end with its program.
    private static let isStarting = NSLock()

    /// Starts the program, and returns it with the end of the pipe that its output is read from.
    private static func start(
        _ executable: String, _ arguments: [String], _ environment: [String], input: Int32
    ) -> (child: pid_t, output: Int32)? {
        isStarting.withLock {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            defer { close(ends[1]) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            guard let child = spawn(executable, arguments, environment, input: input, output: ends[1]) else {
                close(ends[0])
                return nil
            }
            return (child, ends[0])
        }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], _ environment: [String], input: Int32, output: Int32
    ) -> pid_t? {
        #if os(Linux)
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        #else
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?) = (nil, nil)
        #endif
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // A group of its own: an interrupt from the keyboard is this program's business.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = ([executable] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: pid_t = 0
        return posix_spawn(&child, executable, &actions, &attributes, words, variables) == 0 ? child : nil
    }

    /// All that can be read from a pipe until its other end is closed, or it is late.
    private static func contents(of descriptor: Int32, isLate: () -> Bool) -> [UInt8] {
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isLate() {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 100) > 0 else { continue }
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                contents += buffer[..<count]
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        return contents
    }
}
