import Randomness
import Tensors

/// Makes the batches that a network learns from, each from its number alone.
///
/// Batch b holds the pictures at the positions b·size, …, b·size + size − 1 of an endless sequence of permutations of the whole set,
/// varied as the augmentation says. Order and variation depend on the seed and the position alone: batches can be made ahead, on
/// another thread, or again after a stop, and are the same to the last bit.
public struct BatchMaker: Sendable {
    /// The pictures that batches are made of.
    public let pictures: LabelledPictures
    /// How they are varied.
    public let augmentation: Augmentation
    /// The number of pictures of a batch.
    public let size: Int
    /// The places of a batch that are made; all of them unless other processes make the others.
    public let share: Range<Int>

    private let seed: UInt64
    private var order: PictureOrder
    private var row: [Float]

    /// A maker of batches of `size` pictures, or of the places `share` of each.
    /// - Precondition: There is a picture, the size is positive, and the share lies in it. Pictures with a label for each pixel are not augmented.
    public init(
        _ pictures: LabelledPictures, augmentation: Augmentation, size: Int, share: Range<Int>? = nil, seed: UInt64
    ) {
        let share = share ?? 0..<size
        precondition(size >= 1 && pictures.count >= 1, "a batch has pictures")
        precondition(!share.isEmpty && share.lowerBound >= 0 && share.upperBound <= size, "a share lies in its batch")
        precondition(
            pictures.labelling == .perPicture || augmentation == .none, "labels of pixels would have to move along")
        self.pictures = pictures
        self.augmentation = augmentation
        self.size = size
        self.share = share
        self.seed = seed
        order = PictureOrder(count: pictures.count, seed: seed)
        row = Array(repeating: 0, count: pictures.width * pictures.channels)
    }

    /// Writes the share of batch `number` over `batch`, which has been made for the same pictures and as many of them.
    /// - Complexity: O(pixels of the batch), and once in every pass over the set O(pictures) for the permutation.
    public mutating func fill(_ batch: inout Batch, number: Int) {
        let bytes = pictures.bytesPerPicture
        let perPicture = pictures.labelsPerPicture
        precondition(batch.pictures.count == share.count * bytes, "the batch was made for other pictures")
        for i in 0..<share.count {
            let position = number * size + share.lowerBound + i
            let place = order.picture(at: position)
            // One family of generators orders the passes, another varies the positions.
            var random = SeededGenerator(seed: ~seed, index: position)
            let variation = augmentation.draw(height: pictures.height, width: pictures.width, &random)
            pictures.pixels.withUnsafeBufferPointer { source in
                batch.pictures.withUnsafeMutableBufferPointer { target in
                    row.withUnsafeMutableBufferPointer { row in
                        guard let source = source.baseAddress, let target = target.baseAddress,
                            let row = row.baseAddress
                        else { return }
                        variation.apply(
                            to: source + place * bytes, height: pictures.height, width: pictures.width,
                            channels: pictures.channels, into: target + i * bytes, row: row)
                    }
                }
            }
            for j in 0..<perPicture { batch.labels[i * perPicture + j] = pictures.labels[place * perPicture + j] }
        }
    }
}
