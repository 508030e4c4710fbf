/// When a run would have begun that had made all its steps at the pace of those that were watched: the time left of a resumed run is told by them.
struct Pace {
    private var first: (step: Int, time: ContinuousClock.Instant)?

    /// The supposed beginning of a run that has just made step `step`.
    mutating func start(of step: Int) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        guard let first, step > first.step else {
            first = (step, now)
            return now
        }
        return now - (now - first.time) * (Double(step) / Double(step - first.step))
    }
}
