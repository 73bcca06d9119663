/// What the reference shows, in the order in which it is read.
struct ReferencePage: Sendable {
  let title: String
  let text: String
  let groups: [Group]
  let records: [Record]

  /// Operations that belong together.
  struct Group: Sendable {
    let name: String
    let text: String
    let operations: [Operation]
  }

  /// One operation.
  struct Operation: Sendable {
    let id: String
    let method: String
    let path: String
    let summary: String
    let text: String
    let access: String
    let isOpen: Bool
    let hasParameters: Bool
    let parameters: [Entry]
    let body: Shape?
    let answers: [Answer]
  }

  /// A parameter, or a member of a record.
  struct Entry: Sendable {
    let name: String
    let place: String
    let required: Bool
    let shape: Shape
    let text: String
  }

  /// One status.
  struct Answer: Sendable {
    let status: Int
    let text: String
    let shape: Shape?
    let types: String
    let headers: String
    let codes: String
  }

  /// A record.
  struct Record: Sendable {
    let name: String
    let text: String
    let form: String
    let hasMembers: Bool
    let members: [Entry]
    let example: String?
  }

  /// Arranges a description by its groups.
  init(_ description: Description) {
    title = description.title
    text = description.text
    groups = description.groups.map { group in
      Group(
        name: group.name, text: group.text,
        operations: description.operations.filter { $0.group == group.name }.map(Operation.init))
    }
    records = description.records.map(Record.init)
  }
}

extension ReferencePage.Operation {
  fileprivate init(_ operation: Description.Operation) {
    id = operation.id
    method = operation.method
    path = operation.path
    summary = operation.summary
    text = operation.text
    access = operation.security.filter { !$0.isEmpty }.joined(separator: ", ")
    isOpen = operation.security.allSatisfy(\.isEmpty)
    hasParameters = !operation.parameters.isEmpty
    parameters = operation.parameters.map {
      ReferencePage.Entry(
        name: $0.name, place: $0.place, required: $0.required, shape: $0.shape, text: $0.text)
    }
    body = operation.body
    answers = operation.answers.map {
      ReferencePage.Answer(
        status: $0.status, text: $0.text, shape: $0.shape,
        types: $0.types.joined(separator: ", "), headers: $0.headers.joined(separator: ", "),
        codes: $0.codes.joined(separator: ", "))
    }
  }
}

extension ReferencePage.Record {
  fileprivate init(_ record: Description.Record) {
    name = record.name
    text = record.text
    form = record.members.isEmpty ? record.shape.form : ""
    hasMembers = !record.members.isEmpty
    members = record.members.map {
      ReferencePage.Entry(
        name: $0.name, place: "", required: $0.required, shape: $0.shape, text: $0.text)
    }
    example = record.example
  }
}
