import ContinuousCNN
import DistributedTransforms
import Foundation
import MessagePassing
import Reports

/// `ccnn filter` on several ranks, each of which holds some rows of the picture: for pictures that no one machine has room for.
///
/// Each rank reads the rows it needs. Numbers go to a `.npy` from every rank at once, which wants a folder that all of them see; a PNG is written by
/// rank 0, which gets it band by band.
public struct SlabFilterRun {
    /// How many rows go to rank 0 at once.
    private static let band = 64

    private let request: FilterRequest
    private let communicator: any Communicator

    /// A run of a checked request, which every rank has.
    public init(_ request: FilterRequest, on communicator: any Communicator) {
        self.request = request
        self.communicator = communicator
    }

    /// Filters the picture, writes the result, and returns on rank 0 the line for standard output.
    ///
    /// - Parameters:
    ///   - progress: Told what is being done, and how many of how many steps of that are.
    ///   - notice: Told what the person should know beside the result, a line at a time.
    /// - Throws: `CommandFailure`; a file that was there before is then untouched.
    public func run(
        progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in },
        notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        guard request.method == nil || request.method == .spectral else {
            throw .usage("--method is \(request.method?.rawValue ?? ""), but on several ranks it is spectral")
        }
        let alone = [
            ("--mask", request.mask != nil), ("--boundary odd", request.isOdd),
            ("--discretization fourier", request.isFourier), ("--precision double", request.precision == .double),
        ]
        if let option = alone.first(where: \.1)?.0 {
            throw .usage("\(option) is for one process, but there are several ranks")
        }
        try request.outputs.check(on: communicator)
        do {
            let kernel = try FilterKernel(request)
            var rows = try PictureRows(request.picture)
            guard !rows.hasAlpha else {
                throw CommandFailure(
                    "\(request.picture.relativePath): the picture has an alpha channel, but on several ranks it may have none"
                )
            }
            if rows.precision == .double, request.precision == nil, communicator.leads {
                notice(
                    "ranks compute in single precision; one process holds all digits of \(rows.file.lastPathComponent)")
            }
            if let remark = kernel.remark, communicator.leads { notice(remark) }
            // A signed result is drawn in the colours of its sign.
            let averages = kernel.isSigned && !request.isArray && rows.colors > 1
            let filters = try kernel.kernels().map { kernel in
                try SlabConvolution(
                    kernel, on: rows.grid, boundary: request.boundary, extent: request.extent,
                    dilation: request.dilation
                ) { SlabTransforms.transform(width: $0, height: $1, on: communicator) }
            }
            var results: [SlabResult] = []
            let planes = averages ? 1 : rows.colors
            for plane in 0..<planes {
                if communicator.leads { progress("filtering", plane, planes) }
                let parts = try filters.map { filter in
                    try filter { row in
                        averages ? try Self.average(&rows, row) : try Self.finite(&rows, row, plane)
                    }
                }
                results.append(SlabResult(parts, request.filter))
            }
            let output = SlabOutput(
                request, kernel, filters[0], results, source: rows, band: Self.band, on: communicator)
            try request.outputs.check(on: communicator)
            let scale = try output.write(notice)
            let grid = filters[0].outputGrid
            guard communicator.leads else { return "" }
            return "\(request.output.relativePath): \(grid.width) × \(grid.height), "
                + "\(FilterName.of(request)), method spectral on \(communicator.count) ranks"
                + (scale.map { ", \($0)" } ?? "") + "\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(FilterRun.sentence("\(error)"))
        }
    }

    /// A row of finite numbers: any other one would spread over the whole spectrum, which one process goes round by a sum over taps.
    private static func finite(_ rows: inout PictureRows, _ row: Int, _ color: Int) throws -> [Float] {
        let values = try rows.row(row, color: color)
        if let column = values.firstIndex(where: { !$0.isFinite }) {
            throw CommandFailure(
                "\(rows.file.relativePath): row \(row), column \(column) holds \(values[column]), but on several ranks every number is finite (one process takes others)"
            )
        }
        return values
    }

    private static func average(_ rows: inout PictureRows, _ row: Int) throws -> [Float] {
        var sum = try finite(&rows, row, 0)
        for color in 1..<rows.colors {
            let other = try finite(&rows, row, color)
            for i in sum.indices { sum[i] += other[i] }
        }
        return sum.map { $0 / Float(rows.colors) }
    }
}

/// One plane of a result: what one kernel gives, or the sum of two, or the length of a vector of two.
struct SlabResult {
    private let parts: [SlabConvolution.Result]

    private let isLength: Bool

    init(_ parts: [SlabConvolution.Result], _ filter: FilterRequest.Filter) {
        self.parts = parts
        if case .gradientMagnitude = filter { isLength = true } else { isLength = false }
    }

    func row(_ row: Int) -> [Float] {
        guard parts.count == 2 else { return parts[0].row(row) }
        return zip(parts[0].row(row), parts[1].row(row)).map { isLength ? Float.hypot($0, $1) : $0 + $1 }
    }
}
