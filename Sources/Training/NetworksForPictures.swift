import Datasets
import NeuralNetworks

extension StandardNetwork {
    /// The network for the size, the channels and the classes of `pictures`; one that finds objects has scores of its own, whatever the
    /// pictures' classes.
    public func description(for pictures: LabelledPictures) -> NetworkDescription {
        description(
            classes: findsObjects ? nil : pictures.classNames.count, height: pictures.height, width: pictures.width,
            channels: pictures.channels)
    }
}

extension NetworkGraph {
    /// The graph of a network that learns or labels `pictures`, for their size.
    ///
    /// - Throws: `TrainingError.pictures` where they have other channels than it takes, or other labels than it scores.
    public init(_ network: NetworkDescription, for pictures: LabelledPictures) throws(TrainingError) {
        guard network.channels == pictures.channels else {
            throw .pictures(found: "\(pictures.channels) channels", wanted: "\(network.channels)")
        }
        do {
            try self.init(network, height: pictures.height, width: pictures.width)
        } catch {
            throw .pictures(
                found: "pictures of \(pictures.height)×\(pictures.width) pixels", wanted: "others (\(error))")
        }
        let places = output.height * output.width
        guard places == pictures.labelsPerPicture else {
            throw .pictures(
                found: pictures.labelling == .perPixel ? "a label for each pixel" : "one label for each picture",
                wanted: places == 1 ? "one for each picture" : "\(places) for its scores")
        }
        guard output.channels >= pictures.classNames.count else {
            throw .pictures(
                found: "\(pictures.classNames.count) classes", wanted: "at most the \(output.channels) it scores")
        }
    }
}
