import Yams

extension Rule {
  /// A list; a single value is a list of one.
  static func list<Element>(of element: Rule<Element>, orNothing: Bool = false) -> Rule
  where Value == [Element] {
    let expects = "\(element.expects), or a list of such"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let sequence = node.sequence else { return [try element.read(node, place)] }
      guard orNothing || !sequence.isEmpty else {
        throw place.wrong(node, expected: "\(expects) that is not empty")
      }
      var values: [Element] = []
      for entry in sequence { values.append(try element.read(entry, place)) }
      return values
    } write: { values in
      let inline = values.compactMap { value -> String? in
        if case .inline(let text) = element.write(value) { text } else { nil }
      }
      let row = "[\(inline.joined(separator: ", "))]"
      return row.count <= 72 ? .inline(row) : .block(inline.map { "- \($0)" })
    }
  }

  /// A value, or the bare word that stands for none.
  static func optional<Wrapped>(_ word: String, _ rule: Rule<Wrapped>) -> Rule
  where Value == Wrapped? {
    Rule(expects: "\(rule.expects), or \(word)") { (node, place) throws(SpecificationError) in
      if node.isWord(word) { return nil }
      do throws(SpecificationError) {
        return try rule.read(node, place)
      } catch {
        throw error.alsoExpecting(word, at: place.position(of: node))
      }
    } write: {
      $0.map(rule.write) ?? .inline(word)
    }
  }
}

/// A part of a pipeline file: a mapping whose keys are all known.
protocol Section: Sendable {
  /// The section's key, as messages name it.
  static var title: String { get }
  /// The keys, in the order in which they are written.
  static var fields: [Field<Self>] { get }
  /// The section with every default.
  static var defaults: Self { get }
  /// What cannot stand together in the section.
  ///
  /// - Parameter position: The place of a key's value, or of the section where the key is absent.
  func contradiction(at position: (String) -> TextPosition) -> SpecificationError?
}

extension Section {
  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? { nil }

  /// Reads a mapping, with the section's defaults for the keys it leaves out.
  static func read(_ node: Node, file: String) throws(SpecificationError) -> Self {
    let keys = fields.map(\.key)
    let whole = Place(file: file, section: PipelineSpecification.title, key: title, example: "")
    guard let mapping = node.mapping else {
      guard node.isNothing else {
        throw .wrongValue(
          at: whole.position(of: node), key: title, found: whole.describe(node),
          expected: "some of the keys \(keys.joined(separator: ", "))",
          suggestion: "write the keys below `\(title):`, each on a line of its own, indented")
      }
      return try Self.read(.mapping(Node.Mapping([], .implicit, .any, node.mark)), file: file)
    }
    var section = Self.defaults
    var places: [String: TextPosition] = [:]
    for (key, value) in mapping {
      guard let field = fields.first(where: { $0.key == key.string }) else {
        let name = key.string ?? whole.describe(key)
        throw .unknownKey(
          at: whole.position(of: key), section: title, key: name, known: keys,
          suggestion: suggestion(for: name, among: keys))
      }
      let place = Place(file: file, section: title, key: field.key, example: field.example)
      try field.read(value, place, &section)
      places[field.key] = place.position(of: value)
    }
    let start = whole.position(of: node)
    for field in fields where field.isRequired && places[field.key] == nil {
      throw .missingKey(at: start, section: title, key: field.key, example: field.example)
    }
    if let error = section.contradiction(at: { places[$0] ?? start }) { throw error }
    return section
  }

  private static func suggestion(for key: String, among keys: [String]) -> String {
    if let meant = nearestWord(to: key, among: keys) { return "did you mean '\(meant)'?" }
    let homes = PipelineSpecification.sections
      .filter { $0.title != title && $0.keys.contains(key) }.map(\.title)
    return homes.first.map { "that key belongs to the section `\($0)`" }
      ?? "take the key out, or use one of these"
  }

  /// The lines of the section, every key written out.
  var lines: [String] { Self.fields.flatMap { $0.write(self).lines(under: $0.key) } }
}

extension Rule where Value: Section {
  /// A section of its own.
  static var section: Rule {
    Rule(expects: "a section") { (node, place) throws(SpecificationError) in
      try Value.read(node, file: place.file)
    } write: {
      .block($0.lines)
    }
  }
}

/// A key of a section: how its value is read, written, and shown in messages.
struct Field<Owner> {
  let key: String
  let example: String
  let isRequired: Bool
  let read: (Node, Place, inout Owner) throws(SpecificationError) -> Void
  let write: (Owner) -> YAMLFragment

  /// Binds a key to a property.
  ///
  /// - Parameter example: A lawful value, for messages.
  init<Value>(
    _ key: String, _ property: WritableKeyPath<Owner, Value>, _ rule: Rule<Value>, example: String,
    isRequired: Bool = false
  ) {
    self.key = key
    self.example = example
    self.isRequired = isRequired
    read = { (node, place, owner) throws(SpecificationError) in
      owner[keyPath: property] = try rule.read(node, place)
    }
    write = { rule.write($0[keyPath: property]) }
  }
}
