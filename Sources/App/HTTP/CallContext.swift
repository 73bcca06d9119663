package import Hummingbird
import Store
import Synchronization

/// What is known of a request before and beside its operation.
package struct CallContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// The address at the other end of the connection; nil without a socket.
  let peer: String?
  let notes = Notes()

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress?.ipAddress
  }

  /// What is found out on the way in and told on the way out.
  final class Notes: Sendable {
    private struct Contents {
      var origin = Origin(address: "local")
      var account: String?
      var allowance: Allowance?
    }

    private let contents = Mutex(Contents())

    /// Where the request came from.
    var origin: Origin {
      get { contents.withLock { $0.origin } }
      set { contents.withLock { $0.origin = newValue } }
    }

    var address: String { origin.address }

    /// Whether the client came by https.
    var isEncrypted: Bool { origin.isEncrypted }

    /// The account that calls.
    var account: String? {
      get { contents.withLock { $0.account } }
      set { contents.withLock { $0.account = newValue } }
    }

    /// What the caller may still ask for.
    var allowance: Allowance? {
      get { contents.withLock { $0.allowance } }
      set { contents.withLock { $0.allowance = newValue } }
    }
  }
}
