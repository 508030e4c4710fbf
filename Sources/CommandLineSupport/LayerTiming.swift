import ContinuousCNN
import Measurement

/// The timing of every algorithm that can compute one direction of a layer.
enum LayerTiming {
    /// The least time of a turn.
    private static let leastMilliseconds = 5.0

    /// The algorithms' medians over interleaved repeats, with the planner's choice and everything's distance from the best.
    static func measure(
        _ layer: LayerDescription, _ shape: ConvolutionShape, _ direction: ConvolutionDirection,
        _ trial: ConvolutionTrial,
        _ planner: ConvolutionPlanner, repeats: Int
    ) -> [BenchmarkDocument.Case] {
        let chosen = planner.plan(shape, direction).algorithm
        let plans = ConvolutionAlgorithm.allCases.filter { $0.supports(shape) }
            .map { ConvolutionPlan(shape, direction, algorithm: $0) }
        let workSpaces = plans.map { _ in WorkSpace() }
        // What is far from the best is timed as well, but nobody waits long for its median.
        let first = Timing.interleaved(plans.count, repeats: 1) { trial.run(plans[$0], workSpaces[$0], .shared) }
        let least = first.map(\.median).min() ?? 0
        let isClose = first.map { $0.median <= 8 * least }
        var timings = first
        for (indices, repeats) in [
            (plans.indices.filter { isClose[$0] }, repeats), (plans.indices.filter { !isClose[$0] }, min(repeats, 2)),
        ] where !indices.isEmpty {
            // Short calls are repeated within a turn, so that each algorithm finds what its own last call left in the caches.
            let counts = indices.map { min(max(Int(Self.leastMilliseconds / max(first[$0].median, 1e-6)), 1), 200) }
            let found = Timing.interleaved(indices.count, repeats: repeats) { turn in
                for _ in 0..<counts[turn] { trial.run(plans[indices[turn]], workSpaces[indices[turn]], .shared) }
            }
            for (turn, timing) in found.enumerated() {
                timings[indices[turn]] = Timing(milliseconds: timing.milliseconds.map { $0 / Double(counts[turn]) })
            }
        }
        let best = timings.map(\.median).min() ?? 0
        return zip(plans, timings).map { plan, timing in
            var found = BenchmarkDocument.Case(
                name: layer.description, algorithm: plan.algorithm.rawValue, direction: direction.rawValue,
                timing: timing, planned: plan.algorithm == chosen, directOperations: Double(shape.directOperations),
                operations: plan.operations,
                workSpaceBytes: plan.workSpaceByteCount(threads: WorkerPool.shared.threadCount))
            found.regret = timing.median / best - 1
            return found
        }
    }
}
