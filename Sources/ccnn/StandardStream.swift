import CommandLineSupport
import Foundation

/// The process's own streams. Foundation's file handles end the process by a trap where a write fails.
enum StandardStream: Int32 {
    case output = 1
    case errors = 2

    /// Gives every stream that the process was started without a descriptor that cannot be used: the next file opened would get the stream's
    /// number, and what is meant for the person would be written into that file.
    static func holdDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes all of a text. A reader that has gone ends the process by SIGPIPE, as it ends any program before `| head`.
    ///
    /// - Throws: `CommandFailure` that names the stream and says what the system says.
    func write(_ text: String) throws(CommandFailure) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { bytes in
                Foundation.write(rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if written >= 0 {
                done += written
            } else if errno == EAGAIN {
                // Whoever shares the terminal has asked it not to wait.
                var request = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, -1)
            } else if errno != EINTR {
                let reason = String(cString: strerror(errno))
                throw CommandFailure("\(name): found '\(reason)' on writing, wanted room for the result")
            }
        }
    }

    private var name: String {
        switch self {
        case .output: "standard output"
        case .errors: "standard error"
        }
    }
}
