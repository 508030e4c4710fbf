import Testing

@testable import Measurement

@Suite struct MachineTests {
    /// Two generations that a cloud calls by the same name must not share what was measured on one of them.
    @Test func generationsOfOneNameDiffer() {
        func info(family: Int) -> String {
            "processor\t: 0\ncpu family\t: \(family)\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\ncpu family\t: 0\n"
        }
        #expect(Machine.processor(of: info(family: 25)) == "AMD EPYC (family 25, model 17)")
        #expect(Machine.processor(of: info(family: 26)) == "AMD EPYC (family 26, model 17)")
        #expect(Machine.processor(of: "model name\t: A Processor\n") == "A Processor")
        #expect(Machine.processor(of: "BogoMIPS\t: 50.00\n") == nil)
    }

    @Test func theMachineHasAName() {
        #expect(!Machine.current.processor.isEmpty && Machine.current.processors >= 1)
    }
}
