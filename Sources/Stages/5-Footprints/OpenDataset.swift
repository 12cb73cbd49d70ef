import GeoFiles

/// Lets a noncopyable dataset lie in a list, or in a class whose making may fail.
final class OpenDataset {
  let value: Dataset

  init(_ value: consuming Dataset) { self.value = value }
}
