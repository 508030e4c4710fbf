import TensorFiles
import Tensors
import Testing

@Suite struct KernelAxesTests {
    /// Extents of 2 outputs, 3 inputs, height 5 and width 4 in the order `axes`.
    private static func shape(_ axes: KernelAxes) -> [Int] {
        axes.rawValue.map { letter in
            switch letter {
            case "o": 2
            case "i": 3
            case "h": 5
            default: 4
            }
        }
    }

    @Test(arguments: KernelAxes.allCases, KernelAxes.allCases)
    func conversionKeepsEveryTap(from: KernelAxes, to: KernelAxes) throws {
        guard from.rank == to.rank else { return }
        let (height, original) = (from.rank == 4 ? 5 : 1, Self.shape(from))
        let tensor = Tensor(TensorShape(original), (0..<original.reduce(1, *)).map(Float.init))
        let converted = tensor.permuted(from.permutation(to: to))
        #expect(converted.shape.extents == Self.shape(to))
        let named = try #require(from.extents(of: tensor.shape))
        #expect(named.outputs == 2 && named.inputs == 3 && named.height == height && named.width == 4)
        #expect(to.extents(of: converted.shape) == named)
        for o in 0..<2 {
            for i in 0..<3 {
                for y in 0..<height {
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
        case .ohwi: kernels[o, y, x, i]
        case .ihwo: kernels[i, y, x, o]
        case .iohw: kernels[i, o, y, x]
        case .hwoi: kernels[y, x, o, i]
        case .oiwh: kernels[o, i, x, y]
        case .oiw: kernels[o, i, x]
        case .wio: kernels[x, i, o]
        case .iow: kernels[i, o, x]
        case .woi: kernels[x, o, i]
        }
    }

    @Test func otherNumbersOfAxesAreNoKernels() {
        for axes in KernelAxes.allCases {
            #expect(axes.extents(of: [3, 3]) == nil)
            #expect(axes.extents(of: [1, 2, 3, 4, 5]) == nil)
            #expect(axes.extents(of: axes.rank == 4 ? [1, 2, 3] : [1, 2, 3, 4]) == nil)
        }
    }

    @Test func namesAreThoseOfTheCommandLine() {
        #expect(KernelAxes(rawValue: "oihw") == .oihw)
        #expect(KernelAxes(rawValue: "hwio") == .hwio)
    }
}
