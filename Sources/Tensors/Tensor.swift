/// A dense array of single-precision numbers with any number of axes, stored row-major and aligned to 64 bytes.
///
/// Activations are `[batch, height, width, channels]`, kernels `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
///
/// A tensor is a value: a copy shares memory with its original until one of them is written to. Reading never allocates, writing
/// allocates only where the memory is shared.
public struct Tensor: Sendable {
    /// The extents of the axes.
    public private(set) var shape: TensorShape

    @usableFromInline var storage: TensorStorage

    /// A tensor whose elements all equal `value`.
    public init(_ shape: TensorShape, repeating value: Float = 0) {
        self.init(shape) { $0.initialize(repeating: value) }
    }

    /// A tensor of the given elements in row-major order.
    /// - Precondition: There are as many elements as the shape holds.
    public init(_ shape: TensorShape, _ elements: [Float]) {
        precondition(
            elements.count == shape.count,
            "a tensor of shape \(shape) has \(shape.count) elements, not \(elements.count)")
        self.init(shape) { _ = $0.initialize(fromContentsOf: elements) }
    }

    /// A tensor whose memory `initialize` fills.
    ///
    /// The memory handed over is uninitialised and aligned to 64 bytes; `initialize` must write every element, in row-major order.
    /// It saves the pass over memory that filling with zeros first would cost.
    /// - Throws: What `initialize` throws; there is no tensor then.
    @inlinable public init<E: Error>(
        _ shape: TensorShape, initialize: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void
    ) throws(E) {
        let storage = TensorStorage(count: shape.count)
        try initialize(storage.elements)
        self.init(shape: shape, storage: storage)
    }

    @usableFromInline init(shape: TensorShape, storage: TensorStorage) {
        self.shape = shape
        self.storage = storage
    }

    /// The number of elements.
    @inlinable public var count: Int { storage.elements.count }

    /// The elements in row-major order, copied.
    public var elements: [Float] { withUnsafeBufferPointer { [Float]($0) } }

    /// Sets every element to `value`.
    public mutating func fill(with value: Float) {
        withUnsafeMutableBufferPointer { $0.update(repeating: value) }
    }

    /// The tensor of the same shape whose elements are `transform` of this one's.
    /// - Throws: What `transform` throws.
    @inlinable public func map<E: Error>(_ transform: (Float) throws(E) -> Float) throws(E) -> Tensor {
        try Tensor(shape) { (result) throws(E) in
            try withUnsafeBufferPointer { (source) throws(E) in
                for i in 0..<source.count { result[i] = try transform(source[i]) }
            }
        }
    }
}

extension Tensor {
    /// Calls `body` with the elements in row-major order. The pointer, aligned to 64 bytes, is valid during the call only.
    /// - Throws: What `body` throws.
    @inlinable public func withUnsafeBufferPointer<Result, E: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(E) -> Result
    ) throws(E) -> Result {
        try withExtendedLifetime(storage) { () throws(E) in try body(UnsafeBufferPointer(storage.elements)) }
    }

    /// Calls `body` with the elements in row-major order for reading and writing. The pointer, aligned to 64 bytes, is valid during
    /// the call only.
    ///
    /// Shared memory is copied first; a tensor about to be overwritten whole is better made anew.
    /// - Throws: What `body` throws.
    @inlinable public mutating func withUnsafeMutableBufferPointer<Result, E: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> Result
    ) throws(E) -> Result {
        if !isKnownUniquelyReferenced(&storage) { storage = TensorStorage(copying: storage) }
        return try withExtendedLifetime(storage) { () throws(E) in try body(storage.elements) }
    }
}

extension Tensor: Equatable {
    /// Whether shapes and all elements are equal, elements as numbers: 0 equals −0, and NaN equals nothing.
    public static func == (a: Tensor, b: Tensor) -> Bool {
        a.shape == b.shape && a.withUnsafeBufferPointer { x in b.withUnsafeBufferPointer { y in x.elementsEqual(y) } }
    }
}

extension Tensor: CustomStringConvertible {
    /// The shape: `Tensor [1, 32, 32, 3]`.
    public var description: String { "Tensor \(shape)" }
}
