import Testing

@testable import CommandLineSupport

@Suite struct LayerDescriptionTests {
    @Test func wordsMakeTheLayerTheySay() throws {
        let text = "batch=2,size=32x48,in=6,out=4,kernel=7x5,dilation=2,stride=1,groups=2"
        let layer = try LayerDescription(text)
        #expect(layer.description == text)
        let shape = try layer.shape()
        #expect(shape.input == [2, 32, 48, 6] && shape.kernel == [7, 5, 3, 4] && shape.output == [2, 32, 48, 4])
        #expect(shape.vertical.dilation == 2 && shape.horizontal.dilation == 2)
        #expect(LayerDescription(shape) == layer)
    }

    @Test func wordsThatAreLeftOutHaveDefaults() throws {
        let layer = try LayerDescription("size=8, in=3, out=5, kernel=3")
        #expect(layer.description == "batch=32,size=8x8,in=3,out=5,kernel=3x3,dilation=1,stride=1,groups=1")
        #expect(layer.label == "3→5, 3×3, 8×8, batch 32")
    }

    @Test(arguments: [
        ("size=8,in=3,out=5", "says nothing of kernel"), ("size=8,in=3,out=5,kernal=3", "did you mean 'kernel'?"),
        ("size=8,in=3,out=5,kernel=0", "kernel=0"), ("size=8,in=3x3,out=5,kernel=3", "in=3x3"),
        ("batch=1×2,size=8,in=3,out=5,kernel=3", "batch=1×2"),
        ("size=8,in=3,out=5,kernel=3,in=4", "in twice"), ("size=8x8x8,in=3,out=5,kernel=3", "size=8x8x8"),
        ("size=8,,in=3,out=5,kernel=3", "the part ''"), ("", "the part ''"),
        ("size=8,in=3,out=5,kernel=99999999999999999999", "kernel=99999999999999999999"),
    ])
    func mistakesAreSentences(_ text: String, _ part: String) {
        let failure = #expect(throws: CommandFailure.self) { try LayerDescription(text) }
        #expect(failure?.exitCode == 2 && failure?.description.contains(part) == true, "\(failure as Any)")
    }

    @Test(arguments: [
        ("size=8,in=3,out=4,kernel=3,groups=2", "2 groups"), ("size=9999999999,in=1,out=1,kernel=1", "9999999999"),
        ("batch=4096,size=8192,in=512,out=512,kernel=1", "are there"),
        ("batch=1,size=4,in=1,out=1,kernel=3,dilation=8388607", "for the work space of its algorithms"),
        ("batch=1,size=1,in=65536,out=4,kernel=3,dilation=8388607", "for the work space of its algorithms"),
    ])
    func impossibleLayersAreSentences(_ text: String, _ part: String) throws {
        let layer = try LayerDescription(text)
        let failure = #expect(throws: CommandFailure.self) { try layer.shape() }
        #expect(failure?.exitCode == 2 && failure?.description.contains(part) == true, "\(failure as Any)")
    }

    @Test func judgedLayersAreThoseOfTheNetworksAndMore() throws {
        let layers = try LayerDescription.judged()
        #expect(Set(layers).count == layers.count)
        for wanted in [
            LayerDescription(size: 32, inputs: 32, outputs: 48, kernel: 9),
            LayerDescription(size: 32, inputs: 32, outputs: 48, kernel: 3, dilation: 8),
            LayerDescription(size: 8, inputs: 32, outputs: 48, kernel: 3, stride: 2),
            LayerDescription(batch: 8, size: 512, inputs: 4, outputs: 4, kernel: 31, groups: 4),
        ] { #expect(layers.contains(wanted)) }
    }
}
