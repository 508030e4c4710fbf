import Experiments
import Foundation
import Testing

@Suite struct StatisticsTests {
    /// Quantiles as tables print them (Abramowitz and Stegun 26.10), to three decimals.
    @Test(arguments: [(1.0, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (30, 2.042), (1000, 1.962)])
    func studentQuantiles(freedom: Double, expected: Double) {
        #expect(abs(StudentDistribution.quantile(0.975, freedom: freedom) - expected) < 0.0006)
        #expect(abs(StudentDistribution.cumulative(expected, freedom: freedom) - 0.975) < 2e-5)
    }

    /// With one degree of freedom it is Cauchy's distribution, ½ + atan(t)/π.
    @Test func oneDegreeOfFreedomIsCauchy() {
        for t in [-3.0, -1, -0.2, 0, 0.7, 1, 5] {
            #expect(abs(StudentDistribution.cumulative(t, freedom: 1) - (0.5 + atan(t) / .pi)) < 1e-12)
        }
    }

    /// With three degrees of freedom the 97.5 % quantile is 3.1824.
    @Test func meansHaveIntervals() throws {
        let mean = SampleMean([1, 2, 4, 5])
        #expect(mean.mean == 3 && mean.count == 4)
        let deviation = (10.0 / 3).squareRoot()
        #expect(abs((mean.standardDeviation ?? 0) - deviation) < 1e-12)
        let interval = try #require(mean.interval)
        #expect(abs(interval.upperBound - (3 + 3.1824 * deviation / 2)) < 1e-4)
        #expect(SampleMean([0.7]).interval == nil)
    }

    @Test func pairingRemovesWhatSeedsShare() {
        let seeds = [0.60, 0.70, 0.65, 0.75]
        let difference = PairedDifference(seeds.map { $0 + 0.02 }, seeds)
        #expect(difference.isPositive == .met)
        #expect(difference.isEquivalent(within: 0.03) == .met)
        #expect(difference.isEquivalent(within: 0.01) == .failed)
        #expect(PairedDifference([0.7], [0.6]).isPositive == .undecided)
        #expect(PairedDifference([0.7, 0.5], [0.6, 0.6]).isPositive == .undecided)
    }

    /// Differences of 1, 3, 0 and 4 %, and of 0.5 % more: mean 2 %, standard error 0.9129 %, Student's t with three degrees of freedom 2.3534 for
    /// 90 % and 3.1824 for 95 %. Margins between the ends of the two intervals tell which one is asked.
    @Test func equivalenceAsksNinetyPercentAndBetterNinetyFive() {
        let differences = [0.01, 0.03, 0, 0.04]
        func against(_ shift: Double) -> PairedDifference {
            PairedDifference(differences.map { 0.5 + $0 + shift }, [0.5, 0.5, 0.5, 0.5])
        }
        // 90 %: −0.15 % to 4.15 %; 95 %: −0.91 % to 4.91 %.
        #expect(against(0).isEquivalent(within: 0.043) == .met)
        #expect(against(0).isEquivalent(within: 0.04) == .undecided)
        #expect(against(0).isNotWorse(than: 0.005) == .met)
        #expect(against(0).isNotWorse(than: 0.001) == .undecided)
        // 90 %: 0.35 % and more; 95 %: −0.41 % and more.
        #expect(against(0.005).isPositive == .undecided)
        #expect(against(0.015).isPositive == .met)
    }

    @Test func verdictsFollowFromOutcomes() {
        #expect(Verdict([.met, .met]) == .holds)
        #expect(Verdict([.failed, .failed]) == .doesNotHold)
        #expect(Verdict([.met, .failed, .undecided]) == .holdsInPart)
        #expect(Verdict([.met, .undecided]) == .notDecided)
        #expect(Verdict([.failed, .undecided]) == .notDecided)
        #expect(Verdict([]) == .notDecided)
    }

    @Test func ordersOfPowersAreFound() {
        let lengths = [1, 0.5, 0.25, 0.125]
        #expect(abs(ConvergenceOrder(lengths: lengths, errors: lengths.map { 3 * $0 * $0 }).order - 2) < 1e-12)
        #expect(ConvergenceOrder(lengths: lengths, errors: [0, 0, 0, 0]).order == .infinity)
    }
}
