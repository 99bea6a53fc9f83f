import FastViTOperations

extension AttentionTile {
  /// The whole file: the kernel, then the functions that it calls, in the order of the calls.
  func text(banner: (inout Printer, String) -> Void) -> String {
    var printer = Printer()
    banner(&printer, "row \(shape) of AttentionPlan")
    writeFunction(to: &printer)
    for keys in row.keys == 1 ? [1] : [row.keys, 1] {
      printer.line()
      writeScores(keys, to: &printer)
    }
    printer.line()
    writeExponentials(to: &printer)
    printer.line()
    writeWeightedSum(to: &printer)
    return printer.text
  }

  private var vectors: Range<Int> { 0..<row.vectors }
  private var lanes: Int { row.target.lanes }
  private var dimension: Int { row.headDimension }

  /// The text of one item per vector of the tile: a single item, or a tuple.
  private func list(_ item: (Int) -> String) -> String {
    let items = vectors.map(item).joined(separator: ", ")
    return row.vectors == 1 ? items : "(\(items))"
  }

  /// The type of a value with one vector per vector of the tile.
  private var group: String { list { _ in "Vector" } }

  private func member(_ name: String, _ vector: Int) -> String {
    row.vectors == 1 ? name : "\(name).\(vector)"
  }

  private func offset(_ base: String, _ places: Int) -> String {
    places == 0 ? base : "\(base) + \(places)"
  }

  private func writeFunction(to printer: inout Printer) {
    printer.lines(
      """
      /// softmax(q · kᵀ) · v, \(queries) queries at a time: \(row.vectors) vectors whose lanes are queries.
      @inline(never)
      package func \(name)(
        queries firstQuery: Int, to endQuery: Int, tokens: Int, heads firstHead: Int, to endHead: Int,
        channels: Int,
        input: UnsafeRawPointer, inputPitch: Int,
        scratch: UnsafeMutableRawPointer,
        output: UnsafeMutableRawPointer, outputPitch: Int
      """)
    printer.block(") {") { printer in
      printer.lines(
        """
        precondition(0 <= firstQuery && firstQuery <= endQuery && endQuery <= tokens)
        precondition(0 <= firstHead && firstHead <= endHead && \(dimension) * endHead <= channels)
        precondition(inputPitch >= 3 * channels && outputPitch >= channels)
        let (input, scratch, output) = (floats(input), floats(scratch), floats(output))

        // Scratch holds the queries as [dimension][query], later the results in the same place, and the
        // scores as [token][query], later their exponentials. Lanes without a query compute on zeros.
        let queries = scratch
        let weights = scratch + \(dimension * queries)
        """)
      printer.block("for head in firstHead..<endHead {") { printer in
        printer.lines(
          """
          let keys = input + channels + head * \(dimension)
          let values = keys + channels
          var query = firstQuery
          """)
        printer.block("while query < endQuery {") { printer in
          printer.line("let count = min(endQuery - query, \(queries))")
          writeTransposes(to: &printer)
        }
      }
    }
  }

  /// One group of queries, from the input to the output.
  private func writeTransposes(to printer: inout Printer) {
    // Ranges, not strides: the compiler does not always inline the iterator of a stride.
    let block = "for block in 0..<\(queries / lanes) {"
    let dimensions = "for d in 0..<\(dimension / lanes) {"
    let places = "let (block, d) = (block * \(lanes), d * \(lanes))"
    printer.line("let source = input + query * inputPitch + head * \(dimension)")
    printer.block(block) { printer in
      printer.block(dimensions) { printer in
        printer.line(places)
        printer.lines(
          """
          transposeBlock(
            rows: count - block, columns: \(lanes), from: source + block * inputPitch + d,
            pitch: inputPitch, to: queries + d * \(queries) + block, pitch: \(queries))
          """)
      }
    }
    printer.lines(
      """
      let largest = attentionScores(queries, keys, inputPitch, tokens, into: weights)
      let total = attentionExponentials(weights, tokens, less: largest)
      attentionWeightedSum(weights, values, inputPitch, tokens, by: total, into: queries)
      let target = output + query * outputPitch + head * \(dimension)
      """)
    printer.block(block) { printer in
      printer.block(dimensions) { printer in
        printer.line(places)
        printer.lines(
          """
          transposeBlock(
            rows: \(lanes), columns: count - block, from: queries + d * \(queries) + block,
            pitch: \(queries), to: target + block * outputPitch + d, pitch: outputPitch)
          """)
      }
    }
    printer.line("query += \(queries)")
  }

