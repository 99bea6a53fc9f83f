import Testing

@testable import FastViTCommandLine

/// The words of a command line become the values of a command, or one error.
@Suite("Command line: arguments")
struct CommandLineTests {
  private let files = ["--input", "a", "--output", "b"]

  private func message(_ arguments: [String]) -> String? {
    do throws(UsageError) {
      _ = try ScaleCommand.parse(arguments)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("A value follows its option as the next word or after =, and options have short names")
  func forms() throws {
    let command = try ScaleCommand.parse([
      "-i", "in", "--output=x=y", "--size", "192X320", "--mode=nearest", "-j", "more",
    ])
    #expect(command.input == "in")
    #expect(command.output == "x=y")
    #expect(command.size == PixelSize(height: 192, width: 320))
    #expect(command.mode == .nearest)
    #expect(command.json)
    #expect(command.extra == "more")
  }

  @Test("A parameter that is left out has its default")
  func defaults() throws {
    let command = try ScaleCommand.parse(files)
    #expect(command.size == nil)
    #expect(command.mode == .bicubic)
    #expect(command.bias == 0)
    #expect(command.top == 5)
    #expect(!command.json)
    #expect(command.extra == nil)
  }

  @Test("Negative numbers and a dash alone are values, not options")
  func dashes() throws {
    let command = try ScaleCommand.parse(files + ["--top", "-3", "--bias", "-.5", "-"])
    #expect(command.top == -3)
    #expect(command.bias == -0.5)
    #expect(command.extra == "-")
    #expect(try ListCommand.parse(["-7", "a"]).first == -7)
  }

  @Test("All words after -- are positional")
  func endOfOptions() throws {
    let command = try ListCommand.parse(["1", "--", "--json", "--", "-x"])
    #expect(command.images == ["--json", "--", "-x"])
    #expect(try ListCommand.parse(["1"]).images.isEmpty)
  }

  @Test(
    "Each mistake has its message",
    arguments: [
      (["--inptu", "x"], "unknown option '--inptu'; did you mean '--input'?"),
      (["-input", "x"], "unknown option '-input'; did you mean '--input'?"),
      (["--zzzzzz=1"], "unknown option '--zzzzzz'"),
      (["-x"], "unknown option '-x'"),
      (["--size"], "missing value for '--size HxW'"),
      (["--size", "--json"], "missing value for '--size HxW'"),
      (["-i", "-j"], "missing value for '-i FILE'"),
      (["--json=yes"], "'--json' takes no value, but 'yes' is given"),
      (["--json", "-j"], "option '--json' is given twice"),
      (["--input", "x"], "option '--input' is given twice"),
      (["x", "y"], "unexpected argument 'y'"),
      (["--top", "many"], "invalid value 'many' for '--top': expected an integer from -5 to 1000"),
      (["--top=1001"], "invalid value '1001' for '--top': expected an integer from -5 to 1000"),
      (
        ["--top=99999999999999999999"],
        "invalid value '99999999999999999999' for '--top': expected an integer from -5 to 1000"
      ),
      (["--bias", "nan"], "invalid value 'nan' for '--bias': expected a number from -1.0 to 1.0"),
      (
        ["--mode", "bicubik"],
        "invalid value 'bicubik' for '--mode': expected one of nearest, bilinear, bicubic; "
          + "did you mean 'bicubic'?"
      ),
      ([""], "invalid value '' for EXTRA: expected some text"),
    ]
  )
  func mistakes(arguments: [String], expected: String) {
    #expect(message(files + arguments) == expected)
  }

  @Test(
    "Words other than HxW or a number, in range, are no size",
    arguments: ["", "x", "256x", "x256", "31x256", "256x4097", "1x2x3", "+64x64", "64 x64", "64.0"]
  )
  func wrongSizes(word: String) {
    #expect(
      message(files + ["--size", word])
        == "invalid value '\(word)' for '--size': "
        + "expected HxW, such as 256x192, with sides from 32 to 4096"
    )
  }

  @Test("A single number is the size of a square")
  func square() throws {
    #expect(
      try ScaleCommand.parse(files + ["--size", "64"]).size == PixelSize(height: 64, width: 64)
    )
  }

  @Test("The error of a missing parameter names it")
  func missing() {
    #expect(message(["--input", "a"]) == "missing option '--output FILE'")
    #expect(
      message(["--input=", "--output=b"])
        == "invalid value '' for '--input': expected a path"
    )
    #expect(throws: UsageError("missing argument FIRST")) { try ListCommand.parse([]) }
    #expect(throws: UsageError("invalid value 'x' for FIRST: expected an integer")) {
      try ListCommand.parse(["x"])
    }
  }

  @Test("A given parameter is told from one with its default; repeating arguments may be required")
  func given() throws {
    let number = Parameter<Int>.option("number", "N", .integer(), default: 3, help: "")
    let flag = Parameter<Bool>.flag("flag", help: "")
    let rest = Parameter<[String]>.arguments("REST", .string, isRequired: true, help: "")
    let parser = ArgumentParser(
      CommandDescription(name: "x", abstract: "", parameters: [number, flag, rest]))
    let arguments = try parser.parse(["--number", "3", "a", "b"])
    #expect(arguments.isGiven(number) && !arguments.isGiven(flag))
    #expect(arguments[rest] == ["a", "b"])
    #expect(throws: UsageError("missing argument REST")) { try parser.parse(["--flag"]) }
  }

  @Test("A size is printed as HxW")
  func sizes() {
    #expect(PixelSize(height: 192, width: 320).description == "192x320")
  }

  @Test("A command may check its parameters together")
  func commandsOwnError() {
    #expect(message(["-i", "a", "-o", "a"]) == "--input and --output are the same file")
  }

  @Test(
    "The distance counts insertions, deletions, replacements and exchanges of neighbours",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("input", "inptu", 1), ("kitten", "sitting", 3),
      ("ca", "abc", 3), ("abcd", "badc", 2), ("weights", "weight", 1),
    ]
  )
  func distances(from: String, to: String, expected: Int) {
    #expect(Suggestion.distance(Array(from), Array(to)) == expected)
  }

  @Test("Only a name near the word is suggested")
  func suggestions() {
    #expect(Suggestion.nearest(to: "infre", among: ["inspect", "infer", "help"]) == "infer")
    #expect(Suggestion.nearest(to: "--Weight", among: ["--weights"]) == "--weights")
    #expect(Suggestion.nearest(to: "bat", among: ["cat", "rat"]) == "cat", "the first of several")
    #expect(Suggestion.nearest(to: "abcdef", among: ["abcxyz"]) == nil, "half is not near")
    #expect(Suggestion.nearest(to: "q", among: ["a", "b"]) == nil)
    #expect(Suggestion.nearest(to: "", among: ["a"]) == nil)
    #expect(
      Suggestion.nearest(to: String(repeating: "a", count: 1_000_000), among: ["aa"]) == nil
    )
  }
}
