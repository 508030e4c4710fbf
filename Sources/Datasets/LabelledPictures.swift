/// Pictures of one size with what is to be learned of them: a class for each picture, or a class for each pixel.
///
/// Pixels are bytes, channels-last, `[picture, row, column, channel]`; networks see them divided by 255.
public struct LabelledPictures: Sendable {
    /// What a label belongs to.
    public enum Labelling: Sendable, Hashable {
        /// There is one label for each picture.
        case perPicture
        /// There is one label for each pixel, `[picture, row, column]`.
        case perPixel
    }

    /// The number of rows of a picture.
    public let height: Int
    /// The number of columns of a picture.
    public let width: Int
    /// The number of channels of a pixel.
    public let channels: Int
    /// The names of the classes; a label is a place in this list.
    public let classNames: [String]
    /// What a label belongs to.
    public let labelling: Labelling
    /// The bytes of all pictures.
    public let pixels: [UInt8]
    /// The labels of all pictures.
    public let labels: [UInt8]

    /// The number of pictures.
    public var count: Int { pixels.count / bytesPerPicture }
    /// The number of bytes of a picture.
    public var bytesPerPicture: Int { height * width * channels }
    /// The number of labels of a picture.
    public var labelsPerPicture: Int { labelling == .perPicture ? 1 : height * width }

    /// A set of pictures.
    /// - Precondition: There are whole pictures only, a label for each of them or of their pixels, and a class for every label.
    public init(
        height: Int, width: Int, channels: Int, classNames: [String], labelling: Labelling = .perPicture,
        pixels: [UInt8], labels: [UInt8]
    ) {
        precondition(height >= 1 && width >= 1 && channels >= 1, "a picture has pixels")
        precondition((1...256).contains(classNames.count), "labels are bytes, and there is at least one class")
        precondition(pixels.count % (height * width * channels) == 0, "pictures are whole")
        let pictures = pixels.count / (height * width * channels)
        precondition(
            labels.count == pictures * (labelling == .perPicture ? 1 : height * width),
            "\(labels.count) labels do not belong to \(pictures) pictures")
        precondition(labels.allSatisfy { Int($0) < classNames.count }, "every label has a class")
        self.height = height
        self.width = width
        self.channels = channels
        self.classNames = classNames
        self.labelling = labelling
        self.pixels = pixels
        self.labels = labels
    }

    /// The pictures at the places in `range`, as a set of their own.
    public subscript(range: Range<Int>) -> LabelledPictures {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "there are \(count) pictures, not \(range)")
        return LabelledPictures(
            height: height, width: width, channels: channels, classNames: classNames, labelling: labelling,
            pixels: Array(pixels[range.lowerBound * bytesPerPicture..<range.upperBound * bytesPerPicture]),
            labels: Array(labels[range.lowerBound * labelsPerPicture..<range.upperBound * labelsPerPicture]))
    }

    /// All but the last pictures, and the last ones, which are `fraction` of all, rounded down.
    /// - Precondition: The fraction is from 0 to below 1.
    public func split(last fraction: Double) -> (training: LabelledPictures, validation: LabelledPictures) {
        precondition(fraction >= 0 && fraction < 1, "a part of the pictures, not all of them, is held out")
        let kept = count - Int(Double(count) * fraction)
        return (self[0..<kept], self[kept..<count])
    }
}

/// Pictures to learn from, and pictures of the same kind that are only looked at to test what was learned.
public struct Dataset: Sendable {
    /// What the set is called, such as `cifar-10`.
    public let name: String
    /// The pictures to learn from.
    public let training: LabelledPictures
    /// The pictures to test with.
    public let test: LabelledPictures
    /// Pictures that are held out: neither learned nor tested, but what an epoch is chosen by; nil where the set keeps none apart.
    public let validation: LabelledPictures?
    /// How pictures to learn from are varied.
    public let augmentation: Augmentation

    /// A data set.
    public init(
        name: String, training: LabelledPictures, test: LabelledPictures, validation: LabelledPictures? = nil,
        augmentation: Augmentation = .none
    ) {
        self.name = name
        self.training = training
        self.test = test
        self.validation = validation
        self.augmentation = augmentation
    }
}
