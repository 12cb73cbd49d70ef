import CKernels
import Tensors

extension Attention {
  private var depth: Int { queries.extents[queries.rank - 1] }
  private var valueDepth: Int { values.extents[values.rank - 1] }
  private var queryCount: Int { queries.extents[queries.rank - 2] }
  private var keyCount: Int { keys.extents[keys.rank - 2] }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    4 * Int(mw_attention_floats(Int64(keyCount), Int64(depth), Int64(valueDepth)))
  }

  func step(_ io: Bindings) -> Step {
    let (q, k, v) = (io.input(0).floats, io.input(1).floats, io.input(2).floats)
    let (y, kernels) = (io.outputs[0].floats, io.kernels)
    let scratch = io.scratch.assumingMemoryBound(to: Float.self)
    let starts = zip(zip(queries.starts, keys.starts), values.starts)
    let heads = starts.enumerated().map { number, start in
      mw_attention(
        queries: Int64(queryCount), keys: Int64(keyCount), depth: Int64(depth),
        value_depth: Int64(valueDepth), q: queries.matrix(q + start.0.0),
        k: keys.matrix(k + start.0.1), v: values.matrix(v + start.1), scale: scale,
        y: y + number * valueDepth * queryCount, stride: Int64(queryCount))
    }
    return Step {
      for head in heads { withUnsafePointer(to: head) { kernels.attention_f32($0, scratch) } }
    }
  }
}
