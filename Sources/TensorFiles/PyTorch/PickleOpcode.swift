/// The instructions of Python's pickle format, protocols 0 to 5, under the names that `pickletools` gives them.
enum PickleOpcode: UInt8 {
    // What state dictionaries are made of.
    case proto = 0x80, frame = 0x95, stop = 0x2E
    case none = 0x4E, newTrue = 0x88, newFalse = 0x89
    case binInt = 0x4A, binInt1 = 0x4B, binInt2 = 0x4D, long1 = 0x8A, long4 = 0x8B, binFloat = 0x47
    case binUnicode = 0x58, shortBinUnicode = 0x8C, binUnicode8 = 0x8D
    case binBytes = 0x42, shortBinBytes = 0x43, binBytes8 = 0x8E
    case mark = 0x28, pop = 0x30, popMark = 0x31
    case emptyTuple = 0x29, tuple = 0x74, tuple1 = 0x85, tuple2 = 0x86, tuple3 = 0x87
    case emptyList = 0x5D, append = 0x61, appends = 0x65
    case emptyDict = 0x7D, setItem = 0x73, setItems = 0x75
    case binGet = 0x68, longBinGet = 0x6A, binPut = 0x71, longBinPut = 0x72, memoize = 0x94
    case global = 0x63, stackGlobal = 0x93, binPersID = 0x51, reduce = 0x52, build = 0x62

    /// The name of an instruction that is refused, or its number where there is none.
    static func nameOfRefused(_ code: UInt8) -> String {
        switch code {
        case 0x81: "NEWOBJ"
        case 0x92: "NEWOBJ_EX"
        case 0x69: "INST"
        case 0x6F: "OBJ"
        case 0x50: "PERSID"
        case 0x82: "EXT1"
        case 0x83: "EXT2"
        case 0x84: "EXT4"
        case 0x32: "DUP"
        case 0x49: "INT"
        case 0x4C: "LONG"
        case 0x46: "FLOAT"
        case 0x53: "STRING"
        case 0x54: "BINSTRING"
        case 0x55: "SHORT_BINSTRING"
        case 0x56: "UNICODE"
        case 0x6C: "LIST"
        case 0x64: "DICT"
        case 0x67: "GET"
        case 0x70: "PUT"
        case 0x8F: "EMPTY_SET"
        case 0x90: "ADDITEMS"
        case 0x91: "FROZENSET"
        case 0x96: "BYTEARRAY8"
        case 0x97: "NEXT_BUFFER"
        case 0x98: "READONLY_BUFFER"
        default: "0x" + String(code, radix: 16)
        }
    }
}
