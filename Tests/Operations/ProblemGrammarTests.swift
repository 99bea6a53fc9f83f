import FastViTTestSupport
import Testing

@testable import FastViTOperations

/// Problems are written and read in one notation.
@Suite struct ProblemGrammarTests {
  private func error(_ text: String) -> String? {
    do throws(ProblemError) {
      _ = try NamedProblem(parsing: text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    "ic3ih256oc64oh128kh3sh2ph1n\"stem.0\"+gelu",
    "ic3ih256oc64oh128kh3sh2ph1+gelu+nhwc",
    "g48ic48ih64oc48oh64kh7ph3n\"stage1 ffn dw\"*2",
    "g48ic48ih64iw80oc96oh32ow40kh7sh2ph3",
    "ic48ih64oc144oh64kh1+gelu", "ic48ih64oc144oh64kh1+residual*12",
    "ic1ih5oc1oh5kh1", "attention:ic1536ih8hd32n\"λ, é #\"*6", "pool:ic768ih8iw1",
    "scale:ic768ih8+gelu", "scale:ic768ih8", "add:ic3ih2", "gelu:ic16ih1", "relu:ic16ih1",
    // An image has no surplus lanes; with them this one would be too large.
    "ic3ih9000oc16oh143kh3sh63ph1", "sigmoid:ic16ih1", "from-planar:ic3ih9", "to-planar:ic3ih9",
  ])
  func roundTrip(_ text: String) throws {
    #expect(try NamedProblem(parsing: text).description == text)
  }

  @Test func everyProblemIsReadBack() throws {
    var random = SeededGenerator(7)
    for _ in 0..<2000 {
      let problem = NamedProblem.random(&random)
      let read = try NamedProblem(parsing: "  \(problem) \r")
      #expect(read == problem, "\(problem)")
    }
  }

  @Test func benchdnnForms() throws {
    let short = try NamedProblem(parsing: "g48ic48ih64oc96kh7sh2ph3").problem
    let long = "mb1g48ic48ih64iw64oc96oh32ow32kh7kw7sh2sw2ph3pw3"
    #expect(try NamedProblem(parsing: long).problem == short)
    let geometry = ConvolutionGeometry(kernel: 7, stride: 2)
    let shape = FeatureShape(height: 64, width: 64, channels: 48)
    #expect(short == OperationProblem(.depthwise(geometry, multiplier: 2), on: shape))
    #expect(short.output == FeatureShape(height: 32, width: 32, channels: 96))
  }

  @Test func errorsSayWhereAndWhat() {
    let cases = [
      "": "column 1: found no 'ih', expected it",
      "ic3ih4oc4kh1x9": "column 13: found 'x', expected one of mb, g, ic",
      "ic3ic4ih4": "column 4: found 'ic' again, expected every field once",
      "ic3ihoc4": "column 4: found 'ihoc', expected one of mb, g",
      "ic3ih": "column 6: found the end, expected a number from 0 to 1048576",
      "ic99999999999999999999ih4": "column 3: found '99999999999999999999', expected a number",
      "ic0ih4oc4kh1": "found ic0, expected ic from 1 to",
      "mb2ic3ih4oc4kh1": "found mb2, expected mb1",
      "g2ic4ih4oc4kh1": "found g2ic4, expected g to be 1 or ic",
      "g4ic4ih4oc6kh1": "found g4oc6, expected oc to be a multiple of g",
      "ic3ih4oc4kh2": "found kh2, expected an odd kernel",
      "ic3ih4oc4kh65ph32": "found kh65, expected kh from 1 to 63",
      "ic3ih4oc4kh3": "found ph0, expected ph1",
      "ic3ih4oc4kh3kw5ph1": "found kw5, expected kw3",
      "ic3ih4oc4kh3ph1pw0": "found pw0, expected pw1",
      "ic3ih4oc4kh1sh2sw1": "found sw1, expected sw2",
      "ic3ih4oc4kh1sh64": "found sh64, expected sh from 1 to 63",
      "ic3ih4oc4ow5kh1": "found ow5, expected ow4",
      "ic3ih4oc4oh4kh3sh2ph1": "found oh4, expected oh2",
      "ic3ih4oc4kh1+": "column 14: found '', expected one of gelu",
      "ic3ih4oc4kh1+gelu+relu": "column 19: found 'relu', expected one of gelu",
      "ic3ih4oc4kh1+bias": "found 'bias', expected one of gelu",
      "g3ic3ih4oc3kh3ph1+residual": "found +residual, expected an epilogue",
      "ic3ih4oc3kh3ph1+residual": "found +residual, expected an epilogue",
      "ic3ih4oc4kh1+nhwc": "found +nhwc, expected a dense convolution",
      "ic3ih4oc4kh1*0": "found '0', expected a number from 1",
      "ic3ih4oc4kh1n\"stem": "column 19: found the end, expected the name's closing quote",
      "ic3ih4oc4kh1 ic": "column 14: found 'ic', expected the end",
      "ic3ih4oc4kh1é": "column 13: found 'é', expected the end",
      "pole:ic3ih4": "found 'pole:', expected one of attention:, pool:",
      "atention:ic96ih8hd32": "found 'atention:', expected one of attention:, pool:",
      "pool:ic3ih4oc4": "column 12: found 'oc', expected one of mb, ic, ih, iw",
      "pool:ic3ih4hd32": "found 'hd', expected one of mb, ic, ih, iw",
      "pool:ic3ih4+gelu": "found +gelu, expected an epilogue",
      "attention:ic100ih4hd32": "found ic100hd32, expected ic to be a multiple of 3 · hd",
      "ic1048576ih1048576oc1kh1": "expected at most 268435456",
      "gelu:ic1ih8192": "found a map or weights of 1073741824 values, expected at most 268435456",
      "pool:ic1ih8192": "found a map or weights of 1073741824 values, expected at most 268435456",
      "ic1048576ih1oc1048576kh1": "expected at most 268435456",
    ]
    for (text, expected) in cases {
      #expect(error(text)?.contains(expected) == true, "\(text): \(error(text) ?? "accepted")")
    }
  }

  @Test func filesHaveCommentsAndNumberedLines() throws {
    let text = "# a comment\r\n\n  pool:ic3ih4*2\n\t# more\nic3ih4oc4kh1"
    #expect(try NamedProblem.list(parsing: text).map(\.count) == [2, 1])
    do throws(ProblemError) {
      _ = try NamedProblem.list(parsing: text + "\nnothing")
      Issue.record("an error was expected")
    } catch {
      #expect(error.line == 6)
      #expect(error.description.hasPrefix("line 6, column 1: found 'nothing', expected"))
    }
  }

  @Test func hostileTextsAreRefused() {
    var random = SeededGenerator(11)
    let valid = Array("mb1g48ic48ih64oc48oh64kh7ph3n\"a b\"+gelu*12".unicodeScalars)
    let spice = Array("0139azn\"+*:# \u{0}\u{1F600}\u{301}\r".unicodeScalars)
    for _ in 0..<20_000 {
      var scalars = valid
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<scalars.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: scalars.remove(at: place)
        case 1: scalars[place] = spice.randomElement(using: &random) ?? "0"
        default: scalars.insert(spice.randomElement(using: &random) ?? "0", at: place)
        }
      }
      let text = String(String.UnicodeScalarView(scalars))
      guard let problem = try? NamedProblem(parsing: text) else { continue }
      #expect((try? NamedProblem(parsing: problem.description)) == problem, "\(text)")
    }
    #expect((error(String(repeating: "9", count: 100_000)) ?? "").count < 200)
    #expect((error("ic" + String(repeating: "9", count: 100_000)) ?? "").count < 200)
  }

  @Test func costs() throws {
    func problem(_ text: String) throws -> OperationProblem {
      try NamedProblem(parsing: text).problem
    }
    // Along 8 pixels, a window of width 7 has 4+5+6+7+7+6+5+4 = 44 taps inside.
    #expect(try problem("g2ic2ih8oc2kh7ph3").multiplyAdds == 44 * 44 * 2)
    #expect(try problem("ic48ih4oc144kh1+residual").multiplyAdds == 16 * 48 * 144)
    #expect(try problem("ic3ih4oc5kh3sh2ph1").multiplyAdds == 25 * 3 * 5)
    #expect(try problem("attention:ic96ih2hd32").multiplyAdds == 2 * 4 * 4 * 32)
    #expect(try problem("add:ic2ih3").bytes == 4 * 3 * 18)
    #expect(try problem("ic2ih3oc4kh1+residual").bytes == 4 * (18 + 36 + 36 + 12))
    #expect(try problem("scale:ic2ih3").bytes == 4 * (18 + 18 + 2))
  }
}

