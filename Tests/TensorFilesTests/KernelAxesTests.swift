import TensorFiles
import Tensors
import Testing

@Suite struct KernelAxesTests {
    @Test(arguments: KernelAxes.allCases, KernelAxes.allCases)
    func conversionKeepsEveryTap(from: KernelAxes, to: KernelAxes) throws {
        let extents = [KernelAxes.oihw: [2, 3, 5, 4], .hwio: [5, 4, 3, 2]]
        let original = try #require(extents[from])
        let tensor = Tensor(TensorShape(original), (0..<120).map(Float.init))
        let converted = tensor.permuted(from.permutation(to: to))
        #expect(converted.shape.extents == extents[to])
        let named = try #require(from.extents(of: tensor.shape))
        #expect(named.outputs == 2 && named.inputs == 3 && named.height == 5 && named.width == 4)
        #expect(to.extents(of: converted.shape) == named)
        for o in 0..<2 {
            for i in 0..<3 {
                for y in 0..<5 {
                    for x in 0..<4 { #expect(tap(converted, to, o, i, y, x) == tap(tensor, from, o, i, y, x)) }
                }
            }
        }
        #expect(converted.permuted(to.permutation(to: from)) == tensor)
    }

    private func tap(_ kernels: Tensor, _ axes: KernelAxes, _ o: Int, _ i: Int, _ y: Int, _ x: Int) -> Float {
        switch axes {
        case .oihw: kernels[o, i, y, x]
        case .hwio: kernels[y, x, i, o]
        }
    }

    @Test func onlyFourAxesAreKernels() {
        for axes in KernelAxes.allCases {
            #expect(axes.extents(of: [3, 3]) == nil)
            #expect(axes.extents(of: [1, 2, 3, 4, 5]) == nil)
        }
    }

    @Test func namesAreThoseOfTheCommandLine() {
        #expect(KernelAxes(rawValue: "oihw") == .oihw)
        #expect(KernelAxes(rawValue: "hwio") == .hwio)
    }
}
