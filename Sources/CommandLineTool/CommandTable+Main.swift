import Foundation

extension CommandTable {
  /// Reads the command line of the process, runs what it asks for, and ends the process.
  package func main() -> Never {
    // A reader that goes away, as `head` does, and a file beyond the limit of `ulimit` are errors of
    // `write`, not the end by a signal that leaves half a file.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    Self.occupyStandardDescriptors()
    var output = StandardOutput()
    var errors = StandardError()
    var code = run(Array(CommandLine.arguments.dropFirst()), output: &output, errors: &errors)
    do throws(CommandFailure) {
      try output.flush()
    } catch {
      report(error.message, to: &errors)
      if code == .success { code = error.exitCode }
    }
    exit(code.rawValue)
  }

  /// Gives the standard descriptors that the caller closed to a file that cannot be written, so that no
  /// file opened later gets one of them, and with it the errors and results that are printed.
  private static func occupyStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Runs what `arguments` ask for, with the failures printed to `errors`.
  package func run(
    _ arguments: [String],
    output: inout some TextOutputStream,
    errors: inout some TextOutputStream
  ) -> ExitCode {
    let invocation: Invocation
    do throws(UsageFailure) {
      invocation = try parse(arguments)
    } catch {
      report(error.error.message, to: &errors)
      errors.write("usage: \(error.usage)\nsee '\(error.help)'\n")
      return .usage
    }
    switch invocation {
    case .show(let text):
      output.write(text)
      return .success
    case .run(let command):
      do throws(CommandFailure) {
        try command.run(to: &output)
        return .success
      } catch {
        report(error.message, to: &errors)
        return error.exitCode
      }
    }
  }

  private func report(_ message: String, to errors: inout some TextOutputStream) {
    errors.write("error: \(message.printable)\n")
  }
}
