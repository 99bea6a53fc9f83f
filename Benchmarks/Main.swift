import FastViTCommandLine

/// The benchmark tool.
@main
struct Main {
  static let table = CommandTable(
    name: "fastvit-bench",
    version: "0.1.0",
    abstract: "Times FastViT's operations on this machine.",
    discussion: """
      Exit status: 0 success, 1 a check that found what it looks for, 64 usage, 65 bad data, 66 \
      missing input, 70 a fault of this tool, 73 or 74 an output that cannot be created or written.
      """,
    commands: [OpsCommand.self, RankCommand.self, VerifyCommand.self, CasesCommand.self])

  static func main() {
    table.main()
  }
}
