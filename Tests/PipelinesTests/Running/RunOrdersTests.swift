import Foundation
import Grids
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `Orders for workers` {
  @Test func `name no part that was found damaged and could not be made again`() throws {
    let place = try TemporaryFolder()
    let folder = RunFolder(place.url.appending(path: "run"))
    try folder.make()
    let plan = try drawnPlan(scenes: [PixelWindow(x: 0, y: 0, width: 1024, height: 512)])
    let store = try ShardStore(writing: folder.queue.path)
    func part(_ index: Int, isRetired: Bool) -> Artifact {
      Artifact(
        key: ShardKey(stage: WorkStage.infer.rawValue, index: index), part: 0,
        path: "3-inference/\(index).tif", bytes: 1, fileHash: "f\(index)",
        contentHash: "c\(index)", isRetired: isRetired)
    }
    try store.replaceAll(
      by: Array(plan.records()), [part(0, isRetired: true), part(1, isRetired: false)],
      generation: plan.generation)
    let orders = try RunOrders(folder: folder, plan: plan, store: store)
    let order = try orders.order(
      ShardKey(stage: WorkStage.mosaic.rawValue, index: 0), fence: 1, batch: 1)
    #expect(order.inputs.map(\.index) == [1])
  }
}
