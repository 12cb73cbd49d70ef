import Foundation
import TestSupport
import Testing

/// QGIS itself, without a window: packages `qgis` of Debian.
@Suite(.enabled(if: Judge.hasQGIS, "QGIS is not there: apt-get install qgis"))
struct `Footprints in QGIS` {
  private let job: DrawnJob

  init() throws {
    job = try DrawnJob()
    try #require(try Command.run(job.arguments(out: "run")).code == 0)
  }

  /// Says what QGIS makes of a project and the styles beside it, and draws them.
  private static let script = """
    import sys
    from qgis.core import *
    from qgis.PyQt.QtCore import QSize
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()

    def drawn(layers, extent, crs, path):
        settings = QgsMapSettings()
        settings.setLayers(layers)
        settings.setExtent(extent)
        settings.setDestinationCrs(crs)
        settings.setOutputSize(QSize(600, 500))
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        picture = job.renderedImage()
        picture.save(path)
        reds = 0
        for x in range(0, 600, 3):
            for y in range(0, 500, 3):
                color = picture.pixelColor(x, y)
                reds += color.red() > color.green() + 40 and color.red() > color.blue() + 40
        return reds > 300

    stem, system, out = sys.argv[1:]
    project = QgsProject.instance()
    assert project.read(stem + ".qgs")
    assert project.crs().authid() == "EPSG:32636", project.crs().authid()
    layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
    assert all(layer and layer.isValid() for layer in layers)
    outlines = layers[0]
    assert outlines.crs().authid() == system, outlines.crs().authid()
    assert all(layer.crs().authid() == "EPSG:32636" for layer in layers[1:])
    view = project.viewSettings().defaultViewExtent()
    assert not view.isEmpty()
    place = QgsCoordinateTransform(outlines.crs(), project.crs(), project)
    assert view.buffered(2).contains(place.transformBoundingBox(outlines.extent())), "what is seen first"
    assert outlines.renderer().type() == "graduatedSymbol"
    assert [r.label().split(",")[0] for r in outlines.renderer().ranges()] == ["building"] * 3
    assert drawn(layers, view, project.crs(), out + "/project.png"), "a project draws outlines"

    for ending in ("gpkg", "fgb"):
        by_itself = QgsVectorLayer(f"{stem}.{ending}", "outlines", "ogr")
        if not by_itself.isValid():
            continue
        assert by_itself.renderer().type() == "graduatedSymbol", "QGIS finds no style for " + ending
    plain = QgsVectorLayer(outlines.source(), "plain", "ogr")
    words, isLoaded = plain.loadNamedStyle(stem + ".qml")
    assert isLoaded and plain.renderer().type() == "graduatedSymbol", words
    assert drawn([plain], plain.extent(), plain.crs(), out + "/qml.png"), "QML draws outlines"
    words = plain.loadSldStyle(stem + ".sld")
    assert plain.renderer().type() == "RuleRenderer", words
    assert drawn([plain], plain.extent(), plain.crs(), out + "/sld.png"), "SLD draws outlines"
    print("sound")
    """

  private func expectSound(_ stem: String, system: String) throws {
    let verdict = try Judge.runQGIS(Self.script, [stem, system, job.folder.path(".")])
    #expect(verdict.text.hasSuffix("sound\n"), "\(verdict.text)")
  }

  @Test func `open as a project that knows where all lies, in the styles beside them`() throws {
    try expectSound(job.folder.path("run/5-footprints/job_footprints"), system: "EPSG:32636")
  }

  @Test func `open in longitude and latitude where the schema has it so`() throws {
    let ended = try Command.run([
      "footprints", job.folder.path("run"), "--out", job.folder.path("out"), "--write", "fgb",
      "--schema", "openbuildings",
    ])
    try #require(ended.code == 0, "\(ended.errors)")
    try expectSound(job.folder.path("out/job_footprints"), system: "EPSG:4326")
  }
}
