import Foundation
import PackagePlugin

/// Turns the text files of a target's folder into Swift.
///
/// A target with a `queries` folder gets one `Query` per named statement and
/// one `Migration` per file; any other target gets its files as `Shipped.files`,
/// and with them the description of the HTTP interface, which lives among the documents.
/// Every file is an input, so that a new, changed or deleted one is noticed.
@main
struct Embed: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = target.directoryURL
    let output = context.pluginWorkDirectoryURL.appending(path: "Embedded.swift")
    var inputs = textFiles(below: folder)
    if !inputs.contains(where: { $0.pathExtension == "sql" }) {
      inputs.append(context.package.directoryURL.appending(path: "docs/openapi.yaml"))
    }
    return [
      .buildCommand(
        displayName: "Embedding the files of \(target.name)",
        executable: try context.tool(named: "EmbedTool").url,
        arguments: [folder.path(), output.path()] + inputs.map { $0.path() },
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }

  private func textFiles(below folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let wanted: Set<String> = ["sql", "yaml", "mustache", "css", "txt"]
    return (found?.compactMap { $0 as? URL } ?? [])
      .filter { wanted.contains($0.pathExtension) && $0.lastPathComponent != "schema.sql" }
      .sorted { $0.path() < $1.path() }
  }
}
