/// The options that a command line names, whatever their values: one that stands there with its default value is given, too.
///
/// With them a request refuses what would have no effect. Whoever makes a request in a program need not fill them in; a value that is not its
/// default counts as given.
public struct GivenOptions: Sendable, Hashable {
    private var names: Set<String> = []

    /// None.
    public init() {}

    /// The options among the words of a command line, such as `--sigma` of `--sigma=2`; what comes after `--` is no option.
    public init(in words: some Sequence<String>) {
        for word in words {
            guard word != "--" else { return }
            if word.hasPrefix("--") { names.insert(String(word.prefix { $0 != "=" })) }
        }
    }

    func contains(_ name: String) -> Bool { names.contains(name) }
}

/// Refuses options that would be ignored, each with the reason.
struct OptionCheck {
    private let given: GivenOptions
    private var changed: Set<String> = []

    /// - Parameter given: The options that stand on the command line.
    init(_ given: GivenOptions) { self.given = given }

    /// Says that an option has another value than its default.
    mutating func note(_ name: String, _ isChanged: Bool) { if isChanged { changed.insert(name) } }

    func has(_ name: String) -> Bool { given.contains(name) || changed.contains(name) }

    /// - Throws: `CommandFailure` with exit code 2 where one of `names` is given although `condition` holds.
    func refuse(_ names: [String], if condition: Bool, _ reason: String) throws(CommandFailure) {
        guard condition, let name = names.first(where: has) else { return }
        throw .usage("\(name) has no effect here: \(reason) (leave it out)")
    }
}
