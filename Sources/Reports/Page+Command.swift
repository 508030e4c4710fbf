extension Page {
    /// Words as a POSIX shell's command line that gives them back, for ``command``.
    ///
    /// - Complexity: O(n) in the length of the words.
    public static func commandLine(_ words: [String]) -> String {
        words.map { quoted($0) }.joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.unicodeScalars.allSatisfy(isPlain) { return word }
        return "'\(word.replacing("'", with: #"'\''"#))'"
    }

    /// Whether the character is one to every shell wherever it stands.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "=", ",", "@", "%", "+": true
        default: false
        }
    }
}
