import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `every operation has its row among those who may call it, and no row is of the past`()
  throws
{
  let rows = try Matrix.read().rows
  #expect(Set(rows.map(\.description)) == Set(Routes.all.map { "\($0.method) \($0.path)" }))
  #expect(rows.count == Routes.all.count)
  for endpoint in Routes.all {
    let row = try #require(rows.first { $0.description == "\(endpoint.method) \(endpoint.path)" })
    #expect(row.isOpen == (endpoint.access == .anyone), "\(row)")
    #expect(row.roles == Set(Matrix.columns.filter(endpoint.access.admits)), "\(row)")
  }
}

@Test func `every role on every record gets what the matrix says, and changes nothing else`()
  async throws
{
  try await Cast.play(rates: .none) { cast in
    let callers = try await Callers(cast)
    let rows = try Matrix.read().rows.filter { $0.path.hasPrefix("/v1/") && !$0.isOpen }
    let census = try await cast.world.census()
    var cells = 0
    // First what must have no effect, then the work of those who may.
    for isAllowed in [false, true] {
      for row in rows {
        for role in Matrix.columns {
          for standing in Standing.allCases {
            let expected = row.expected(role, standing)
            guard (expected == .served) == isAllowed else { continue }
            // The stream of events has no end.
            if isAllowed && row.path == "/v1/events" { continue }
            let client = callers.client(role, standing)
            let address =
              callers.records(row, role, standing).address(row.path) + callers.query(row)
            let answer = try await client.send(
              HTTPRequest.Method(row.method) ?? .get, address, callers.body(row, role))
            cells += 1
            #expect(
              expected.admits(answer.status.code),
              "\(role) \(standing) \(row): \(answer.status.code) \(answer.text.prefix(200))")
            // What is not one's own is in no list either.
            if row.binds(role, standing) {
              for mark in callers.marks {
                #expect(!answer.text.contains(mark), "\(role) \(standing) \(row) shows \(mark)")
              }
            }
          }
        }
      }
      if !isAllowed { #expect(try await cast.world.census() == census) }
    }
    #expect(cells > 1_000)
  }
}

@Test func `no operation answers a token that speaks for nobody`() async throws {
  try await Cast.play(rates: .none) { cast in
    let callers = try await Callers(cast)
    let shut = try await callers.shutOut()
    let census = try await cast.world.census()
    for row in try Matrix.read().rows where !row.isOpen {
      for (wrong, clients) in shut {
        for client in clients {
          for records in [callers.own, .absent]
          where row.namesRecord || records.names == callers.own.names {
            let answer = try await client.send(
              HTTPRequest.Method(row.method) ?? .get, records.address(row.path),
              callers.body(row))
            #expect(answer.status == .unauthorized, "\(wrong) \(row): \(answer.text)")
            #expect(answer.code == "unauthenticated", "\(wrong) \(row)")
          }
        }
        guard let token = clients.first?.token else { continue }
        let answer = try await cast.clients.nobody.send(
          HTTPRequest.Method(row.method) ?? .get, callers.own.address(row.path),
          callers.body(row), headers: ["Cookie": "tamshy_session=\(token)"])
        #expect(answer.status == .unauthorized, "\(wrong), in a cookie, \(row)")
      }
    }
    #expect(try await cast.world.census() == census)
  }
}

/// What a cell of the matrix promises.
private enum Expected: Equatable {
  case served, refused, hidden, invalid

  func admits(_ status: Int) -> Bool {
    switch self {
    // A rule may say no to the very owner, but neither 403 nor 404 does.
    case .served: [200, 201, 409].contains(status)
    case .refused: status == 403
    case .hidden: status == 404
    // A new record that names another's place names nothing.
    case .invalid: status == 422
    }
  }
}

extension Matrix.Row {
  fileprivate func expected(_ role: Role, _ standing: Standing) -> Expected {
    guard roles.contains(role) else { return .refused }
    if namesRecord && standing == .absent { return .hidden }
    switch scope {
    // Everybody here calls with a token.
    case "session": return .hidden
    case "grant": return standing == .ended ? .hidden : .served
    case "sessions" where standing == .ended && namesRecord: return .hidden
    case "account", "sessions":
      let isAnothers = namesRecord && [.neighbour, .far].contains(standing) && role != .admin
      return isAnothers ? .hidden : .served
    default: break
    }
    guard binds(role, standing) else { return .served }
    if namesRecord { return .hidden }
    return isRead ? .served : .invalid
  }

  /// Whether the caller is bound to another place than that of the record.
  fileprivate func binds(_ role: Role, _ standing: Standing) -> Bool {
    // The laboratory's resolutions are about donors, who are donors everywhere.
    let isOfPlace = isBound || scope == "resolution" && role != .laboratory
    return isOfPlace && role.isBound(standing)
  }
}

extension Role {
  /// Whether a caller with this role is bound to another place than the record's.
  fileprivate func isBound(_ standing: Standing) -> Bool {
    switch (self, standing) {
    case (.driveStaff, .neighbour), (.driveStaff, .far), (.laboratory, .neighbour),
      (.laboratory, .far), (.hospital, .neighbour), (.hospital, .far), (.coordinator, .far):
      true
    default: false
    }
  }
}
