/// Emits the lists of `Sources/KernelCatalog/Generated`: one file a family, one list a target.
struct CatalogueEmitter {
  static let folder = "Sources/KernelCatalog/Generated"

  let family: any Family

  func files() throws -> [KernelFile] {
    guard let descriptor = family.descriptor else { return [] }
    return try Target.all.compactMap { target in
      let entries = try family.entries(for: target)
      if let twice = duplicate(entries.map(\.name)) { throw PlanError.duplicate(twice) }
      return KernelFile(
        path: "\(Self.folder)/\(descriptor)+\(target.name).swift",
        text: text(descriptor, target, entries))
    }
  }

  private func duplicate(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }

  private func text(_ descriptor: String, _ target: Target, _ entries: [CatalogueEntry]) -> String {
    var printer = Printer()
    family.banner(&printer, row: "the plan of \(descriptor)")
    printer.line("import KernelContract")
    if let condition = target.condition { printer.line("\n#if \(condition)") }
    if !entries.isEmpty { printer.line("import \(target.module)") }
    printer.line()
    printer.block("extension \(descriptor) {") { printer in
      printer.line("/// The kernels of module \(target.module).")
      let list = "package static let \(target.instructionSet.rawValue): [\(descriptor)] = ["
      if entries.isEmpty { return printer.line(list + "]") }
      printer.block(list, closing: "]") { printer in
        for entry in entries { Self.write(entry, descriptor, target, to: &printer) }
      }
    }
    if target.condition != nil {
      printer.line("#else")
      printer.block("extension \(descriptor) {") { printer in
        printer.line("/// Module \(target.module) is not built for this architecture.")
        printer.line(
          "package static let \(target.instructionSet.rawValue): [\(descriptor)] = []")
      }
      printer.line("#endif")
    }
    return printer.text
  }

  /// The entry as an element of a list of descriptors.
  static func write(
    _ entry: CatalogueEntry, _ descriptor: String, _ target: Target, to printer: inout Printer
  ) {
    var arguments = [
      "name: \"\(entry.name)\"", "instructionSet: .\(target.instructionSet.rawValue)",
    ]
    arguments += entry.arguments
    if let epilogue = entry.epilogue { arguments.append("epilogue: .\(epilogue.rawValue)") }
    arguments.append("registers: \(entry.registers)")
    if let loads = entry.loadsPerMultiplyAdd {
      arguments.append("loadsPerMultiplyAdd: \(rounded(loads))")
    }
    arguments.append("function: \(target.module).\(entry.name)")
    printer.list("\(descriptor)(", arguments, "),")
  }
}

/// `value` with three digits after the point, without Foundation's locale.
func rounded(_ value: Double) -> Double {
  (value * 1000).rounded() / 1000
}
