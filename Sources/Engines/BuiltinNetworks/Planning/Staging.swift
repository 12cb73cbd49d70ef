import CKernels
import Tensors

/// One stage of a plan: an operator that runs whole, or a chain of operators that run band by band.
enum PlanStage {
  case whole(Int)
  case bands(Cascade)
}

/// Operators that run band by band, as places among the instructions, and their order of bands.
struct Cascade {
  var instructions: [Int]
  var schedule: BandSchedule
}

/// Cuts a program into stages: chains as long as what they work on fits into the second cache.
struct Staging {
  private let shaped: Shaped
  private let wanted: Set<String>
  private let cacheBytes: Int
  /// The instructions that can run band by band.
  private(set) var bandings: [Int: Banding] = [:]
  /// Concatenations of channels that nobody computes: their readers read the parts.
  private var scattered: [String: [String]] = [:]
  /// Doubled pictures that nobody computes: their readers double what they read.
  private var doubled: [String: Part] = [:]
  private var readers: [String: [Reader]] = [:]
  private(set) var stages: [PlanStage] = []

  /// A value in memory that a reader reads, and perhaps doubles while it does.
  struct Part {
    var name: String
    var doubling: Doubling?

    /// The rows of it that an output's rows depend on.
    func rows(of picture: Banding.Picture) -> AxisReach {
      doubling.map { .chain(picture.rows, $0.rows) } ?? picture.rows
    }

    /// The columns of it that an output's columns depend on.
    func columns(of picture: Banding.Picture) -> AxisReach {
      doubling.map { .chain(picture.columns, $0.columns) } ?? picture.columns
    }
  }

  /// Who reads a value, and in what form it may be.
  private struct Reader {
    var output: String
    var mayBeScattered: Bool
    var mayBeDoubled: Bool
  }

  init(_ shaped: Shaped, outputs: [String], cacheBytes: Int) {
    self.shaped = shaped
    self.cacheBytes = cacheBytes
    wanted = Set(outputs)
    for (index, instruction) in shaped.instructions.enumerated() {
      bandings[index] = Self.banding(instruction)
      for (position, name) in instruction.node.inputs.enumerated() {
        let picture = bandings[index]?.pictures.first { $0.position == position }
        readers[name, default: []].append(
          Reader(
            output: instruction.node.outputs.first ?? "",
            mayBeScattered: picture?.mayBeScattered ?? false,
            mayBeDoubled: picture?.mayBeDoubled ?? false))
      }
    }
    findScattered()
    findDoubled()
    cut()
  }

  private static func banding(_ instruction: Shaped.Instruction) -> Banding? {
    guard let operation = instruction.node.operation as? any BandedOperator,
      let output = instruction.outputs.first, instruction.outputs.count == 1,
      output.shape.rank == 4, output.shape[0] == 1, output.shape.count > 0,
      let banding = operation.banding(instruction.inputs, output)
    else { return nil }
    let positions = banding.pictures.map(\.position)
    for (position, fact) in instruction.inputs.all.enumerated() {
      guard let fact else { continue }
      let isPicture = positions.contains(position)
      if isPicture ? fact.constant != nil || fact.shape.rank != 4 : fact.constant == nil {
        return nil
      }
    }
    return banding
  }

  /// A concatenation along the channels need not be computed where every reader can take its parts.
  private mutating func findScattered() {
    for instruction in shaped.instructions {
      guard let concatenation = instruction.node.operation as? Concatenation,
        let output = instruction.outputs.first, output.type == .float32, output.shape.rank == 4,
        output.shape[0] == 1, (try? output.shape.axis(concatenation.axis)) == 1,
        instruction.inputs.all.allSatisfy({ $0 != nil && $0?.constant == nil })
      else { continue }
      let name = instruction.node.outputs[0]
      if !wanted.contains(name), readers[name, default: []].allSatisfy({ $0.mayBeScattered }) {
        scattered[name] = instruction.node.inputs
      }
    }
  }

  /// A doubling need not be computed where every reader can double what it reads.
  private mutating func findDoubled() {
    for instruction in shaped.instructions {
      guard let resize = instruction.node.operation as? Resize,
        let output = instruction.outputs.first, output.type == .float32, output.shape.rank == 4,
        output.shape[0] == 1, let input = instruction.inputs[0], input.constant == nil,
        let doubling = resize.doubling(instruction.inputs)
      else { continue }
      let name = instruction.node.outputs[0]
      if isReadDoubled(name) {
        doubled[name] = Part(name: instruction.node.inputs[0], doubling: doubling)
      }
    }
  }

  private func isReadDoubled(_ name: String) -> Bool {
    !wanted.contains(name)
      && readers[name, default: []].allSatisfy { reader in
        reader.mayBeDoubled || scattered[reader.output] != nil && isReadDoubled(reader.output)
      }
  }

  /// The values that a name stands for: itself, the parts of a concatenation, what is doubled.
  func parts(of name: String) -> [Part] {
    if let part = doubled[name] {
      return parts(of: part.name).map { Part(name: $0.name, doubling: part.doubling) }
    }
    guard let parts = scattered[name] else { return [Part(name: name, doubling: nil)] }
    return parts.flatMap { self.parts(of: $0) }
  }

