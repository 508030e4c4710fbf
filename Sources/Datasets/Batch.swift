import Tensors

/// Some pictures as a network takes them, with their labels.
public struct Batch: Sendable {
    /// The pictures, `[batch, height, width, channels]`, from 0 to 1.
    public var pictures: Tensor
    /// The labels, one for each picture or pixel.
    public var labels: [UInt8]

    /// A batch of black pictures of class 0, to be filled.
    public init(of set: LabelledPictures, count: Int) {
        pictures = Tensor([count, set.height, set.width, set.channels])
        labels = Array(repeating: 0, count: count * set.labelsPerPicture)
    }
}

extension LabelledPictures {
    /// Writes the pictures from place `first` on, unvaried, in their own order; after the last one it begins again with the first.
    public func fill(_ batch: inout Batch, from first: Int) {
        let count = batch.pictures.shape[0]
        precondition(self.count > 0, "there are pictures to fill a batch with")
        batch.pictures.withUnsafeMutableBufferPointer { target in
            for i in 0..<count {
                let source = (first + i) % self.count * bytesPerPicture
                for j in 0..<bytesPerPicture {
                    target[i * bytesPerPicture + j] = Float(pixels[source + j]) / PictureEncoding.white
                }
            }
        }
        for i in 0..<count {
            let source = (first + i) % self.count * labelsPerPicture
            for j in 0..<labelsPerPicture { batch.labels[i * labelsPerPicture + j] = labels[source + j] }
        }
    }
}
