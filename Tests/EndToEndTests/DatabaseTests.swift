import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Database.isInstalled, "PostGIS is not there: make judges"))
struct `Footprints in PostGIS` {
  private let database: Database
  private let job: DrawnJob

  init() throws {
    database = try Database()
    job = try DrawnJob()
  }

  private func map(_ more: [String] = []) throws -> Command.Ended {
    try Command.run(job.arguments(out: "run") + more, environment: database.environment)
  }

  @Test func `are loaded by a run, and nothing that was made tells how it came there`() throws {
    let pipeline = job.folder.url.appending(path: "pipeline.yaml")
    let text = try String(contentsOf: pipeline, encoding: .utf8)
      .replacing("footprints: {", with: "footprints: {write: [postgis, sql, gpkg], ")
    try Data(text.utf8).write(to: pipeline)
    let ended = try map()
    try #require(ended.code == 0, "\(ended.errors)")

    let run = job.folder.url.appending(path: "run")
    let outlines = run.appending(path: "5-footprints")
    let receipt = try String(
      contentsOf: outlines.appending(path: "job_footprints.postgis"), encoding: .utf8)
    let count = try database.query("SELECT count(*) FROM job_footprints")
    #expect(receipt.hasPrefix("{\"table\": \"job_footprints\", \"features\": \(count),"))
    #expect(try #require(Int(count)) > 0)
    #expect(
      try database.query(
        "SELECT bool_and(ST_IsValid(geom)), min(ST_SRID(geom)), min(GeometryType(geom)) "
          + "FROM job_footprints") == "t|32636|POLYGON")

    // The table that psql makes of the commands holds the same.
    _ = try database.query("CREATE SCHEMA loaded; ALTER TABLE job_footprints SET SCHEMA loaded")
    try database.load(outlines.appending(path: "job_footprints.sql").path)
    #expect(
      try database.query(
        """
        SELECT count(*) FROM loaded.job_footprints a JOIN job_footprints b
          ON (a.id, a.confidence, a.area_in_meters, a.vertices) =
             (b.id, b.confidence, b.area_in_meters, b.vertices) AND ST_Equals(a.geom, b.geom)
        """) == count)

    for path in try FileManager.default.subpathsOfDirectory(atPath: run.path) {
      let file = run.appending(path: path)
      guard let data = try? Data(contentsOf: file) else { continue }
      for secret in ["keep this to yourself", database.environment["PGHOST"] ?? ""] {
        #expect(data.range(of: Data(secret.utf8)) == nil, "\(path)")
      }
    }
  }

  @Test func `replace those that were loaded before, and no table of others`() throws {
    try #require(try Command.run(job.arguments(out: "run")).code == 0)
    func load(_ environment: [String: String] = [:]) throws -> Command.Ended {
      try Command.run(
        [
          "footprints", job.folder.path("run"), "--out", job.folder.path("out"), "--write",
          "postgis",
        ], environment: database.environment.merging(environment) { $1 })
    }
    func count() throws -> String { try database.query("SELECT count(*) FROM job_footprints") }

    #expect(try load().code == 0)
    let whole = try count()
    _ = try database.query("DELETE FROM job_footprints")
    #expect(try load().code == 0)
    #expect(try count() == whole)

    _ = try database.query("DROP TABLE job_footprints; CREATE TABLE job_footprints (mine int)")
    let refused = try load()
    #expect(refused.code == 74)
    #expect(
      refused.errors.contains(
        """
        cannot replace table 'job_footprints' in PostgreSQL
          its comment does not say that Mapwright made it
          rename it, or name another schema: `PGOPTIONS=-csearch_path=maps,public`
        """), "\(refused.errors)")
    #expect(try count() == "0")

    _ = try database.query("CREATE SCHEMA maps")
    #expect(try load(["PGOPTIONS": "-csearch_path=maps,public"]).code == 0)
    #expect(try database.query("SELECT count(*) FROM maps.job_footprints") == whole)
  }

  @Test func `that cannot be loaded leave nothing, and no password, behind`() throws {
    try #require(try Command.run(job.arguments(out: "run")).code == 0)
    func load(_ environment: [String: String]) throws -> Command.Ended {
      try Command.run(
        [
          "footprints", job.folder.path("run"), "--out", job.folder.path("out"), "--write",
          "postgis", "--write", "fgb",
        ], environment: database.environment.merging(environment) { $1 })
    }

    let absent = try load(["PGDATABASE": "nowhere"])
    #expect(absent.code == 74)
    #expect(absent.errors.contains("cannot load table 'job_footprints' into PostgreSQL"))
    #expect(absent.errors.contains("database \"nowhere\" does not exist"))
    #expect(!absent.errors.contains("keep this to yourself"))

    _ = try database.query("CREATE DATABASE plain")
    let plain = try load(["PGDATABASE": "plain"])
    #expect(plain.code == 74)
    #expect(
      plain.errors.contains("the database has no PostGIS: `CREATE EXTENSION postgis` adds it"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: job.folder.path("out")) == [])

    // Rows that the database refuses, in the middle: a disk that is full there looks like this.
    _ = try database.query(
      """
      CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
      DECLARE made record;
      BEGIN
        FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
          EXECUTE 'ALTER TABLE ' || made.object_identity || ' ADD CHECK (false)';
        END LOOP;
      END $$;
      CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
        EXECUTE FUNCTION refuse();
      """)
    let refused = try load([:])
    #expect(refused.code == 74, "\(refused.errors)")
    #expect(refused.errors.contains("violates check constraint"), "\(refused.errors)")
    #expect(try database.query("SELECT to_regclass('job_footprints') IS NULL") == "t")
    #expect(try FileManager.default.contentsOfDirectory(atPath: job.folder.path("out")) == [])
  }
}
