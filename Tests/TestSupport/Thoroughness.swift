import Foundation

/// How much the tests do: all of it, unless they run in a build without optimisation, which takes ten times as long for the same.
///
/// The compiler tells a program nothing of its optimisation, and `make test` optimises a debug build, so that the environment says it.
public enum Thoroughness {
    /// Whether `CCNN_UNOPTIMIZED` is set, as `make check` does for the tests of a plain debug build: no time is held to a bound then.
    public static let isReduced = ProcessInfo.processInfo.environment["CCNN_UNOPTIMIZED"] != nil

    /// The number of random cases: `count`, or `few` in a build without optimisation, a tenth where nothing else is said.
    public static func cases(_ count: Int, few: Int? = nil) -> Int { isReduced ? few ?? count / 10 : count }
}
