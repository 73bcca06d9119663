import HTTPTypes
import NIOCore
import NIOHTTP1

/// Tells ``Patience`` that bytes came, before they make a request.
final class FirstBytes: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  struct Came: Sendable {}

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.fireUserInboundEventTriggered(Came())
    context.fireChannelRead(data)
  }
}

/// Ends connections whose clients are too slow, and answers headers that are too large.
///
/// A deadline is set for a whole head or body, not for the next byte: a client that sends one
/// byte now and then is slow, too.
final class Patience: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Stage {
    case readingHead, readingBody, answering, resting
  }

  private let limits: ConnectionLimits
  private let refusals: GuardedChannel.Refusals
  private var stage = Stage.readingHead
  /// Requests whose answer has not ended.
  private var open = 0
  private var hasBegunAnswer = false
  private var isRefused = false
  private var deadline: Scheduled<Void>?
  private var stall: Scheduled<Void>?

  init(limits: ConnectionLimits, refusals: @escaping GuardedChannel.Refusals) {
    self.limits = limits
    self.refusals = refusals
  }

  func handlerAdded(context: ChannelHandlerContext) {
    // Connected or about to be: patience begins now.
    enter(.readingHead, context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { forget() }

  func channelInactive(context: ChannelHandlerContext) {
    forget()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is FirstBytes.Came else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    if stage == .resting { enter(.readingHead, context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRefused else { return }
    switch unwrapInboundIn(data) {
    case .head:
      open += 1
      if open == 1 { hasBegunAnswer = false }
      enter(.readingBody, context)
    case .body: break
    case .end: enter(open == 0 ? .resting : .answering, context)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isRefused else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head: hasBegunAnswer = true
    case .body: break
    case .end:
      open -= 1
      hasBegunAnswer = false
      if open == 0, stage == .answering { enter(.resting, context) }
    }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stall?.cancel()
    stall = nil
    if !context.channel.isWritable {
      stall = schedule(limits.stallSeconds, context) { context in
        context.close(promise: nil)
      }
    }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError, error == .headerOverflow, !hasBegunAnswer {
      refuse(.requestHeaderFieldsTooLarge, context)
    } else if !isRefused {
      context.fireErrorCaught(error)
    }
  }

  private func enter(_ next: Stage, _ context: ChannelHandlerContext) {
    stage = next
    deadline?.cancel()
    deadline = nil
    let seconds: Int
    switch next {
    case .readingHead: seconds = limits.headSeconds
    case .readingBody: seconds = limits.bodySeconds
    case .resting: seconds = limits.idleSeconds
    case .answering: return
    }
    deadline = schedule(seconds, context) { [self] context in
      if stage == .resting || hasBegunAnswer {
        context.close(promise: nil)
      } else {
        refuse(.requestTimeout, context)
      }
    }
  }

  /// Answers without an operation, and ends the connection once the answer had time to arrive.
  private func refuse(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
    guard !isRefused else { return }
    isRefused = true
    forget()
    let body = refusals(status)
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: status.code),
      headers: [
        "Content-Type": "application/problem+json; charset=utf-8",
        "Content-Length": String(body.count), "Connection": "close", "Cache-Control": "no-store",
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    deadline = schedule(1, context) { $0.close(promise: nil) }
  }

  private func schedule(
    _ seconds: Int, _ context: ChannelHandlerContext,
    _ work: @escaping (ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(seconds))) { work(context) }
  }

  private func forget() {
    deadline?.cancel()
    stall?.cancel()
  }
}