  /// The first product, q · kᵀ: the function for a tile of `keys` keys, after the loop over all keys
  /// where that is the plan's tile.
  private func writeScores(_ keys: Int, to printer: inout Printer) {
    if keys == row.keys { writeAllScores(to: &printer) }
    printer.lines(
      """
      /// Writes the scores of \(keys == 1 ? "one key" : "\(keys) keys") and returns the largest so far.
      @inline(always)
      private func attentionScores\(keys)(
        _ queries: UnsafePointer<Float>, _ keys: UnsafePointer<Float>, _ pitch: Int,
        into weights: UnsafeMutablePointer<Float>, _ largest: \(group)
      """)
    printer.block(") -> \(group) {") { printer in
      for key in 0..<keys {
        for vector in vectors { printer.line("var s\(key)_\(vector) = Vector()") }
      }
      printer.block("for d in 0..<\(dimension) {") { printer in
        for vector in vectors {
          let place = offset("queries + d * \(queries)", vector * lanes)
          printer.line("let q\(vector) = load(\(place))")
        }
        for key in 0..<keys {
          let first = key == 0 ? "keys" : key == 1 ? "keys + pitch" : "keys + \(key) * pitch"
          printer.line("let k\(key) = broadcast(\(first) + d)")
          for vector in vectors {
            printer.line("addProduct(&s\(key)_\(vector), q\(vector), k\(key))")
          }
        }
      }
      printer.line("var largest = largest")
      for key in 0..<keys {
        for vector in vectors {
          let (sum, most) = ("s\(key)_\(vector)", member("largest", vector))
          printer.line("store(\(sum), \(offset("weights", key * queries + vector * lanes)))")
          printer.line("\(most) = \(most).replacing(with: \(sum), where: \(sum) .> \(most))")
        }
      }
      printer.line("return largest")
    }
  }

  private func writeAllScores(to printer: inout Printer) {
    let type = "attentionScores"
    printer.lines(
      """
      /// Writes `weights[token][query]` = q · k and returns the largest of every query.
      @inline(always)
      private func \(type)(
        _ queries: UnsafePointer<Float>, _ keys: UnsafePointer<Float>, _ pitch: Int, _ tokens: Int,
        into weights: UnsafeMutablePointer<Float>
      """)
    printer.block(") -> \(group) {") { printer in
      printer.line("let lowest = Vector(repeating: -Float.infinity)")
      printer.line("var largest = \(list { _ in "lowest" })")
      printer.line("var token = 0")
      if row.keys > 1 {
        printer.line("// The last tile starts early enough to be whole, and repeats some scores.")
        printer.block("if tokens >= \(row.keys) {") { printer in
          printer.block("while token < tokens {") { printer in
            printer.line("token = min(token, tokens - \(row.keys))")
            writeScoresCall(row.keys, to: &printer)
          }
        }
      }
      printer.block("while token < tokens {") { printer in
        writeScoresCall(1, to: &printer)
      }
      printer.line("return largest")
    }
    printer.line()
  }

  private func writeScoresCall(_ keys: Int, to printer: inout Printer) {
    printer.lines(
      """
      largest = attentionScores\(keys)(
        queries, keys + token * pitch, pitch, into: weights + token * \(queries), largest)
      token += \(keys)
      """)
  }

  private func writeExponentials(to printer: inout Printer) {
    printer.lines(
      """
      /// Replaces each score by e to the power of its distance from the largest, and returns the sums.
      @inline(always)
      private func attentionExponentials(
        _ weights: UnsafeMutablePointer<Float>, _ tokens: Int, less largest: \(group)
      """)
    printer.block(") -> \(group) {") { printer in
      printer.line("var total = \(list { _ in "Vector()" })")
      printer.block("for token in 0..<tokens {") { printer in
        printer.line("let place = weights + token * \(queries)")
        for vector in vectors {
          let place = offset("place", vector * lanes)
          printer.line(
            "let w\(vector) = exponential(load(\(place)) - \(member("largest", vector)))")
          printer.line("store(w\(vector), \(place))")
          printer.line("\(member("total", vector)) += w\(vector)")
        }
      }
      printer.line("return total")
    }
  }

  /// The second product, weights · v: its tile has dimensions where the first product's has keys.
  private func writeWeightedSum(to printer: inout Printer) {
    printer.lines(
      """
      /// Writes `results[dimension][query]`: the values' sum by weight, divided by the total weight.
      @inline(always)
      private func attentionWeightedSum(
        _ weights: UnsafePointer<Float>, _ values: UnsafePointer<Float>, _ pitch: Int, _ tokens: Int,
        by total: \(group), into results: UnsafeMutablePointer<Float>
      """)
    printer.block(") {") { printer in
      printer.block("for d in stride(from: 0, to: \(dimension), by: \(row.keys)) {") { printer in
        for column in 0..<row.keys {
          for vector in vectors { printer.line("var s\(column)_\(vector) = Vector()") }
        }
        printer.block("for token in 0..<tokens {") { printer in
          for vector in vectors {
            printer.line(
              "let w\(vector) = load(\(offset("weights + token * \(queries)", vector * lanes)))")
          }
          printer.line("let value = values + token * pitch + d")
          for column in 0..<row.keys {
            printer.line("let v\(column) = broadcast(\(offset("value", column)))")
            for vector in vectors {
              printer.line("addProduct(&s\(column)_\(vector), w\(vector), v\(column))")
            }
          }
        }
        printer.line("let result = results + d * \(queries)")
        for column in 0..<row.keys {
          for vector in vectors {
            let place = offset("result", column * queries + vector * lanes)
            printer.line("store(s\(column)_\(vector) / \(member("total", vector)), \(place))")
          }
        }
      }
    }
  }
}
