/// A name of a layer as it is written on a command line: itself, or with `*` for any characters and `?` for one.
public struct NamePattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    public let text: String

    /// A pattern from its text.
    public init(_ text: String) { self.text = text }

    /// The pattern as it was written.
    public var description: String { text }

    /// Whether there is a wildcard in it.
    public var hasWildcard: Bool { text.contains { "*?".contains($0) } }

    /// Whether all of `name` matches; a name that is equal always does, even where it has a wildcard's character in it.
    /// - Complexity: O(length of the pattern × length of the name).
    public func matches(_ name: String) -> Bool {
        if name == text { return true }
        guard hasWildcard else { return false }
        let (pattern, name) = (Array(text), Array(name))
        // Of several stars only the last needs to be tried again: what the earlier ones took leaves most for the rest.
        var (p, n) = (0, 0)
        var retry: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                retry = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = retry {
                retry = (last.pattern, last.name + 1)
                (p, n) = (last.pattern + 1, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
