import Foundation
import Yams

/// Walks the YAML of the description; what it refers to is looked up in its place.
struct DescriptionReader {
  private let root: Node

  init(_ root: Node) { self.root = root }

  func description() -> Description {
    Description(
      operations: operations(), title: text(root["info"]?["title"]),
      text: text(root["info"]?["description"]),
      groups: items(root["tags"]).map {
        Description.Group(name: text($0["name"]), text: text($0["description"]))
      },
      records: members(root["components"]?["schemas"]).map(record))
  }

  private func operations() -> [Description.Operation] {
    members(root["paths"]).flatMap { path, methods in
      members(methods).map { method, node in operation(method.uppercased(), path, node) }
    }
  }

  private func operation(
    _ method: String, _ path: String, _ node: Node
  ) -> Description.Operation {
    let security = node["security"] ?? root["security"]
    let body = node["requestBody"]
    return Description.Operation(
      method: method, path: path, id: text(node["operationId"]),
      group: text(items(node["tags"]).first), summary: text(node["summary"]),
      text: text(node["description"]),
      security: items(security).map { members($0).first?.0 ?? "" },
      parameters: items(node["parameters"]).map { parameter(resolved($0)) },
      body: members(body?["content"]).first.map { shape($0.1["schema"]) },
      needsBody: text(body?["required"]) == "true",
      answers: members(node["responses"]).map { answer($0, resolved($1)) })
  }

  private func parameter(_ node: Node) -> Description.Parameter {
    Description.Parameter(
      name: text(node["name"]), place: text(node["in"]),
      required: text(node["required"]) == "true", text: text(node["description"]),
      shape: shape(node["schema"]))
  }

  private func answer(_ status: String, _ node: Node) -> Description.Answer {
    let content = members(node["content"])
    return Description.Answer(
      status: Int(status) ?? 0, text: text(node["description"]), types: content.map(\.0),
      headers: members(node["headers"]).filter { text(resolved($1)["required"]) == "true" }
        .map(\.0),
      codes: content.flatMap { codes($0.1["schema"]) },
      shape: content.first { !$0.0.contains("problem") }.map { shape($0.1["schema"]) })
  }

  private func codes(_ schema: Node?) -> [String] {
    items(schema?["allOf"]).flatMap { part -> [String] in
      guard let code = part["properties"]?["code"] else { return [] }
      return items(code["enum"]).map(text) + [text(code["const"])].filter { !$0.isEmpty }
    }
  }

  private func record(_ name: String, _ node: Node) -> Description.Record {
    let parts = [node] + items(node["allOf"])
    return Description.Record(
      name: name, text: text(node["description"]), shape: shape(node),
      members: parts.flatMap { part in
        let required = items(part["required"]).map(text)
        return members(part["properties"]).map { name, schema in
          Description.Member(
            name: name, required: required.contains(name), shape: shape(schema),
            text: text(schema["description"]))
        }
      },
      example: items(node["examples"]).first.flatMap { value in
        // What was composed can be written again.
        let json = try? YAMLDecoder().decode(JSONValue.self, from: Yams.serialize(node: value))
        return json.flatMap { try? String(decoding: $0.canonical(), as: UTF8.self) }
      })
  }

  /// What a schema asks for, in words.
  private func shape(_ schema: Node?) -> Shape {
    guard let schema else { return Shape(form: "") }
    if let name = schema["$ref"]?.string?.split(separator: "/").last {
      return Shape(form: String(name), record: String(name))
    }
    if let inner = schema["items"] {
      let shape = shape(inner)
      return Shape(form: "[\(shape.form)]", record: shape.record)
    }
    for joint in ["oneOf", "allOf"] {
      let shapes = items(schema[joint]).map(shape)
      if shapes.isEmpty { continue }
      return Shape(
        form: shapes.map(\.form).joined(separator: joint == "oneOf" ? " | " : " & "),
        record: shapes.compactMap(\.record).first)
    }
    return Shape(form: plain(schema))
  }

  private func plain(_ schema: Node) -> String {
    let choices = items(schema["enum"])
    if !choices.isEmpty { return choices.map(text).joined(separator: " | ") }
    if let only = schema["const"] { return text(only) }
    let types = schema["type"].map { items($0).isEmpty ? [text($0)] : items($0).map(text) } ?? []
    var words = types.joined(separator: " | ")
    if let format = schema["format"] { words += " (\(text(format)))" }
    let bounds = ["minimum", "minLength", "minItems", "maximum", "maxLength", "maxItems"]
      .compactMap { name in schema[name].map { "\(name) \(text($0))" } }
    return ([words] + bounds).joined(separator: ", ")
  }

  /// What a reference leads to; anything else is itself.
  private func resolved(_ node: Node) -> Node {
    guard let reference = node["$ref"]?.string else { return node }
    return reference.split(separator: "/").dropFirst()
      .reduce(root as Node?) { $0?[String($1)] } ?? node
  }

  private func members(_ node: Node?) -> [(String, Node)] {
    node?.mapping.map { $0.map { (text($0.key), $0.value) } } ?? []
  }

  private func items(_ node: Node?) -> [Node] { node?.sequence.map(Array.init) ?? [] }

  private func text(_ node: Node?) -> String { node?.scalar?.string ?? "" }
}
