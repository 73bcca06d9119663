import Foundation
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The certificate that the service shows, read anew when its files change.
///
/// A connection keeps the one it began with; new ones get what the files hold now. Files that
/// cannot be used change nothing but the log.
final class Certificates: Sendable {
  private let certificate: String
  private let key: String
  private let state: Mutex<State>

  private struct State {
    var context: NIOSSLContext
    var expiry: Date
    /// What the files looked like when they were read last, in vain or not.
    var stamps: [Stamp]
  }

  /// How a file is told from its successor.
  private struct Stamp: Hashable {
    let modified: Date?
    let size: Int?
    let inode: Int?

    init(_ path: String) {
      // A link is followed: renewing programs put the new file behind the same name.
      let path = URL(filePath: path).resolvingSymlinksInPath().path()
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      modified = facts?[.modificationDate] as? Date
      size = facts?[.size] as? Int
      inode = facts?[.systemFileNumber] as? Int
    }
  }

  /// Reads the files, both in PEM, the certificate with its chain.
  ///
  /// - Throws: `Failure` with what is wrong with them.
  init(certificate: String, key: String) throws {
    self.certificate = certificate
    self.key = key
    let stamps = [Stamp(certificate), Stamp(key)]
    let (context, expiry) = try Self.read(certificate, key)
    state = Mutex(State(context: context, expiry: expiry, stamps: stamps))
  }

  /// What new connections are made with.
  var context: NIOSSLContext { state.withLock { $0.context } }

  /// When the certificate in use ends.
  var expiry: Date { state.withLock { $0.expiry } }

  /// Reads the files again if they are not what they were, or if somebody asks for it.
  func reload(forced: Bool = false, _ logger: Logger) {
    let stamps = [Stamp(certificate), Stamp(key)]
    guard forced || state.withLock({ $0.stamps != stamps }) else { return }
    do {
      let (context, expiry) = try Self.read(certificate, key)
      state.withLock { $0 = State(context: context, expiry: expiry, stamps: stamps) }
      logger.notice("certificate loaded", metadata: ["expires": "\(expiry.ISO8601Format())"])
    } catch {
      // Said once for each state of the files, not at every look.
      state.withLock { $0.stamps = stamps }
      logger.error("certificate not loaded, the old one stays", metadata: ["error": "\(error)"])
    }
  }

  private static func read(_ certificate: String, _ key: String) throws -> (NIOSSLContext, Date) {
    let chain: [NIOSSLCertificate]
    do {
      chain = try NIOSSLCertificate.fromPEMFile(certificate)
    } catch {
      throw Failure.badData("The certificate \(certificate) cannot be read: \(error)")
    }
    guard let leaf = chain.first else {
      throw Failure.badData("The file \(certificate) has no certificate.")
    }
    do {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
      configuration.minimumTLSVersion = .tlsv12
      configuration.cipherSuiteValues = Self.ciphers
      configuration.applicationProtocols = ["http/1.1"]
      return (
        try NIOSSLContext(configuration: configuration),
        Date(timeIntervalSince1970: Double(leaf.notValidAfter))
      )
    } catch {
      throw Failure.badData(
        "The key \(key) cannot be used with the certificate \(certificate): \(error)")
    }
  }

  /// Of TLS 1.2 only what keeps old recordings secret and has no padding to guess at.
  private static let ciphers: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]
}

/// Looks after the files of the certificate, every few seconds and at SIGHUP.
struct CertificateWatch: ServiceLifecycle.Service {
  let certificates: Certificates
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await _ in await UnixSignalsSequence(trapping: .sighup) {
            certificates.reload(forced: true, logger)
          }
        }
        group.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(3))  // Cancelled, the loop ends.
            certificates.reload(logger)
          }
        }
      }
    }
  }
}
