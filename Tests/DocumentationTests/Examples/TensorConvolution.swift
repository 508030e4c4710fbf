import ContinuousCNN

func convolve(_ input: Tensor, _ kernel: Tensor, _ bias: Tensor) throws -> Tensor {
    // begin
    let axis = try ConvolutionAxis(input: 32, kernel: 9)
    let shape = try ConvolutionShape(batch: 32, vertical: axis, horizontal: axis, inputChannels: 32, outputChannels: 48)
    let planner = ConvolutionPlanner()
    let workSpace = WorkSpace()
    var output = Tensor(shape.output)
    planner.plan(shape, .forward).forward(input: input, kernel: kernel, bias: bias, into: &output, using: workSpace)
    // end
    return output
}
