import Foundation
import Synchronization

/// A line on standard error that shows the progress of a long job and the time it still needs.
///
/// Nothing is written unless standard error is a terminal. Several threads may use one bar.
package final class ProgressBar: Sendable {
  private struct State {
    var completed = 0
    var total: Int
    /// The time that the remaining steps need; `nil` to estimate it from the steps that are done.
    var left: Duration?
    var note = ""
    var nextDrawing: ContinuousClock.Instant
    var isDrawn = false
  }

  /// The shortest time between two drawings; the eye does not follow faster ones.
  private static let interval = Duration.milliseconds(100)

  private let label: String
  /// The width of the terminal; `nil` to write nothing.
  private let columns: Int?
  private let start: ContinuousClock.Instant
  private let state: Mutex<State>
  private let write: @Sendable (String) -> Void

  /// A bar for `total` steps that take equally long.
  package convenience init(_ label: String, total: Int) {
    let terminal = getenv("TERM").map { String(cString: $0) }
    let columns = Self.columns(of: STDERR_FILENO, terminal: terminal)
    self.init(label, total: total, columns: columns) { text in
      var errors = StandardError()
      errors.write(text)
    }
  }

  /// A bar that calls `write` with its text.
  ///
  /// - Parameter columns: the width of the terminal; `nil` to write nothing.
  package init(
    _ label: String,
    total: Int,
    columns: Int?,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.label = label
    self.columns = columns
    self.write = write
    start = .now
    // The first drawing waits, so that a short job shows no bar.
    state = Mutex(State(total: total, nextDrawing: start + Self.interval))
  }

  /// Clears the line when an error ends the job early, so that the error is not printed after the bar.
  deinit { finish() }

  /// Reports that `steps` more steps are done.
  package func advance(by steps: Int = 1) {
    update { $0.completed += steps }
  }

  /// Reports the progress of a job whose steps take different times.
  ///
  /// - Parameters:
  ///   - completed: the number of steps that are done.
  ///   - total: the number of all steps, as far as it is known.
  ///   - left: the time that the remaining steps need.
  ///   - note: a text to show after the time.
  package func show(_ completed: Int, of total: Int, left: Duration, note: String) {
    update { state in
      state.completed = completed
      state.total = total
      state.left = left
      state.note = note
    }
  }

  private func update(_ change: (inout State) -> Void) {
    guard let columns else { return }
    state.withLock { state in
      change(&state)
      let now = ContinuousClock.now
      guard now >= state.nextDrawing else { return }
      state.nextDrawing = now + Self.interval
      state.isDrawn = true
      let line = Self.line(
        label,
        completed: state.completed,
        total: state.total,
        elapsed: now - start,
        left: state.left,
        columns: columns,
        note: state.note
      )
      write("\r\u{1B}[K" + line)
    }
  }

  /// Clears the line. Call this before anything else is written to the terminal.
  package func finish() {
    state.withLock { state in
      guard state.isDrawn else { return }
      state.isDrawn = false
      write("\r\u{1B}[K")
    }
  }

  /// The text of the line: `label [=====>    ] 12/40, 0:07 left`.
  package static func line(
    _ label: String,
    completed: Int,
    total: Int,
    elapsed: Duration,
    left: Duration? = nil,
    columns: Int,
    note: String = ""
  ) -> String {
    let done = min(max(completed, 0), total)
    var end = "\(done)/\(total)"
    let guess = done > 0 ? elapsed * (Double(total - done) / Double(done)) : nil
    if let left = left ?? guess { end += ", " + clock(left) + " left" }
    if !note.isEmpty { end += ", " + note }
    // The last column stays free, because some terminals break a line that fills it.
    let room = min(40, columns - 1 - label.count - end.count - 4)
    guard room >= 4, total > 0 else { return String("\(label) \(end)".prefix(max(0, columns - 1))) }
    let filled = Int(Double(room) * Double(done) / Double(total))
    let bar =
      filled == room
      ? String(repeating: "=", count: room)
      : String(repeating: "=", count: filled) + ">"
        + String(repeating: " ", count: room - filled - 1)
    return "\(label) [\(bar)] \(end)"
  }

  /// A duration as minutes and seconds, `1:05`; from one hour on as hours, minutes and seconds,
  /// `1:00:05`.
  private static func clock(_ duration: Duration) -> String {
    let seconds = Int((duration / .seconds(1)).rounded(.up))
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3600)
    return (hours > 0 ? "\(hours):\(twoDigits(minutes))" : "\(minutes)")
      + ":" + twoDigits(seconds % 60)
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  /// The width of the terminal at `descriptor`; `nil` if it is no terminal or cannot clear a line.
  ///
  /// - Parameter terminal: the name of the terminal's kind, from the variable `TERM`.
  static func columns(of descriptor: Int32, terminal: String?) -> Int? {
    guard isatty(descriptor) == 1, terminal != "dumb" else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
