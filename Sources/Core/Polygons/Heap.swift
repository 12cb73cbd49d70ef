/// A binary heap: the least element is at hand, whatever comes and goes.
///
/// Source: Williams 1964, algorithm 232.
package struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  /// An empty heap.
  package init() {}

  /// The least element; nil when there is none.
  package var least: Element? { elements.first }

  /// Whether there is no element.
  package var isEmpty: Bool { elements.isEmpty }

  /// Adds an element.
  ///
  /// - Complexity: O(log elements).
  package mutating func insert(_ element: Element) {
    elements.append(element)
    var index = elements.count - 1
    while index > 0, elements[index] < elements[(index - 1) / 2] {
      elements.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Takes the least element out.
  ///
  /// - Complexity: O(log elements).
  package mutating func removeLeast() -> Element? {
    guard let least = elements.first, let last = elements.popLast() else { return nil }
    if !elements.isEmpty {
      elements[0] = last
      sink()
    }
    return least
  }

  /// Puts an element in the place of the least one: faster than taking one out and adding another.
  ///
  /// - Precondition: The heap is not empty.
  /// - Complexity: O(log elements).
  package mutating func replaceLeast(with element: Element) {
    elements[0] = element
    sink()
  }

  private mutating func sink() {
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < elements.count && elements[child] < elements[least] {
        least = child
      }
      guard least != index else { return }
      elements.swapAt(least, index)
      index = least
    }
  }
}
