/// How channels lie in vectors of sixteen lanes: a block holds `lanes` channels from `channel`; further lanes are padding.
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

/// How the channels of consecutive entries of a Fourier convolution lie in vectors: an entry takes whole blocks, or, where it has few channels,
/// entries share a vector.
struct EntryLanes: Hashable, Sendable {
    let channels: Int
    let blocks: [LaneBlock]
    /// How many entries share a vector.
    let packing: Int

    init(channels: Int, groups: Int, canPack: Bool) {
        self.channels = channels
        blocks = LaneBlock.blocks(channels: channels, groups: groups)
        packing = canPack ? [8, 4, 2].first { channels * $0 <= 16 }.map { channels == 1 ? 16 : $0 } ?? 1 : 1
    }

    var isPacked: Bool { packing > 1 }

    /// The lanes from one entry to the next.
    var perEntry: Int { isPacked ? 16 / packing : blocks.count * 16 }

    /// The vectors of `entries` consecutive entries.
    func vectors(_ entries: Int) -> Int { isPacked ? ceilingDivision(entries, by: packing) : entries * blocks.count }
}
