import Testing

@testable import TensorFiles

@Suite struct ByteCursorTests {
    @Test func takesWhatIsThere() {
        var cursor = ByteCursor([1, 2, 3, 4, 5], at: 1)
        #expect(cursor.unsigned(2) == 0x0302)
        #expect(cursor.take(3) == nil)
        #expect(cursor.take(-1) == nil)
        #expect(cursor.unsigned(4) == nil)
        #expect(cursor.position == 3 && cursor.remaining == 2)
        #expect(cursor.take(2) == [4, 5])
        #expect(cursor.take(0) == [])
        #expect(cursor.unsigned(1) == nil)
    }

    @Test func numbersBeyondTheRangeBecomeItsEnd() {
        var cursor = ByteCursor([UInt8](repeating: 0xFF, count: 8) + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
        #expect(cursor.unsigned(8) == Int.max)
        #expect(cursor.unsigned(8) == Int.max)
    }

    @Test func appendsLowestByteFirst() {
        var bytes: [UInt8] = [9]
        bytes.append(littleEndian: UInt32(0x0102_0304))
        bytes.append(littleEndian: UInt8(5))
        #expect(bytes == [9, 4, 3, 2, 1, 5])
    }
}
