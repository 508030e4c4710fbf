import Foundation
import Measurement
import Testing

@Suite("The description of the machine")
struct MachineTests {
    @Test("It names the processor and survives a file")
    func description() throws {
        let machine = Machine.current
        #expect(machine.cores >= 1 && !machine.processor.isEmpty && !machine.system.isEmpty)
        #expect(machine.description.hasPrefix(machine.processor))
        let copy = try JSONDecoder().decode(Machine.self, from: JSONEncoder().encode(machine))
        #expect(copy == machine)
        #expect(Machine(processor: "P", cores: 1, architecture: "A", system: "S").description == "P, 1 core, A")
    }
}
