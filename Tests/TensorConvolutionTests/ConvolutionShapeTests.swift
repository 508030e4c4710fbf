import TensorConvolution
import Testing

@Suite("Shapes of convolutions")
struct ConvolutionShapeTests {
    @Test(
        "Padding “same” is Keras's: ⌈input/stride⌉ outputs, the smaller half first",
        arguments: [
            // input, kernel, dilation, stride, before, after, output
            (32, 3, 1, 1, 1, 1, 32), (32, 3, 1, 2, 0, 1, 16), (32, 4, 1, 1, 1, 2, 32), (33, 3, 1, 2, 1, 1, 17),
            (32, 3, 8, 1, 8, 8, 32), (5, 1, 1, 3, 0, 0, 2), (8, 31, 1, 1, 15, 15, 8), (32, 2, 3, 2, 1, 1, 16),
        ])
    func same(_ c: (Int, Int, Int, Int, Int, Int, Int)) throws {
        let axis = try ConvolutionAxis(input: c.0, kernel: c.1, dilation: c.2, stride: c.3, padding: .same)
        #expect(axis.paddingBefore == c.4 && axis.paddingAfter == c.5 && axis.output == c.6)
    }

    @Test("Padding “valid” and explicit paddings")
    func others() throws {
        #expect(try ConvolutionAxis(input: 32, kernel: 5, dilation: 2, padding: .valid).output == 24)
        #expect(
            try ConvolutionAxis(input: 32, kernel: 5, stride: 3, padding: .explicit(before: 4, after: 0)).output == 11)
    }

    @Test("Numbers that make no convolution are refused with a sentence")
    func errors() throws {
        #expect(throws: ConvolutionShapeError.noOutput(paddedInput: 4, extent: 5)) {
            try ConvolutionAxis(input: 4, kernel: 5, padding: .valid)
        }
        #expect(throws: ConvolutionShapeError.self) { try ConvolutionAxis(input: 4, kernel: 0) }
        #expect(throws: ConvolutionShapeError.self) { try ConvolutionAxis(input: 4, kernel: .max) }
        #expect(throws: ConvolutionShapeError.self) {
            try ConvolutionAxis(input: 4, kernel: 1 << 20, dilation: 1 << 20)
        }
        #expect(throws: ConvolutionShapeError.self) {
            try ConvolutionAxis(input: 4, kernel: 1, padding: .explicit(before: -1, after: 1))
        }
        let axis = try ConvolutionAxis(input: 1 << 24, kernel: 1)
        #expect(throws: ConvolutionShapeError.indivisibleChannels(input: 3, output: 4, groups: 2)) {
            try ConvolutionShape(
                batch: 1, vertical: axis, horizontal: axis, inputChannels: 3, outputChannels: 4, groups: 2)
        }
        #expect(throws: ConvolutionShapeError.self) {
            try ConvolutionShape(
                batch: 1 << 24, vertical: axis, horizontal: axis, inputChannels: 1, outputChannels: 1)
        }
        let message = ConvolutionShapeError.noOutput(paddedInput: 4, extent: 5).description
        #expect(message == "a kernel that extends over 5 samples has no output on an input padded to 4")
    }
}
