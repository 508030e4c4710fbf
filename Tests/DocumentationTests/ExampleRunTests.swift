import ContinuousCNN
import Foundation
import TestSupport
import Testing

/// The examples that need only a small input do what their guides say.
@Suite struct ExampleRunTests {
    private func checkpoint(in folder: TemporaryFolder) throws -> URL {
        let file = folder.file("model.safetensors")
        let taps = (0..<2 * 49).map { Float($0 * $0 % 11) - 5 }
        try SafetensorsFile.write(
            [
                StoredTensor(name: "conv.weight", shape: [2, 1, 7, 7], taps),
                StoredTensor(name: "conv.bias", shape: [2], [1, 2] as [Float]),
            ], to: file)
        return file
    }

    @Test func theReadmeDescribesALayer() throws {
        let folder = try TemporaryFolder()
        try describe(checkpoint(in: folder), "conv.weight")
    }

    @Test func substitutedKernelsAreNearerToTheirsWithEachOrder() throws {
        let folder = try TemporaryFolder()
        let file = try checkpoint(in: folder)
        let original = try TensorArchive(contentsOf: file).tensor(named: "conv.weight").doubles
        let distances = try [0, 2, 6].map { order in
            let output = folder.file("substituted.safetensors")
            try substitute(file, order: order, into: output)
            let archive = try TensorArchive(contentsOf: output)
            #expect(try archive.tensor(named: "conv.bias").doubles == [1, 2])
            return zip(original, try archive.tensor(named: "conv.weight").doubles).reduce(0) {
                $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
            }
        }
        #expect(distances[0] > distances[1] && distances[1] > distances[2])
    }

    @Test func theGuidesOtherExamplesRun() throws {
        kernels(sigma: 1.4)
        let grid = Grid(width: 8, height: 8)
        let slope = try edges(SampledFunction(grid: grid) { x, _ in x })
        #expect(slope.grid.count == 64)
        #expect(try network().graph.receptiveField == 7)
        let output = try convolve(
            Tensor([32, 32, 32, 32], repeating: 1), Tensor([9, 9, 32, 48], repeating: 0), Tensor([48], repeating: 2))
        #expect(output.elements.allSatisfy { $0 == 2 })
    }

    /// A constant has no cells to be resampled between: the taps on the finer grid add up to what they were.
    @Test func resampledTapsKeepTheirSum() throws {
        let gaussian = GaussianKernel2D.derivative(dx: 0, dy: 0, sigma: 1, radius: 3)
        let layer = KernelLayer(name: "g", outputs: 1, inputs: 1, height: 7, width: 7, taps: gaussian.taps)
        let fit = try LayerFit(layer, options: FitOptions(order: 0, scale: .fixed(1)))
        #expect(abs(resample(fit).reduce(0, +) - gaussian.taps.reduce(0, +)) < 2e-3)
    }
}
