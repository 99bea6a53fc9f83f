import FastViTCommandLine

/// The command line tool.
@main
struct Main {
  static let table = CommandTable(
    name: "fastvit",
    version: "0.1.0",
    abstract: "FastViT inference on CPUs.",
    discussion: """
      Exit status: 0 success, 1 a failed check, 64 usage, 65 bad data, 66 missing input, 70 an \
      internal error, 73 or 74 an output that cannot be created or written.
      """,
    commands: [
      ClassifyCommand.self, InferCommand.self, VariantsCommand.self, InspectCommand.self,
      GraphCommand.self, ConvertCommand.self, BenchCommand.self, ProfileCommand.self,
      TuneCommand.self, DoctorCommand.self,
    ])

  static func main() {
    table.main()
  }
}