  /// Whether nobody computes the output of an instruction.
  private func isElided(_ instruction: Shaped.Instruction) -> Bool {
    instruction.node.outputs.first.map { scattered[$0] != nil || doubled[$0] != nil } ?? false
  }

  private mutating func cut() {
    var chain: [Int] = []
    for (index, instruction) in shaped.instructions.enumerated() {
      if isElided(instruction) { continue }
      guard bandings[index] != nil else {
        close(chain)
        chain = []
        stages.append(.whole(index))
        continue
      }
      if chain.isEmpty || (reads(index, from: chain) && schedule(chain + [index]) != nil) {
        chain.append(index)
        continue
      }
      let kept = reads(index, from: chain) ? cheapestCut(chain, before: index) : chain.count
      close(Array(chain[..<kept]))
      chain = chain[kept...] + [index]
    }
    close(chain)
  }

  private mutating func close(_ chain: [Int]) {
    guard let first = chain.first else { return }
    let schedule =
      chain.count == 1
      ? BandSchedule(whole: link(first, in: chain)) : schedule(chain)
    if let schedule {
      stages.append(.bands(Cascade(instructions: chain, schedule: schedule)))
    } else {
      for index in chain { close([index]) }
    }
  }

  private func reads(_ index: Int, from chain: [Int]) -> Bool {
    !link(index, in: chain + [index]).sources.isEmpty
  }

  /// How many of a chain's operators to end it after, so that the rest with one more fits into the
  /// cache and the least has to be written and read again between the two.
  private func cheapestCut(_ chain: [Int], before index: Int) -> Int {
    var best = (place: chain.count, bytes: Int.max)
    for place in 1...chain.count {
      let rest = chain[place...] + [index]
      let isConnected = rest.indices.dropFirst().allSatisfy {
        reads(rest[$0], from: Array(rest[..<$0]))
      }
      guard isConnected, rest.count == 1 || schedule(Array(rest)) != nil else { continue }
      let made = chain[..<place].map { shaped.instructions[$0] }
      let read = Set(
        rest.flatMap { shaped.instructions[$0].node.inputs.flatMap { parts(of: $0).map(\.name) } })
      let bytes = made.filter { read.contains($0.node.outputs[0]) }
        .reduce(0) { $0 + $1.outputs[0].bytes }
      if bytes < best.bytes { best = (place, bytes) }
    }
    return best.place
  }

  /// The order of bands of a chain; nil where what they work on is too large for the cache.
  private func schedule(_ instructions: [Int]) -> BandSchedule? {
    let links = instructions.map { link($0, in: instructions) }
    guard let last = links.last else { return nil }
    for strips in [1, 2, 4, 8, 16] where strips == 1 || last.columns / strips >= 128 {
      let schedule = BandSchedule(links, strips: strips)
      // Narrow strips pay where next to nothing is computed twice, as between doubling and reading.
      guard last.columns / strips >= 512 || strips == 1 || schedule.repetition <= 1.02 else {
        continue
      }
      if workingBytes(instructions, schedule) <= cacheBytes { return schedule }
    }
    return nil
  }

  private func link(_ index: Int, in chain: [Int]) -> BandSchedule.Link {
    let instruction = shaped.instructions[index]
    let makers = chain.enumerated().reduce(into: [String: Int]()) {
      $0[shaped.instructions[$1.element].node.outputs[0]] = $1.offset
    }
    let shape = instruction.outputs[0].shape
    let sources = (bandings[index]?.pictures ?? []).flatMap { picture in
      instruction.inputs[picture.position] == nil
        ? []
        : parts(of: instruction.node.inputs[picture.position]).compactMap { part in
          makers[part.name].map {
            BandSchedule.Link.Source(
              link: $0, rows: part.rows(of: picture), columns: part.columns(of: picture))
          }
        }
    }
    return BandSchedule.Link(
      sources: sources, rows: shape.rows, columns: shape.columns, step: bandings[index]?.step ?? 1,
      isWanted: isReadOutside(instruction.node.outputs[0], of: Set(chain)))
  }

  private func isReadOutside(_ name: String, of chain: Set<Int>) -> Bool {
    if wanted.contains(name) { return true }
    return shaped.instructions.enumerated().contains { index, instruction in
      !chain.contains(index) && !isElided(instruction)
        && instruction.node.inputs.contains { parts(of: $0).contains { $0.name == name } }
    }
  }

  /// What a chain touches again and again: rows of what lies between, weights, scratch.
  private func workingBytes(_ instructions: [Int], _ schedule: BandSchedule) -> Int {
    var rows = 0, weights = 0, scratch = 0
    for (link, index) in instructions.enumerated() {
      let channels = shaped.instructions[index].outputs[0].shape[1]
      rows += schedule.keptRows[link] * schedule.widest[link] * channels * 4
      weights += bandings[index]?.weightBytes ?? 0
      scratch = max(scratch, bandings[index]?.scratchBytes(schedule.widest[link]) ?? 0)
    }
    return rows + weights + scratch
  }
}
