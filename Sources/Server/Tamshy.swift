import ArgumentParser

/// The command `tamshy`.
@main
struct Tamshy: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "tamshy",
    abstract: "A registry of blood donors, drives, units and hospital requests.",
    discussion: """
      Start everything on this machine, with a PostgreSQL of its own:
        tamshy up
      Serve an existing database:
        TAMSHY_DATABASE_URL=postgresql://… tamshy migrate
        TAMSHY_DATABASE_URL=postgresql://… tamshy serve
      Make the first administrator, give a hospital's program access, and read a report:
        tamshy account create --login aigul@example.kz --name "Aigul" --role admin
        tamshy token create --role hospital --site SITE_ID
        tamshy report shortages --groups O-,B-
      Bring in what another system kept, and take it out again:
        tamshy import donors donors.csv --dry-run
        tamshy export donors --output donors.csv
      Check rules of your own before they count:
        tamshy policy check rules.yaml

      Exit codes: 0 done, 64 usage, 65 bad data, 69 unavailable, 75 try again.
      """,
    version: version,
    subcommands: [
      Up.self, Serve.self, Migrate.self, DoctorCommand.self, AccountCommand.self,
      TokenCommand.self, KeysCommand.self, AuditCommand.self, ReportCommand.self,
      PolicyCommand.self, ImportCommand.self, ExportCommand.self,
    ])
}
