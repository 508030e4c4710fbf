import Parallelism

/// How the values of a batch are divided for loops that treat every channel by itself.
///
/// Blocks of whole pixels are items for the workers, and every number that belongs to a channel is repeated over a period, as the inner
/// loops want it.
struct ChannelPattern {
    let channels: Int
    /// The number of values that the channels' numbers are repeated over.
    let period: Int
    /// The pixels of the batch in blocks.
    let blocks: Partition

    /// A pattern for `pixels` pixels of all pictures together.
    init(pixels: Int, channels: Int) {
        self.channels = channels
        var repeats = (127 + channels) / channels
        // Whole vectors of sixteen leave no remainder, where that does not take too long a period.
        while repeats * channels % 16 != 0, repeats * channels <= 1_024 { repeats += 1 }
        period = repeats * channels
        blocks = Partition(itemCount: pixels, blockLength: 1_024)
    }

    /// The values of a block: the place of the first and their number.
    func values(of block: Int) -> (start: Int, count: Int) {
        let pixels = blocks[block]
        return (pixels.lowerBound * channels, pixels.count * channels)
    }

    /// Repeats one number for each channel over a period.
    func repeated(into target: Numbers, _ number: (Int) -> Float) {
        for channel in 0..<channels { target.address[channel] = number(channel) }
        for i in channels..<period { target.address[i] = target.address[i - channels] }
    }

    /// The sums that belong to a channel: over the periods of all blocks, which follow one another at a distance of `stride`.
    func folded(_ sums: UnsafePointer<Float>, stride: Int, channel: Int) -> Double {
        var total = 0.0
        for block in 0..<blocks.blockCount {
            var place = block * stride + channel
            while place < block * stride + period {
                total += Double(sums[place])
                place += channels
            }
        }
        return total
    }
}
