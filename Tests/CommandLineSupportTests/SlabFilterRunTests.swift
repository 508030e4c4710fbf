import CommandLineSupport
import ContinuousCNN
import Foundation
import MessagePassing
import TestSupport
import Testing

/// What the ranks of `ccnn filter` do, by one of them that holds all rows: the files are those of the plain command.
@Suite struct SlabFilterRunTests {
    private func request(
        _ picture: URL, _ output: URL, _ change: (inout FilterRequest.Arguments) -> Void
    ) throws -> FilterRequest {
        var arguments = FilterRequest.Arguments()
        (arguments.picture, arguments.output) = (picture.path, output.path)
        arguments.method = "spectral"
        change(&arguments)
        return try FilterRequest(arguments)
    }

    private static let filters: [@Sendable (inout FilterRequest.Arguments) -> Void] = [
        {
            $0.gaussian = 1.5; $0.extent = "full"
        },
        {
            $0.gaussian = 2; $0.derivative = "1,0"; $0.boundary = "mirror"
        },
        {
            $0.gradientMagnitude = true; $0.boundary = "zero"
        },
        {
            $0.laplacian = true; $0.limit = 0.1; $0.extent = "valid"
        },
    ]

    @Test(arguments: filters.indices, ["png", "npy"])
    func filesAreThoseOfOneProcess(filter: Int, ending: String) throws {
        for channels in [1, 3] { try compare(filter, ending, channels) }
    }

    private func compare(_ filter: Int, _ ending: String, _ channels: Int) throws {
        let folder = try TemporaryFolder()
        let planes = (0..<channels).map { channel -> [Float] in
            (0..<480).map { i -> Float in
                let wave: Double = sin(Double(i % 24) / 3 + Double(channel)) * cos(Double(i / 24) / 4)
                return Float(0.5 + 0.4 * wave)
            }
        }
        let picture = folder.file("picture.png")
        let format = try #require(PictureChannels(rawValue: channels))
        try Picture(width: 24, height: 20, channels: format, planes: planes).write(to: picture, depth: .sixteen)
        let (plain, slabs) = (folder.file("plain.\(ending)"), folder.file("slabs.\(ending)"))
        func changed(_ arguments: inout FilterRequest.Arguments) {
            Self.filters[filter](&arguments)
            // The scale's end is of drawings alone.
            if ending == "npy" { arguments.limit = nil }
        }
        _ = try FilterRun(request(picture, plain, changed)).run()
        let line = try SlabFilterRun(request(picture, slabs, changed), on: SingleProcess()).run()
        #expect(line.contains("method spectral on 1 ranks"))
        if ending == "npy" {
            let (a, b) = (
                try TensorArchive(contentsOf: plain).tensors()[0], try TensorArchive(contentsOf: slabs).tensors()[0]
            )
            #expect(a.shape == b.shape)
            // Rounding of a spectrum of some thousand points.
            #expect(zip(a.doubles, b.doubles).allSatisfy { abs($0 - $1) <= 4e-6 })
        } else {
            let (a, b) = (try Picture(contentsOf: plain), try Picture(contentsOf: slabs))
            #expect(a.depth == b.depth && a.channels == b.channels && a.width == b.width)
            // One step of the depth, or of the scale's eight bits.
            let step = 1.01 / Float(a.depth.maximum)
            #expect(zip(a.planes, b.planes).allSatisfy { zip($0, $1).allSatisfy { abs($0 - $1) <= step } })
        }
    }

    @Test func anArrayIsAPictureToo() throws {
        let folder = try TemporaryFolder()
        let numbers = (0..<480).map { Float($0 % 7) - 3 }
        let array = folder.file("picture.npy")
        try NpyFile.write(StoredTensor(name: "picture", shape: [20, 24], numbers), to: array)
        let output = folder.file("result.npy")
        let text = try FilterRun(request(array, output) { $0.gaussian = 1 }).run()
        #expect(text.contains("24 × 20"))
        let f = SampledFunction(grid: Grid(width: 24, height: 20), values: numbers)
        let kernel = ConvolutionKernel<Float>(
            GaussianFactors(
                x: .init(order: 0, sigma: 1, discretization: .automatic(order: 0, sigma: 1)),
                y: .init(order: 0, sigma: 1, discretization: .automatic(order: 0, sigma: 1))))
        let wanted = try Convolution(kernel, on: f.grid, boundary: .replicate, method: .spectral)(f)
        let found = try TensorArchive(contentsOf: output).tensors()[0]
        #expect(zip(found.doubles, wanted.values).allSatisfy { abs(Float($0) - $1) <= 1e-6 })
    }

    @Test func whatRanksCannotDoIsSaid() throws {
        let folder = try TemporaryFolder()
        let (picture, array) = (folder.file("picture.png"), folder.file("cube.npy"))
        try Picture(width: 2, height: 2, channels: .greyAlpha, planes: [[0, 0, 1, 1], [1, 1, 1, 1]]).write(to: picture)
        try NpyFile.write(StoredTensor(name: "a", shape: [2, 2, 5], [Float](repeating: .nan, count: 20)), to: array)
        func refusal(_ file: URL, _ change: (inout FilterRequest.Arguments) -> Void = { _ in }) throws -> String {
            do {
                let request = try request(file, folder.file("result.npy")) {
                    $0.gaussian = 1
                    change(&$0)
                }
                return try SlabFilterRun(request, on: SingleProcess()).run()
            } catch { return "\(error)" }
        }
        #expect(try refusal(picture).contains("alpha"))
        #expect(try refusal(array).contains("at most 4 channels"))
        #expect(try refusal(picture) { $0.method = "direct" }.contains("--method is direct"))
        try NpyFile.write(StoredTensor(name: "a", shape: [2, 2], [1, 2, .infinity, 4] as [Float]), to: array)
        #expect(try refusal(array).contains("cube.npy: row 1, column 0 holds inf, but on several ranks every number"))
    }
}
