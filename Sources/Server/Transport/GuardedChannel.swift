import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// What one connection may take of the service before it is heard.
struct ConnectionLimits: Sendable {
  /// How long a request's head may take, the handshake of TLS included.
  var headSeconds = 10
  /// How long a request's body may take.
  var bodySeconds = 60
  /// How long a connection may rest between requests.
  var idleSeconds = 75
  /// How long a client may leave what is sent to it unread.
  var stallSeconds = 60
  /// Bytes of one request's headers.
  var headerBytes = 32 * 1024
  /// Headers of one request.
  var headerCount = 100
  /// Connections at the same time; the next ones wait until one ends.
  var connections = 900
}

/// A connection with HTTP/1.1: in TLS if there is a certificate, and with an end to patience.
struct GuardedChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value
  private let base: HTTP1Channel
  private let certificates: Certificates?
  private let limits: ConnectionLimits
  private let refusals: Refusals

  /// The bodies of the answers that no operation gives.
  typealias Refusals = @Sendable (HTTPResponse.Status) -> [UInt8]

  init(
    _ responder: @escaping HTTPChannelHandler.Responder, certificates: Certificates?,
    limits: ConnectionLimits, refusals: @escaping Refusals
  ) {
    base = HTTP1Channel(
      responder: responder,
      configuration: .init(
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
          maxHeaderFieldCount: limits.headerCount)))
    self.certificates = certificates
    self.limits = limits
    self.refusals = refusals
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      if let context = certificates?.context {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
      }
      try channel.pipeline.syncOperations.addHandler(FirstBytes())
    }.flatMap {
      base.setup(channel: channel, logger: logger)
    }.flatMapThrowing { value in
      let operations = channel.pipeline.syncOperations
      let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try operations.addHandler(
        Patience(limits: limits, refusals: refusals), position: .after(decoder))
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

extension HTTPServerBuilder {
  /// HTTP/1.1 with limits, in TLS if there is a certificate.
  static func guarded(
    by limits: ConnectionLimits, certificates: Certificates?,
    refusals: @escaping GuardedChannel.Refusals
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      GuardedChannel(
        responder, certificates: certificates, limits: limits, refusals: refusals)
    }
  }
}
