import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

private let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

@Test(arguments: [
  given, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
  // A later version may say more, and then a dash stands before it.
  "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
  "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03",
])
func `a trace that a caller names is continued under a span of our own`(header: String) throws {
  let trace = try #require(TraceContext(continuing: header))
  #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
  #expect(trace.spanID != "00f067aa0ba902b7")
  #expect(trace.isSampled == (header.split(separator: "-")[3].last != "0"))
}

@Test(arguments: [
  "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
  "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
  "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
  "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
  "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
  "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
])
func `what is no traceparent begins a trace of our own`(header: String) {
  #expect(TraceContext(continuing: header) == nil)
}

@Test func `a trace is told in the answer and in its problem`() async throws {
  try await Cast.play { cast in
    let known = try await cast.staff.get("/v1/sites", ["traceparent": given])
    #expect(known.header("traceparent")?.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") == true)
    #expect(known.header("traceparent")?.hasSuffix("-01") == true)
    let refused = try await cast.staff.get("/v1/donors/\(UUID())", ["traceparent": given])
    #expect(refused["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
    let first = try await cast.clients.nobody.get("/v1/sites")
    let second = try await cast.clients.nobody.get("/v1/sites")
    let trace = try #require(first["trace_id"]?.text)
    #expect(first.header("traceparent")?.contains(trace) == true)
    #expect(first["trace_id"] != second["trace_id"])
  }
}
