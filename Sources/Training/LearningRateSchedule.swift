import Foundation

/// How the learning rate changes from step to step, as a factor of the one given.
public enum LearningRateSchedule: Hashable, Sendable, Codable {
    /// Not at all.
    case constant
    /// 1/(1 + decay·step): the recipe's, with a decay of 10⁻⁵.
    case inverseTime(decay: Double)
    /// ½(1 + cos(π·step/steps)), from 1 to 0. Source: Loshchilov and Hutter, 2017, arXiv:1608.03983.
    case cosine(steps: Int)
    /// Multiplied by `factor` after every `interval` steps.
    case staircase(interval: Int, factor: Double)
    /// Multiplied by `factor` when the loss on held-out pictures has not fallen below its least for `patience` epochs.
    case plateau(patience: Int, factor: Double)

    /// The factor at a step, the first one being 0, after `reductions` plateaus.
    public func factor(step: Int, reductions: Int = 0) -> Double {
        switch self {
        case .constant: 1
        case .inverseTime(let decay): 1 / (1 + decay * Double(step))
        case .cosine(let steps): 0.5 * (1 + cos(Double.pi * min(Double(step) / Double(max(steps, 1)), 1)))
        case .staircase(let interval, let factor): pow(factor, Double(step / max(interval, 1)))
        case .plateau(_, let factor): pow(factor, Double(reductions))
        }
    }
}
