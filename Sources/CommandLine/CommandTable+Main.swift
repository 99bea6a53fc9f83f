import Foundation

extension CommandTable {
  /// Runs the command line of this process and ends the process.
  package func main() -> Never {
    // A reader that closes the pipe, as `head` does, and a file that exceeds `ulimit -f` shall be
    // errors of `write`. As signals they would end the process and leave temporary files behind.
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

  /// Opens `/dev/null` for reading on each standard descriptor that is closed. Otherwise a file opened
  /// later gets the descriptor, and printed errors and results are written into that file.
  private static func occupyStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Runs the command line `arguments`, without the name of the executable, and prints failures to
  /// `errors`.
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
