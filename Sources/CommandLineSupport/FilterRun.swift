import ContinuousCNN
import Foundation

/// `ccnn filter` between its arguments and its output.
public struct FilterRun {
    private let request: FilterRequest

    /// A run of a checked request.
    public init(_ request: FilterRequest) { self.request = request }

    /// Filters the picture, writes the result, and returns the line for standard output.
    ///
    /// - Parameters:
    ///   - progress: Told what is being done, and how many of how many steps of that are.
    ///   - notice: Told what the person should know beside the result, a line at a time.
    /// - Throws: `CommandFailure`; a file that was there before is then untouched.
    public func run(
        progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in },
        notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        try request.outputs.check()
        do {
            var input = try FilterInput(request.picture, progress: progress)
            if request.filter.isSigned, !request.isArray, input.colors.count > 1 {
                notice(
                    "a signed result is drawn in the colours of its sign, so the picture's channels were averaged; .npy keeps them"
                )
                input.averageColors()
            }
            let filter = try PictureFilter(request, grid: input.grid)
            try request.outputs.prepare()
            var colors: [SampledFunction<Float>] = []
            for plane in input.colors {
                progress("filtering", colors.count, input.colors.count)
                colors.append(filter.apply(to: plane))
            }
            progress("filtering", colors.count, input.colors.count)
            let output = FilterOutput(
                request, colors: colors, alpha: input.alpha.map { filter.aligned($0) }, depth: input.depth)
            try request.outputs.check()
            try output.write(progress: progress, notice: notice)
            let grid = filter.outputGrid
            return "\(request.output.relativePath): \(grid.width) × \(grid.height), \(filter.description)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(Self.sentence("\(error)"))
        }
    }

    static func sentence(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }
}

/// The picture's planes, read row by row.
struct FilterInput {
    let grid: Grid
    let depth: PictureDepth
    private(set) var colors: [SampledFunction<Float>]
    let alpha: SampledFunction<Float>?

    init(_ file: URL, progress: (String, Int, Int) -> Void) throws {
        if PictureRows.isArray(file) {
            var rows = try PictureRows(file)
            let grid = rows.grid
            (self.grid, depth, alpha) = (grid, rows.depth, nil)
            colors = try (0..<rows.colors).map { color in
                progress("reading channels", color, rows.colors)
                let values = try (0..<grid.height).flatMap { try rows.row($0, color: color) }
                return SampledFunction(grid: grid, values: values)
            }
            return
        }
        let picture = try Picture(contentsOf: file) { progress("reading rows", $0, $1) }
        grid = Grid(width: picture.width, height: picture.height)
        depth = picture.depth
        let (grid, alphaChannel) = (grid, picture.channels.alpha)
        let planes = picture.planes.map { SampledFunction(grid: grid, values: $0) }
        colors = planes.indices.filter { $0 != alphaChannel }.map { planes[$0] }
        alpha = alphaChannel.map { planes[$0] }
    }

    /// Replaces the colours by their mean.
    mutating func averageColors() {
        let sum = colors.dropFirst().reduce(colors[0], +)
        colors = [(1 / Float(colors.count)) * sum]
    }
}
