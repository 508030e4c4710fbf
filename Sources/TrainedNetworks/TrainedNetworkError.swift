import Foundation
import TensorFiles
import Training

/// Why a trained network of the library's own cannot be given.
public enum TrainedNetworkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The folder with the networks' files is not beside the program.
    case noFolder(looked: [String])
    /// There is no network of that name.
    case unknown(name: String, known: [String])
    /// A file of the networks' folder is not what it should be.
    case file(String, found: String, wanted: String)
    /// A checkpoint or a file of tensors cannot be read or written.
    case training(TrainingError)

    /// One sentence.
    public var description: String {
        switch self {
        case .noFolder(let looked):
            "the trained networks are not there: looked for \(looked.joined(separator: " and ")), wanted that folder of the build "
                + "beside the program"
        case .unknown(let name, let known):
            "there is no trained network '\(name)', only \(known.joined(separator: ", "))"
        case .file(let file, let found, let wanted): "\(file): found \(found), wanted \(wanted)"
        case .training(let error): "\(error)"
        }
    }
}
