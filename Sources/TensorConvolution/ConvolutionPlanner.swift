import Measurement
import Parallelism

/// How a planner chooses between algorithms.
public enum PlanningPolicy: Hashable, Sendable {
    /// By a model of what each algorithm does and what that costs, without computing anything.
    case estimate
    /// By the time that each takes, measured once for every shape, direction and number of threads and remembered.
    case measure
    /// Always the given algorithm where it supports the shape, and `direct` where it does not.
    case fixed(ConvolutionAlgorithm)
}

/// Chooses the algorithm for every convolution and direction, and makes the plans.
///
/// A planner remembers what it has decided, so that the same question always gets the same answer during its life; with a memory that was kept in a
/// file, from run to run. It may be used from several threads.
public final class ConvolutionPlanner: Sendable {
    /// How algorithms are chosen.
    public let policy: PlanningPolicy
    /// The most bytes of work space that a plan may need; algorithms that need more are not considered, as long as one is left.
    public let memoryLimit: Int?
    /// The threads that plans will run on.
    public let pool: WorkerPool

    private let state: Guarded<State>

    private struct State: Sendable {
        var plans: [Question: ConvolutionPlan] = [:]
        var measurements: ConvolutionMeasurements
    }

    private struct Question: Hashable, Sendable {
        let shape: ConvolutionShape
        let direction: ConvolutionDirection
        let threads: Int
    }

    /// A planner that goes on from `measurements`.
    public init(
        policy: PlanningPolicy = .estimate, memoryLimit: Int? = nil, pool: WorkerPool = .shared,
        measurements: ConvolutionMeasurements = ConvolutionMeasurements()
    ) {
        self.policy = policy
        self.memoryLimit = memoryLimit
        self.pool = pool
        state = Guarded(State(measurements: measurements))
    }

    /// Everything measured so far, to be kept in a file.
    public var measurements: ConvolutionMeasurements { state.withLock { $0.measurements } }

    /// The plan for one direction of the convolution of the given shape.
    ///
    /// - Complexity: O(1) for what was asked before; else that of a few hundred additions to estimate, or of some calls of each algorithm to measure.
    public func plan(_ shape: ConvolutionShape, _ direction: ConvolutionDirection) -> ConvolutionPlan {
        let question = Question(shape: shape, direction: direction, threads: pool.threadCount)
        return state.withLock { state in
            if let plan = state.plans[question] { return plan }
            let plan = choose(question, &state.measurements)
            state.plans[question] = plan
            return plan
        }
    }

    private func choose(_ question: Question, _ measurements: inout ConvolutionMeasurements) -> ConvolutionPlan {
        let (shape, direction) = (question.shape, question.direction)
        switch policy {
        case .fixed(let algorithm):
            return ConvolutionPlan(shape, direction, algorithm: algorithm.supports(shape) ? algorithm : .direct)
        case .estimate:
            return candidates(shape, direction).min { $0.estimatedSeconds < $1.estimatedSeconds }
                ?? direct(shape, direction)
        case .measure:
            let candidates = candidates(shape, direction)
            // Nobody waits for an algorithm that cannot be the best one.
            let promising = candidates.map(\.estimatedSeconds).min().map { least in
                candidates.filter { $0.estimatedSeconds <= 6 * least }
            }
            guard let promising, promising.count > 1 else { return promising?.first ?? direct(shape, direction) }
            let key = ConvolutionMeasurements.Key(shape: shape, direction: direction, threads: question.threads)
            var times = measurements.times[key] ?? [:]
            let missing = promising.filter { times[$0.algorithm] == nil }
            if !missing.isEmpty {
                for (algorithm, seconds) in measure(missing) { times[algorithm] = seconds }
                measurements.times[key] = times
            }
            return promising.min { times[$0.algorithm] ?? .infinity < times[$1.algorithm] ?? .infinity }
                ?? direct(shape, direction)
        }
    }

    private func direct(_ shape: ConvolutionShape, _ direction: ConvolutionDirection) -> ConvolutionPlan {
        ConvolutionPlan(shape, direction, algorithm: .direct)
    }

    /// The plans that support the shape and need no more memory than allowed; where none does, the one that needs the least.
    private func candidates(_ shape: ConvolutionShape, _ direction: ConvolutionDirection) -> [ConvolutionPlan] {
        let plans = ConvolutionAlgorithm.allCases.filter { $0.supports(shape) }
            .map { ConvolutionPlan(shape, direction, algorithm: $0) }
        guard let memoryLimit else { return plans }
        let threads = pool.threadCount
        let fitting = plans.filter { $0.workSpaceByteCount(threads: threads) <= memoryLimit }
        if !fitting.isEmpty { return fitting }
        return plans.min { $0.workSpaceByteCount(threads: threads) < $1.workSpaceByteCount(threads: threads) }
            .map { [$0] } ?? []
    }

    /// The shortest time of each plan in seconds.
    private func measure(_ plans: [ConvolutionPlan]) -> [(ConvolutionAlgorithm, Double)] {
        guard let shape = plans.first?.shape else { return [] }
        let trial = ConvolutionTrial(shape)
        let workSpaces = plans.map { _ in WorkSpace() }
        // About a tenth of a second for each plan, where that is more than three calls.
        let longest = plans.map(\.estimatedSeconds).max() ?? 0
        let repeats = Int(min(max(0.1 / max(longest, 1e-6), 3), 100))
        let timings = Timing.interleaved(plans.count, repeats: repeats) { index in
            trial.run(plans[index], workSpaces[index], pool)
        }
        return zip(plans, timings).map { ($0.algorithm, ($1.milliseconds.min() ?? .infinity) * 1e-3) }
    }
}

extension ConvolutionPlan {
    /// The time that one call is expected to take on one core of the machine that the model was fitted on, in seconds.
    public var estimatedSeconds: Double {
        work.seconds(
            at: .prices(algorithm, direction, isChannelwise: shape.groups > 1 && shape.groups == shape.inputChannels))
    }

    /// The multiplications and additions of one call in products and transforms of the data, padding lanes counted; 5·N·log₂ N for a Fourier
    /// transform of N points.
    public var operations: Double { work.operations }
}
