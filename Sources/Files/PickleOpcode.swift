/// The instructions of pickle protocols 2 to 5 that a checkpoint may hold; the raw value is the code.
enum PickleOpcode: UInt8 {
  // Structure
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2E

  // Numbers and constants
  case none = 0x4E
  case newTrue = 0x88
  case newFalse = 0x89
  case integer32 = 0x4A
  case integer8 = 0x4B
  case integer16 = 0x4D
  case long8 = 0x8A
  case long32 = 0x8B
  case float = 0x47

  // Text and bytes; the number is the width of the byte count in bits
  case unicode8 = 0x8C
  case unicode32 = 0x58
  case unicode64 = 0x8D
  case string8 = 0x55
  case string32 = 0x54
  case bytes8 = 0x43
  case bytes32 = 0x42
  case bytes64 = 0x8E
  case byteArray64 = 0x96

  // Containers
  case mark = 0x28
  case emptyTuple = 0x29
  case tuple = 0x74
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyList = 0x5D
  case list = 0x6C
  case append = 0x61
  case appends = 0x65
  case emptyDictionary = 0x7D
  case dictionary = 0x64
  case setItem = 0x73
  case setItems = 0x75
  case emptySet = 0x8F
  case addItems = 0x90
  case frozenSet = 0x91

  // Stack and memo
  case pop = 0x30
  case popMark = 0x31
  case duplicate = 0x32
  case put8 = 0x71
  case put32 = 0x72
  case memoize = 0x94
  case get8 = 0x68
  case get32 = 0x6A

  // Classes, calls and objects, which become inert values
  case global = 0x63
  case stackGlobal = 0x93
  case reduce = 0x52
  case newObject = 0x81
  case newObjectWithKeywords = 0x92
  case build = 0x62
  case persistentIdentifier = 0x51
}
