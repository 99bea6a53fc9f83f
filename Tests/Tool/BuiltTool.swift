import Foundation
import Testing

/// The tool as a process of its own.
enum BuiltTool {
  /// The executable that was built with the tests.
  static func url() throws -> URL {
    let tool = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("fastvit")
    try #require(FileManager.default.isExecutableFile(atPath: tool.path))
    return tool
  }

  /// Starts the tool with `arguments` and discards its output.
  static func start(_ arguments: [String]) throws -> Process {
    let tool = Process()
    tool.executableURL = try url()
    tool.arguments = arguments
    tool.standardOutput = nil
    tool.standardError = nil
    try tool.run()
    return tool
  }

  static func start(_ arguments: String...) throws -> Process { try start(arguments) }

  /// Runs a command line of the shell, in which `"$0"` is the tool, to its end, and returns its
  /// output.
  static func shell(_ line: String) throws -> (status: Int32, output: String) {
    let (shell, pipe) = (Process(), Pipe())
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", line, try url().path]
    shell.standardOutput = pipe
    try shell.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    shell.waitUntilExit()
    return (shell.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
