import Foundation
import Testing

@testable import FastViTCommandLine

/// Standard output to a file, to a full disk, and to a closed pipe.
@Suite("Command line: standard output")
struct StandardOutputTests {
  @Test("Text longer than the buffer arrives whole")
  func file() throws {
    let path = NSTemporaryDirectory() + "fastvit-\(UUID().uuidString)"
    defer { unlink(path) }
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    var output = StandardOutput(descriptor: descriptor)
    let line = String(repeating: "x", count: 999) + "\n"
    for _ in 0..<200 { output.write(line) }
    try output.flush()
    close(descriptor)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == String(repeating: line, count: 200))
  }

  @Test("A full disk is an error that flush throws")
  func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0, "only Linux has /dev/full")
    defer { close(descriptor) }
    var output = StandardOutput(descriptor: descriptor)
    output.write("x")
    #expect(
      throws: CommandFailure(
        .inputOutput,
        "cannot write standard output: No space left on device"
      )
    ) {
      try output.flush()
    }
  }

  @Test("A closed pipe is no error")
  func brokenPipe() throws {
    let pipe = Pipe()
    signal(SIGPIPE, SIG_IGN)
    try pipe.fileHandleForReading.close()
    var output = StandardOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    output.write(String(repeating: "x", count: 1 << 20))
    output.write("y")
    try output.flush()
  }
}
