import FourierTransforms
import Parallelism

/// One transform of the whole picture with its border, a product, and one transform back.
///
/// The error of an output is of order ε·log₂(N)·Σ|weight|·max|f| wherever it lies, N the number of points transformed: unlike a sum over taps it
/// does not scale with what is near. Memory: one plane of N points beside picture and result, and another for the kernel's spectrum.
struct SpectralPath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let loops = Scalar.tapLoops
    private let core: Core<Scalar>
    private let transform: PlaneTransform<Scalar>
    private let transfer: SharedBuffer<Scalar>

    init(_ core: Core<Scalar>) {
        self.core = core
        let width = core.x.goodPeriod { TransformSize.good(atLeast: $0, even: true) }
        let height = core.y.goodPeriod { TransformSize.good(atLeast: $0) }
        transform = PlaneTransform(width: width, height: height)
        let plane = transform.makePlane()
        let weights = core.planeWeights
        for row in 0..<core.y.taps {
            for column in 0..<core.x.taps {
                let (px, py) = (column * core.x.dilation % width, row * core.y.dilation % height)
                plane.pointer[py * transform.pitch * 2 + px] += weights[row * core.x.taps + column]
            }
        }
        transfer = SharedBuffer(transform.transfer(ofKernelIn: plane, scale: 1 / Scalar(width * height)))
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let plane = transform.makePlane()
        let (x, y) = (core.x, core.y)
        let pitch = transform.pitch * 2
        let rows = Partition(itemCount: min(transform.height, y.map.count), blockLength: 16)
        let columns = min(transform.width, x.map.count)
        WorkerPool.shared.forEach(rows.count) { block, _ in
            for row in rows[block] where y.map[row] >= 0 {
                loops.gather(
                    source + Int(y.map[row]) * x.sourceCount, x.map, columns, plane.pointer + row * pitch, 1)
            }
        }
        transform.filter(plane, by: transfer.buffer, conjugated: true)
        let outputs = Partition(itemCount: y.count, blockLength: 16)
        WorkerPool.shared.forEach(outputs.count) { block, _ in
            for row in outputs[block] {
                let from = UnsafePointer(plane.pointer + row * y.stride % transform.height * pitch)
                let inOrder = min(x.count, (transform.width + x.stride - 1) / x.stride)
                loops.copy(from, x.stride, inOrder, result + row * x.count, 1)
                for column in inOrder..<x.count {
                    result[row * x.count + column] = from[column * x.stride % transform.width]
                }
            }
        }
    }
}

/// A buffer that nobody writes to any more, and so may be read by all threads.
struct SharedBuffer<Scalar: ConvolutionScalar>: @unchecked Sendable {
    let buffer: AlignedBuffer<Scalar>

    init(_ buffer: AlignedBuffer<Scalar>) { self.buffer = buffer }
}
