import FastViTOperations

/// The steps of a plan for images of one size and a number of workers, and where everything lies in
/// memory.
struct StepSequence: Sendable {
  let steps: [any Step]
  let layout: RunLayout

  init(_ plan: Plan, height: Int, width: Int, workers: Int) {
    let shapes = plan.graph.shapes(height: height, width: width)
    let builder = StepBuilder(workers: workers)
    let steps = plan.groups(shapes: shapes, workers: workers).flatMap { group in
      let key = plan.key(of: group, shapes: shapes, workers: workers)
      return builder.steps(
        plan.operations[group].map { ShapedOperation($0, shapes) }, at: group,
        plan.choices.step(for: key) ?? StepChoice())
    }
    self.steps = steps
    layout = RunLayout(plan, shapes: shapes, steps: steps, workers: workers)
  }
}
