/// Where the parts of the work space for one direction of a Fourier convolution lie.
struct FourierLayout {
    /// What all passes share: the row spectra of a correlation's kernels and its padded bias, or the sums of a kernel's gradient.
    let kernel: Int
    let bias: Int
    let sums: Int
    /// The row spectra of a pass, within memory for a pass, which begins at `passes` for the first: inputs, outputs and, where they are
    /// summed, kernels.
    let passes: Int
    let passCount: Int
    let input: Int
    let output: Int
    let kernelSum: Int
    /// The beginning of the first worker's part, and the size of each. It begins with scratch for transforms.
    let workers: Int
    let workerCount: Int
    /// Within a worker's part: the operands and the result of the products of one column of bins.
    let a: Int
    let b: Int
    let c: Int
    /// The floats of all parts.
    let count: Int

    init(
        _ plan: FourierConvolution, _ left: FourierConvolution.Operand, _ right: FourierConvolution.Operand,
        _ result: FourierConvolution.Operand, isGradient: Bool, threads: Int
    ) {
        let kernelSpectra = plan.rows.bins * plan.kernelBin
        var layout = WorkSpaceLayout()
        kernel = layout.reserve(isGradient ? 0 : kernelSpectra)
        bias = layout.reserve(isGradient ? 0 : plan.output.blocks.count * 16)
        sums = layout.reserve(isGradient ? (plan.runs.count - 1) * plan.geometry.kernelCount : 0)
        passes = layout.count
        var pass = WorkSpaceLayout()
        input = pass.reserve(plan.rows.bins * plan.bin)
        output = isGradient || !plan.isInPlace ? pass.reserve(plan.rows.bins * plan.bin) : input
        kernelSum = pass.reserve(isGradient ? kernelSpectra : 0)
        passCount = pass.count
        let atOnce = plan.sharesPasses(isGradient ? plan.runs.count : plan.passes.count, threads: threads) ? 1 : threads
        workers = passes + atOnce * passCount
        var worker = WorkSpaceLayout()
        _ = worker.reserve(plan.scratchCount)
        a = worker.reserve(plan.columns.length * left.stride)
        b = worker.reserve(plan.columns.length * right.stride)
        c = worker.reserve(plan.columns.length * result.stride)
        workerCount = worker.count
        count = workers + threads * workerCount
    }
}
