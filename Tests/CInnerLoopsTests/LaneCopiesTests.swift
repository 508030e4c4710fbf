import CInnerLoops
import Testing

@Suite("Copies between pixels and lanes")
struct LaneCopiesTests {
    @Test("There and back for every number of channels", arguments: 1...16)
    func copies(channels: Int) {
        var memory = Memory(seed: UInt64(channels))
        let (count, stride) = (7, channels + 3)
        let source = memory.normals(count * stride)
        var lanes = [Float](repeating: untouched, count: count * 16)
        ccnn_copyToLanes(source, stride, count, channels, &lanes)
        var back = [Float](repeating: untouched, count: count * stride)
        ccnn_copyFromLanes(lanes, count, channels, &back, stride, false)
        var twice = back
        ccnn_copyFromLanes(lanes, count, channels, &twice, stride, true)
        for pixel in 0..<count {
            for lane in 0..<16 {
                let expected = lane < channels ? source[pixel * stride + lane] : untouched
                #expect(lanes[pixel * 16 + lane] == expected)
            }
            for position in 0..<stride {
                let expected = position < channels ? source[pixel * stride + position] : untouched
                #expect(back[pixel * stride + position] == expected)
                #expect(twice[pixel * stride + position] == (position < channels ? 2 * expected : untouched))
            }
        }
    }
}
