import MessagePassing

extension Job {
    /// The ranks that this command runs on.
    /// - Throws: `CommandFailure` where there are several processes that cannot find one another.
    public static func ranks() throws(CommandFailure) -> any Communicator {
        do {
            return try communicator()
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
