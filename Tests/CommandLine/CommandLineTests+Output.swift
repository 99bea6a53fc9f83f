import Foundation
import Synchronization
import Testing

@testable import FastViTCommandLine

/// Tables, JSON and the progress line.
@Suite("Command line: output")
struct OutputTests {
  @Test("The columns of a table are aligned and its lines have no spaces at the end")
  func table() {
    var table = TextTable(.left("name"), .right("MACs"), .left("note"))
    table.append("fastvit_t8", "7", "")
    table.append("x", "12345", "größer")
    #expect(
      table.rendered() == """
        name         MACs  note
        fastvit_t8      7
        x           12345  größer

        """
    )
  }

  @Test("A table without titles has no line of titles")
  func untitledTable() {
    var table = TextTable(.right(""), .left(""))
    #expect(table.rendered().isEmpty)
    table.append("", "b")
    table.append("10", "c")
    #expect(table.rendered() == "    b\n10  c\n")
  }

  @Test("JSON keeps the order of keys and indents by two spaces")
  func json() {
    let value: JSONValue = [
      "zeta": 1, "alpha": [1, 2, 3], "empty": [], "none": nil,
      "nested": [["yes": true], [:]],
    ]
    #expect(
      value.description
        == #"{"zeta": 1, "alpha": [1, 2, 3], "empty": [], "none": null, "#
        + #""nested": [{"yes": true}, {}]}"#
    )
    #expect(
      value.indented == """
        {
          "zeta": 1,
          "alpha": [1, 2, 3],
          "empty": [],
          "none": null,
          "nested": [
            {
              "yes": true
            },
            {}
          ]
        }
        """
    )
  }

  @Test(
    "A number has the fewest digits that identify it; infinity and NaN are null",
    arguments: [
      (JSONValue.number(0.1), "0.1"), (.number(1e300), "1e+300"), (.number(-0.0), "-0.0"),
      (.number(Double.leastNonzeroMagnitude), "5e-324"), (.number(Float(0.1)), "0.1"),
      (.number(Double.nan), "null"),
      (.number(-Double.infinity), "null"), (.number(Float.infinity), "null"),
      (.number(Float.nan), "null"), (.integer(.min), "-9223372036854775808"),
      (.number(1e16), "1e+16"),
    ]
  )
  func numbers(value: JSONValue, text: String) {
    #expect(value.description == text)
  }

  @Test("Strings are escaped so that another JSON reader gets the same text")
  func escapes() throws {
    let text = "a\"b\\c\n\r\t\0\u{1B}[31m\u{7F}\u{85}\u{2028}/é😀"
    let printed = JSONValue.object([.init(name: text, value: .string(text))]).description
    #expect(
      printed.contains(
        #""a\"b\\c\n\r\t\u0000\u001b[31m\u007f\u0085\u2028/é😀""#
      )
    )
    let parsed = try JSONDecoder().decode([String: String].self, from: Data(printed.utf8))
    #expect(parsed == [text: text])
  }

  @Test("Characters that control a terminal or reorder its line are escaped")
  func printable() {
    #expect(
      "a\n\u{1B}[31m\u{202E}b\u{2028}é😀".printable == #"a\n\u{1B}[31m\u{202E}b\u{2028}é😀"#)
  }

  @Test(
    "The progress line shows the completed steps and the time left",
    arguments: [
      (0, 0, 60, "images [>                                       ] 0/40"),
      (10, 30, 60, "images [========>                        ] 10/40, 1:30 left"),
      (40, 30, 60, "images [=================================] 40/40, 0:00 left"),
      (99, 30, 60, "images [=================================] 40/40, 0:00 left"),
      (1, 3600, 60, "images [>                             ] 1/40, 39:00:00 left"),
      (39, 20, 60, "images [================================>] 39/40, 0:01 left"),
      (-1, 30, 60, "images [>                                       ] 0/40"),
      (10, 30, 20, "images 10/40, 1:30 "),
      (10, 30, 0, ""),
    ]
  )
  func progress(completed: Int, seconds: Int, columns: Int, expected: String) {
    let line = ProgressBar.line(
      "images",
      completed: completed,
      total: 40,
      elapsed: .seconds(seconds),
      columns: columns
    )
    #expect(line.count < max(1, columns))
    #expect(line == expected)
  }

  @Test("A job of uneven steps sets the time left and a note")
  func unevenProgress() {
    let line = ProgressBar.line(
      "tune", completed: 9, total: 30, elapsed: .seconds(30), left: .seconds(7), columns: 60,
      note: "best 4.51 ms")
    #expect(line == "tune [======>               ] 9/30, 0:07 left, best 4.51 ms")
    let written = Mutex("")
    let bar = ProgressBar("x", total: 0, columns: 60) { text in written.withLock { $0 += text } }
    Thread.sleep(forTimeInterval: 0.15)
    bar.show(0, of: 7, left: .seconds(90), note: "n")
    let text = written.withLock { $0 }
    #expect(text.hasPrefix("\r\u{1B}[Kx [>") && text.hasSuffix("] 0/7, 1:30 left, n"))
  }

  @Test("Without a terminal a progress bar writes nothing")
  func noTerminal() throws {
    let written = Mutex("")
    let bar = ProgressBar("x", total: 3, columns: nil) { text in written.withLock { $0 += text } }
    bar.advance(by: 3)
    bar.finish()
    #expect(written.withLock { $0 }.isEmpty)
  }

  @Test("A progress bar waits before it draws, and clears its line at the end")
  func drawing() throws {
    let written = Mutex("")
    let bar = ProgressBar("x", total: 3, columns: 60) { text in written.withLock { $0 += text } }
    bar.advance()
    #expect(written.withLock { $0 }.isEmpty)
    Thread.sleep(forTimeInterval: 0.15)
    bar.advance()
    bar.advance()
    bar.finish()
    bar.finish()
    let text = written.withLock { $0 }
    #expect(text.hasPrefix("\r\u{1B}[Kx ["))
    #expect(text.hasSuffix("left\r\u{1B}[K"))
    #expect(text.split(separator: "\r").count == 2)
  }

  @Test("A bar that is released before the end clears its line")
  func abandonedProgress() {
    let written = Mutex("")
    do {
      let bar = ProgressBar("x", total: 2, columns: 60) { text in written.withLock { $0 += text } }
      Thread.sleep(forTimeInterval: 0.15)
      bar.advance()
    }
    #expect(written.withLock { $0 }.hasSuffix("left\r\u{1B}[K"))
  }

  @Test("A progress bar needs a terminal that can clear a line")
  func terminals() throws {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(terminal >= 0)
    defer { close(terminal) }
    #expect(ProgressBar.columns(of: terminal, terminal: "dumb") == nil)
    #expect(ProgressBar.columns(of: terminal, terminal: nil) == 80)
    var size = winsize(ws_row: 24, ws_col: 33, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
    #expect(ProgressBar.columns(of: terminal, terminal: "xterm") == 33)
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(ProgressBar.columns(of: descriptor, terminal: "xterm") == nil)
  }
}