extension NamedProblem {
  fileprivate static func random(_ random: inout SeededGenerator) -> NamedProblem {
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    let geometry = ConvolutionGeometry(kernel: 2 * number(1...4) + 1, stride: number(1...3))
    let head = number(1...40)
    let operations: [any Operation] = [
      .pointwise(outputChannels: number(1...300)),
      .depthwise(geometry, multiplier: number(1...3)),
      .convolution(
        geometry, outputChannels: number(1...300), layout: number(0...1) == 0 ? .nchw : .nhwc),
      .attention(headDimension: head), .globalAveragePool, .scaleChannels, .add,
      .activation(ActivationFunction.allCases[number(0...2)]), .fromPlanar, .toPlanar,
    ]
    let operation = operations[number(0...operations.count - 1)]
    // One input channel in one group is a depthwise convolution, not a dense one.
    let channels = operation is Attention ? 3 * head * number(1...5) : number(2...300)
    let shape = FeatureShape(height: number(1...99), width: number(1...99), channels: channels)
    let epilogues = Epilogue.allCases.filter { operation.allows($0) }
    let precisions = type(of: operation).precisions
    let epilogue = epilogues[number(0...epilogues.count - 1)]
    return NamedProblem(
      OperationProblem(
        operation, on: shape, epilogue: epilogue,
        precision: precisions[number(0...precisions.count - 1)]),
      name: Bool.random(using: &random) ? "" : "stage \(number(0...3))", count: number(1...3))
  }
}
