import Foundation
import Testing

@testable import FastViTCommandLine

/// Whole command lines: what they print to standard output and standard error, and their exit codes.
@Suite("Command line: the tool")
struct CommandTableTests {
  private func run(_ arguments: String...) -> (ExitCode, output: String, errors: String) {
    var (output, errors) = ("", "")
    let code = CommandTable.demo.run(arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  @Test("A command runs and prints to standard output")
  func success() {
    #expect(run("scale", "-i", "a", "-o", "b") == (.success, "scaled a\n", ""))
  }

  @Test("A usage error is three lines on standard error and exit code 64")
  func usageError() {
    #expect(
      run("scale", "--inptu", "a")
        == (
          .usage, "",
          """
          error: unknown option '--inptu'; did you mean '--input'?
          usage: demo scale --input FILE --output FILE [options] [EXTRA]
          see 'demo scale --help'

          """
        )
    )
  }

  @Test(
    "A mistyped command gets the usage of the tool",
    arguments: [
      (["scael"], "unknown command 'scael'; did you mean 'scale'?"),
      (["help", "lst"], "unknown command 'lst'; did you mean 'list'?"),
      (["help", "list", "scale"], "unexpected argument 'scale'"),
      (["nothing-like-it"], "unknown command 'nothing-like-it'"),
      (["--verison"], "unknown option '--verison'; did you mean '--version'?"),
      ([""], "unknown command ''"),
    ]
  )
  func unknownCommand(arguments: [String], message: String) {
    var (output, errors) = ("", "")
    let code = CommandTable.demo.run(arguments, output: &output, errors: &errors)
    #expect(code == .usage)
    #expect(output.isEmpty)
    #expect(
      errors == """
        error: \(message)
        usage: demo COMMAND [options] [arguments]
        see 'demo --help'

        """
    )
  }

  @Test("A failure prints one line without control characters and sets the exit code")
  func failure() {
    #expect(
      run("list", "1") == (.data, "", #"error: a.ppm: found\n\u{1B}[31mred, expected P6"# + "\n")
    )
  }

  @Test("The version is printed alone")
  func version() {
    #expect(run("--version") == (.success, "1.2.3\n", ""))
  }

  @Test("Every way to ask for the tool's help prints it")
  func toolHelp() {
    let help = """
      OVERVIEW: Shows how commands are made.

      USAGE: demo COMMAND [options] [arguments]

      OPTIONS:
        --version   Show the version.
        -h, --help  Show this help.

      COMMANDS:
        scale  Scale an image to another size, with one of several kinds of
               interpolation.
        list   List images.

      See 'demo help COMMAND' for the help of a command.

      """
    #expect(run() == (.success, help, ""))
    #expect(run("--help") == (.success, help, ""))
    #expect(run("-h", "scale") == (.success, help, ""))
    #expect(run("help") == (.success, help, ""))
    #expect(run("help", "--help") == (.success, help, ""))
  }

  @Test("A command's help shows its description in 80 columns")
  func commandHelp() {
    let help = """
      OVERVIEW: Scale an image to another size, with one of several kinds of
      interpolation.

      A first paragraph that is long enough to be wrapped, so that one sees in its
      help that it was wrapped.

        an example, kept
        as it is

      A last one.

      USAGE: demo scale --input FILE --output FILE [--size HxW] [--mode MODE]
             [--bias X] [--top K] [--json] [EXTRA]

      ARGUMENTS:
        EXTRA  Anything.

      OPTIONS:
        -i, --input FILE   Read it.
        -o, --output FILE  Write it.
        --size HxW         How large.
        --mode MODE        How. (one of nearest, bilinear, bicubic; default: bicubic)
        --bias X           What to add. (default: 0.0)
        --top K            How many of the best. (default: 5)
        -j, --json         Print JSON.
        -h, --help         Show this help.

      """
    #expect(run("scale", "--help") == (.success, help, ""))
    #expect(run("scale", "--nonsense", "-h") == (.success, help, ""))
    #expect(run("help", "scale") == (.success, help, ""))
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("A term too long for its column has its own line; usage without options names none")
  func longTerms() {
    let help = HelpText(tool: "demo")
    let name = "a-name-of-twenty-tw"
    let option = Parameter<String>.requiredOption(name, "X", .string, help: "What it does.")
    let short = Parameter<String>.requiredOption(String(name.dropLast()), "X", .string, help: "Y.")
    let lines = help.command(
      CommandDescription(name: "x", abstract: "", parameters: [option, short])
    ).split(separator: "\n")
    #expect(
      lines.suffix(4) == [
        "  --a-name-of-twenty-tw X", "                          What it does.",
        "  --a-name-of-twenty-t X  Y.", "  -h, --help              Show this help.",
      ])
    #expect(HelpText.wrap("aaaa bbbbb cc", to: 10) == ["aaaa bbbbb", "cc"])
    #expect(help.usageLine(of: ListCommand.description) == "demo list FIRST [IMAGE ...]")
  }

  @Test("Exit codes have the values of sysexits.h")
  func exitCodes() {
    let codes: [ExitCode] = [
      .success, .checkFailed, .usage, .data, .noInput, .internal, .cannotCreate, .inputOutput,
    ]
    #expect(
      codes.map(\.rawValue) == [
        0, 1, EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, EX_CANTCREAT, EX_IOERR,
      ])
  }

  @Test("The help of help is the help of the tool")
  func helpOnHelp() {
    for arguments in [["help", "help"], ["help", "--help"], ["help", "-h"]] {
      var (output, errors) = ("", "")
      #expect(CommandTable.demo.run(arguments, output: &output, errors: &errors) == .success)
      #expect(output == run("help").output && errors.isEmpty)
    }
  }

  @Test("After --, --help is an argument")
  func noHelp() {
    #expect(run("list", "1", "--", "--help").0 == .data)
  }
}
