import Foundation
import Parallelism
import TensorConvolution
import Tensors
import Testing

@Suite("The choice of an algorithm")
struct ConvolutionPlannerTests {
    static func shape(
        _ kernel: Int, channels: Int = 32, size: Int = 32, batch: Int = 8, stride: Int = 1, groups: Int = 1
    ) throws -> ConvolutionShape {
        let axis = try ConvolutionAxis(input: size, kernel: kernel, stride: stride)
        return try ConvolutionShape(
            batch: batch, vertical: axis, horizontal: axis, inputChannels: channels, outputChannels: channels,
            groups: groups)
    }

    @Test("Estimates know what each algorithm is for", arguments: ConvolutionDirection.allCases)
    func estimates(direction: ConvolutionDirection) throws {
        let planner = ConvolutionPlanner()
        #expect(planner.plan(try Self.shape(1), direction).algorithm == .direct)
        #expect(planner.plan(try Self.shape(3), direction).algorithm == .winograd4x4)
        #expect(planner.plan(try Self.shape(13), direction).algorithm == .fourier)
        #expect(planner.plan(try Self.shape(31, channels: 48, groups: 48), direction).algorithm == .fourier)
        #expect(planner.plan(try Self.shape(3, stride: 2), direction).algorithm == .direct)
    }

    @Test("An override is obeyed where it can be")
    func fixed() throws {
        let planner = ConvolutionPlanner(policy: .fixed(.fourier))
        #expect(planner.plan(try Self.shape(1), .forward).algorithm == .fourier)
        #expect(
            ConvolutionPlanner(policy: .fixed(.winograd4x4)).plan(try Self.shape(3, stride: 2), .forward).algorithm
                == .direct)
    }

    @Test("A limit of memory excludes what needs more, down to the least")
    func memory() throws {
        let shape = try Self.shape(13)
        let pool = WorkerPool(threadCount: 1)
        let fourier = ConvolutionPlan(shape, .forward, algorithm: .fourier).workSpaceByteCount(threads: 1)
        let limited = ConvolutionPlanner(memoryLimit: fourier - 1, pool: pool).plan(shape, .forward)
        #expect(limited.algorithm != .fourier && limited.workSpaceByteCount(threads: 1) < fourier)
        #expect(ConvolutionPlanner(memoryLimit: fourier, pool: pool).plan(shape, .forward).algorithm == .fourier)
        #expect(ConvolutionPlanner(memoryLimit: 0, pool: pool).plan(shape, .forward).algorithm == .direct)
    }

    @Test("Measurements are taken once and kept in a file, with the machine they are of")
    func measurements() throws {
        let pool = WorkerPool(threadCount: 1)
        let planner = ConvolutionPlanner(policy: .measure, pool: pool)
        let shape = try Self.shape(3, channels: 8, size: 12, batch: 2)
        let plan = planner.plan(shape, .forward)
        #expect(planner.measurements.count == 1)
        #expect(planner.plan(shape, .forward).algorithm == plan.algorithm)

        let file = FileManager.default.temporaryDirectory.appendingPathComponent("measurements-\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try planner.measurements.write(to: file)
        let kept = try ConvolutionMeasurements(contentsOf: file)
        #expect(kept == planner.measurements)
        let next = ConvolutionPlanner(policy: .measure, pool: pool, measurements: kept)
        #expect(next.plan(shape, .forward).algorithm == plan.algorithm)
        #expect(next.measurements == kept)
    }

    @Test("Where only one algorithm is worth a trial, it is taken without one")
    func evident() throws {
        let planner = ConvolutionPlanner(policy: .measure, pool: WorkerPool(threadCount: 1))
        #expect(planner.plan(try Self.shape(31), .forward).algorithm == .fourier)
        #expect(planner.measurements.count == 0)
    }

    @Test("Files that hold something else are refused with a sentence")
    func files() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("measurements-\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(throws: ConvolutionMeasurementsError.self) { try ConvolutionMeasurements(contentsOf: file) }
        try Data("no JSON".utf8).write(to: file)
        #expect(throws: ConvolutionMeasurementsError.self) { try ConvolutionMeasurements(contentsOf: file) }
        for (text, reason) in [
            (#"{"entries": []}"#, "it has no 'machine'"),
            (#"{"machine": "m", "entries": 3}"#, "entries is of another kind"),
            (#"{"machine": "m", "entries": [{"seconds": {}, "convolution": 7}]}"#, "of another kind"),
            ("[", "it is not JSON of this form"),
        ] {
            try Data(text.utf8).write(to: file)
            let error = #expect(throws: ConvolutionMeasurementsError.self) {
                try ConvolutionMeasurements(contentsOf: file)
            }
            #expect(error?.description.hasSuffix(reason) == true, "\(error?.description ?? "")")
        }
        try Data(#"{"machine": "another", "entries": []}"#.utf8).write(to: file)
        #expect(
            throws: ConvolutionMeasurementsError.otherMachine(
                file: file.path, found: "another", wanted: ConvolutionMeasurements.thisMachine)
        ) { try ConvolutionMeasurements(contentsOf: file) }
    }
}
