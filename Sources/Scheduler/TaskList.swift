/// A number of independent tasks and the function that runs one of them: one step of a plan, as the
/// crew sees it.
struct TaskList: Sendable {
  /// The number of tasks.
  let count: Int
  /// The number of shares that the tasks are split into: one per worker, up to a limit.
  let shareCount: Int
  /// Runs one task; the arguments are the task's number and the worker's.
  let body: @Sendable (Int, Int) -> Void

  /// No tasks.
  static let none = TaskList(count: 0, shareCount: 1) { _, _ in }

  /// The tasks of share `index`: contiguous, and the same part of the whole in every list, so that a
  /// worker works on rows that its cache already holds.
  func tasks(of index: Int) -> Range<Int> {
    index * count / shareCount..<(index + 1) * count / shareCount
  }
}
