import App
import Foundation
import NIOSSL
import Postgres
import Store

/// Looks at settings, files, this machine and the database.
struct Doctor: Sendable {
  let settings: Settings
  var stateDir: String?
  var now: @Sendable () -> Date = { Date() }

  /// Everything that was looked at, in the order in which people would mend it.
  func findings() async -> [Finding] {
    [.ok("program", "tamshy \(Tamshy.version)"), libpq] + contradictions + files + certificate
      + [disk, descriptors] + (await issuer()) + (await database())
  }

  private var libpq: Finding {
    let version = libpqVersion()
    return .verify(
      "libpq", version >= 150_000, Version.text(version), else: .warn,
      next: "Install libpq 15 or later: earlier ones are not tested.")
  }

  // Settings

  /// Settings that cannot all be meant.
  private var contradictions: [Finding] {
    var findings: [Finding] = []
    for check in checks {
      do {
        if let finding = try check() { findings.append(finding) }
      } catch {
        findings.append(.fail("settings", "\(error)", next: "Mend the setting."))
      }
    }
    let file = settings.file.map { "from \($0) and the environment" } ?? "from the environment"
    return findings.isEmpty ? [.ok("settings", file)] : findings
  }

  private var checks: [() throws -> Finding?] {
    [
      {
        _ = try settings.options(disk: ".", logsRequests: true)
        return nil
      },
      {
        _ = try settings.allowsAnyTransport
        return nil
      },
      {
        _ = try loadPolicy(settings.policy)
        return nil
      },
      halfCertificate, plainListening, samePort, limits,
    ]
  }

  private func halfCertificate() -> Finding? {
    guard (settings.certificateFile == nil) != (settings.keyFile == nil) else { return nil }
    return .fail(
      "settings", "only one of http.tls_cert and http.tls_key is set",
      next: "Name both, or neither.")
  }

  private func plainListening() -> Finding? {
    let isLocal = ["127.0.0.1", "::1", "localhost"].contains(settings.host)
    guard !isLocal, settings.certificateFile == nil else { return nil }
    guard settings.text("http.trusted_proxies") == nil else { return nil }
    return .warn(
      "settings", "http.host is \(settings.host), without TLS and without a trusted proxy",
      next: "Set http.tls_cert and http.tls_key, or listen on 127.0.0.1 behind a proxy.")
  }

  private func samePort() -> Finding? {
    let port = settings.metricsPort(default: 9464)
    guard port != 0, port == settings.port else { return nil }
    return .fail(
      "settings", "http.port and metrics.port are both \(port)", next: "Give them two ports.")
  }

  private func limits() -> Finding? {
    let limits = settings.connectionLimits
    let all = [
      limits.headSeconds, limits.bodySeconds, limits.idleSeconds, limits.stallSeconds,
      limits.headerBytes, limits.headerCount, limits.connections, settings.poolSize,
    ]
    guard all.contains(where: { $0 < 1 }) else { return nil }
    return .fail(
      "settings", "a limit of connections is below 1",
      next: "Set limits.* and database.pool above 0.")
  }

  // Files and this machine

  private var files: [Finding] {
    var secrets = settings.secretFiles
    if let file = settings.file { secrets.append(("TAMSHY_CONFIG", file)) }
    return secrets.map { key, path in
      let facts = try? FileManager.default.attributesOfItem(
        atPath: URL(filePath: path).resolvingSymlinksInPath().path())
      guard let mode = (facts?[.posixPermissions] as? NSNumber)?.intValue else {
        return .fail("file", "\(key): \(path) is not there", next: "Make it, or mend the setting.")
      }
      let octal = String(mode & 0o777, radix: 8)
      // A configuration without a password may be read by all.
      let isSecret = key != "TAMSHY_CONFIG" || holdsPassword(path)
      return .verify(
        "file", !isSecret || mode & 0o007 == 0, "\(key): \(path), mode \(octal)",
        next: "chmod 600 \(path), owned by the user of the service.")
    }
  }

  private func holdsPassword(_ path: String) -> Bool {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).contains { line in
      let bare = line.drop { $0 == " " }
      return bare.hasPrefix("url:") && (bare.contains("password=") || bare.contains(/:[^\/@\s]+@/))
    }
  }

  private var certificate: [Finding] {
    guard let file = settings.certificateFile, settings.keyFile != nil else { return [] }
    do {
      guard let certificates = try settings.certificates(nil, nil) else { return [] }
      let days = Int(certificates.expiry.timeIntervalSince(now()) / 86_400)
      let found = "\(file) ends \(certificates.expiry.ISO8601Format()), in \(days) days"
      guard certificates.expiry > now() else {
        return [.fail("certificate", "\(file) has ended", next: "Renew it; it is then read anew.")]
      }
      return [
        .verify("certificate", days >= 14, found, else: .warn, next: "Renew it soon.")
      ]
    } catch {
      return [.fail("certificate", "\(error)", next: "Mend the files; the service needs both.")]
    }
  }

  private var disk: Finding {
    let space = FreeSpace(path: settings.diskPath(default: "."), floor: settings.diskFloor)
    return .verify(
      "disk", space.check.ok, "\(space.path): \(space.check.detail)",
      next: "Make room, or name the right folder in disk.path.")
  }

  private var descriptors: Finding {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let needed = settings.connectionLimits.connections + settings.poolSize + 64
    return .verify(
      "open files", Int(clamping: limit.rlim_cur) >= needed,
      "\(limit.rlim_cur) may be open, \(needed) may be needed", else: .warn,
      next: "Raise LimitNOFILE (ulimit -n), or lower limits.connections.")
  }
}
