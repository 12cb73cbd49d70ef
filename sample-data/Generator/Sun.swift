/// Where the light comes from: one clear mid-morning for all scenes.
enum Sun {
  /// The unit vector on the ground from the sun, the way shadows fall.
  static let away = Place(-0.8, 0.6)

  /// The length of a shadow for each metre of height.
  static let reach = 0.62

  /// How light a slope is that falls along this unit vector: less than 1 away from the sun.
  static func light(onSlope downhill: Place, pitch: Double = 0.45) -> Float {
    Float(1 - 0.62 * pitch * dot(downhill, away))
  }
}
