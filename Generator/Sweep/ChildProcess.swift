import Dispatch
import Foundation

/// Another program that runs until it ends or is interrupted.
enum ChildProcess {
  /// Runs a program that is looked up in `PATH`; what it prints goes to standard error.
  ///
  /// - Parameter patience: seconds that the interrupted program has to end by itself.
  /// - Returns: its exit status; nil where it was interrupted at `deadline`.
  static func run(
    _ words: [String], until deadline: DispatchTime, patience: Double = 3
  ) throws(SweepFailure) -> Int32? {
    let process = prepared(words)
    process.standardOutput = FileHandle.standardError
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try start(process, words)
    guard ended.wait(timeout: deadline) == .timedOut else { return process.terminationStatus }
    // A build that is interrupted ends its compilers, too. A program that was started in the background
    // may ignore the interrupt.
    process.interrupt()
    if ended.wait(timeout: .now() + patience) == .timedOut {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    return nil
  }

  /// Runs a program to its end and returns its exit status and what it printed.
  static func output(_ words: [String]) throws(SweepFailure) -> (status: Int32, text: String) {
    let process = prepared(words)
    let pipe = Pipe()
    process.standardOutput = pipe
    try start(process, words)
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static func prepared(_ words: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    return process
  }

  private static func start(_ process: Process, _ words: [String]) throws(SweepFailure) {
    do {
      try process.run()
    } catch {
      throw SweepFailure(.internal, "\(words[0]) cannot be run: \(error.localizedDescription)")
    }
  }
}
