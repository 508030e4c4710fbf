import CommandLineSupport
import ContinuousCNN
import Foundation
import Reports

/// Commands of every kind, as `ccnn` runs them, with files in a folder of their own.
struct Round {
    private let folder: URL
    private let style = TerminalStyle.plain

    init(in folder: URL) { self.folder = folder }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func run(number: Int) throws {
        try train(number)
        try fit()
        try filter()
        _ = try EvaluateRun(checkpoint: path("run/last.safetensors"), dataFolder: nil, style: style).run()
        _ = try ReceptiveFieldRun(
            model: path("run/last.safetensors"), dataFolder: nil, report: path("field"), pictures: 2,
            overwrites: true, style: style, version: "soak"
        ).run()
        try validate()
        try benchmark()
    }

    private func train(_ number: Int) throws {
        try? FileManager.default.removeItem(atPath: path("run"))
        var arguments = TrainRequest.Arguments()
        arguments.network = ["strided", "dilated", "large-kernel", "strided-jet"][number % 4]
        arguments.out = path("run")
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (2, 5, 8)
        arguments.seed = UInt64(number)
        arguments.prune = number.isMultiple(of: 2) ? 0.5 : nil
        _ = try TrainRun(TrainRequest(arguments), style: style).run()
        arguments.epochs = 3
        arguments.resumes = true
        // The schedule of pruning follows from the length, which is why only runs without it may be made longer.
        if arguments.prune == nil { _ = try TrainRun(TrainRequest(arguments), style: style).run() }
    }

    private func fit() throws {
        var arguments = FitRequest.Arguments()
        arguments.overwrites = true
        (arguments.export, arguments.report) = (path("fits.safetensors"), path("fits"))
        _ = try FitRun(FitRequest(arguments), style: style, version: "soak").run()
        arguments.file = path("run/last.safetensors")
        (arguments.center, arguments.constant, arguments.order, arguments.format) = ("free", true, 2, "json")
        arguments.export = path("fits.pt")
        _ = try FitRun(FitRequest(arguments), style: style, version: "soak").run()
    }

    private func filter() throws {
        let values = (0..<300 * 200).map { Float($0 % 251) / 251 }
        try Picture(width: 300, height: 200, channels: .grey, planes: [values]).write(
            to: folder.appendingPathComponent("in.png"))
        for method in ["automatic", "spectral", "tiled", "recursive"] {
            var arguments = FilterRequest.Arguments()
            (arguments.picture, arguments.output) = (path("in.png"), path("out.npy"))
            (arguments.gaussian, arguments.method, arguments.overwrites) = (3, method, true)
            _ = try FilterRun(FilterRequest(arguments)).run()
        }
    }

    private func validate() throws {
        var arguments = ValidateRequest.Arguments()
        arguments.claims = ["semigroup", "pointwise-is-dirac", "algebra"]
        (arguments.report, arguments.overwrites) = (path("claims"), true)
        _ = try ValidateRun(ValidateRequest(arguments), style: style, version: "soak").run()
    }

    private func benchmark() throws {
        var arguments = LayersBenchmark.Arguments()
        arguments.layers = ["batch=2,size=16x16,in=8,out=8,kernel=5x5,dilation=2"]
        (arguments.repeats, arguments.format) = (1, "json")
        _ = try LayersBenchmark(arguments).run(style: style)
    }

    /// The number of files, pipes and the like that the process has open.
    static var openFiles: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

    /// The memory that the process holds, from the kernel's own count.
    static var residentMegabytes: Double {
        // Pages of the process: the second number of the file.
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return .nan }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    }
}
