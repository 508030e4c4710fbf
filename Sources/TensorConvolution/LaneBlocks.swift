/// How channels lie in vectors of sixteen lanes: block b holds `lanes` channels from `channel`; further lanes are padding.
struct LaneBlock: Hashable, Sendable {
    var channel: Int
    var lanes: Int

    /// The blocks of `channels` channels, no block shared between two of `groups` equal runs.
    static func blocks(channels: Int, groups: Int = 1) -> [LaneBlock] {
        let run = channels / groups
        return (0..<groups).flatMap { group in
            stride(from: 0, to: run, by: 16).map { LaneBlock(channel: group * run + $0, lanes: min(16, run - $0)) }
        }
    }
}
