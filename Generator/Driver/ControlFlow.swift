/// Which instructions of a function can follow which, by basic blocks.
struct ControlFlow {
  /// The basic blocks: successive instructions, entered only at the first and left only at the last.
  let blocks: [Range<Int>]

  /// The blocks that can follow each block.
  let successors: [[Int]]

  init(_ instructions: [MachineFunction.Instruction]) {
    let places = Dictionary(
      uniqueKeysWithValues: instructions.enumerated().map { ($1.address, $0) })
    let jumps = instructions.map { Jump($0.text) }
    var starts: Set<Int> = [0]
    for (index, jump) in jumps.enumerated() where jump.kind != .none {
      starts.insert(index + 1)
      if let target = jump.target.flatMap({ places[$0] }) { starts.insert(target) }
    }
    let sorted = starts.filter { $0 < instructions.count }.sorted()
    blocks = zip(sorted, sorted.dropFirst() + [instructions.count]).map { $0..<$1 }
    let blockAt = Dictionary(
      uniqueKeysWithValues: blocks.enumerated().map { ($1.lowerBound, $0) })
    successors = blocks.map { block in
      guard let last = block.last else { return [] }
      let jump = jumps[last]
      var next: [Int] = []
      if jump.kind != .always, let following = blockAt[block.upperBound] { next.append(following) }
      if let target = jump.target.flatMap({ places[$0] }).flatMap({ blockAt[$0] }) {
        next.append(target)
      }
      return next
    }
  }

  /// The blocks of every natural loop that contains no other loop. A natural loop is a jump back to a
  /// block that every path to the jump passes, with all blocks between the two.
  var innermostLoops: [Set<Int>] {
    let dominators = immediateDominators()
    let predecessors = self.predecessors
    var loops: [Int: Set<Int>] = [:]
    for (block, next) in successors.enumerated() {
      for header in next where Self.dominates(header, block, dominators) {
        var body: Set<Int> = [header]
        var open = [block]
        while let one = open.popLast() {
          if body.insert(one).inserted { open += predecessors[one] }
        }
        loops[header, default: []].formUnion(body)
      }
    }
    return loops.filter { header, body in
      !loops.keys.contains { $0 != header && body.contains($0) }
    }.sorted { $0.key < $1.key }.map(\.value)
  }

  private var predecessors: [[Int]] {
    var predecessors = [[Int]](repeating: [], count: blocks.count)
    for (block, next) in successors.enumerated() {
      for one in next { predecessors[one].append(block) }
    }
    return predecessors
  }

  /// For each block, the last other block that every path to it passes; nil for the first block and for
  /// blocks that are never reached. (The algorithm of Cooper, Harvey and Kennedy.)
  private func immediateDominators() -> [Int?] {
    let order = reversePostorder()
    var rank = [Int](repeating: .max, count: blocks.count)
    for (index, block) in order.enumerated() { rank[block] = index }
    let predecessors = self.predecessors
    var dominators = [Int?](repeating: nil, count: blocks.count)
    guard let entry = order.first else { return [] }
    dominators[entry] = entry
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for block in order.dropFirst() {
        var common: Int?
        for one in predecessors[block] where dominators[one] != nil {
          guard var other = common else {
            common = one
            continue
          }
          var mine = one
          while mine != other {
            if rank[mine] > rank[other] {
              mine = dominators[mine] ?? entry
            } else {
              other = dominators[other] ?? entry
            }
          }
          common = mine
        }
        if dominators[block] != common {
          dominators[block] = common
          hasChanged = true
        }
      }
    }
    dominators[entry] = nil
    return dominators
  }

  private func reversePostorder() -> [Int] {
    var order: [Int] = []
    var isSeen = [Bool](repeating: false, count: blocks.count)
    var path: [(block: Int, next: Int)] = []
    if !blocks.isEmpty {
      path = [(0, 0)]
      isSeen[0] = true
    }
    while let (block, next) = path.last {
      guard next < successors[block].count else {
        order.append(block)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let successor = successors[block][next]
      if !isSeen[successor] {
        isSeen[successor] = true
        path.append((successor, 0))
      }
    }
    return order.reversed()
  }

  private static func dominates(_ one: Int, _ other: Int, _ dominators: [Int?]) -> Bool {
    var block: Int? = other
    while let current = block {
      if current == one { return true }
      block = dominators[current]
    }
    return false
  }
}

/// Whether and where an instruction leaves the straight line.
private struct Jump {
  enum Kind {
    case none
    case sometimes
    case always
  }

  let kind: Kind
  /// The address; nil where it is not written in the instruction.
  let target: Int?

  init(_ text: Substring) {
    let mnemonic = text.prefix { $0 != "\t" && $0 != " " }
    switch mnemonic {
    case "jmp", "jmpq", "b", "br", "ret", "retq", "ud2", "brk": kind = .always
    case let word where word.hasPrefix("j"): kind = .sometimes
    case let word where word.hasPrefix("b.") || word.hasPrefix("cb") || word.hasPrefix("tb"):
      kind = .sometimes
    default: kind = .none
    }
    // The address stands last, before `<symbol+offset>`.
    let words = text.prefix { $0 != "<" }.split { $0 == " " || $0 == "\t" || $0 == "," }
    let address = words.last.flatMap { $0.hasPrefix("0x") ? Int($0.dropFirst(2), radix: 16) : nil }
    target = kind == .none ? nil : address
  }
}
