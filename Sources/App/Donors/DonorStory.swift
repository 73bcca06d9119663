import Domain
import Foundation

// What happened to a donor in sentences of one language.

extension HistoryFact {
  /// The fact in sentences, as many as it needs.
  func told(in book: Phrasebook) -> [String] {
    switch self {
    case .visit(let visit): [visit.told(in: book)]
    case .examination(let examination): examination.told(in: book)
    case .correction(let correction):
      [correction.fields.map { book("entry.\($0)") }.joined(separator: ", ")]
        + [correction.reason].compactMap(\.self)
    case .consent(let consent):
      [
        book(
          .consent,
          [
            "purpose": consent.purpose.rawValue, "channel": consent.channel.rawValue,
            "text_version": consent.textVersion,
          ])
      ]
    case .unavailability(let rest): [book(.unavailable, ["until": rest.until.description])]
    case .contactAttempt(let attempt):
      [
        book(
          .attempt,
          [
            "purpose": attempt.purpose.rawValue, "channel": attempt.channel.rawValue,
            "contact_outcome": attempt.outcome.rawValue,
          ])
      ]
    case .donation(let donation):
      [
        book(
          .donation,
          [
            "din": donation.din.text, "kind": donation.kind.rawValue,
            "volume_ml": String(donation.volumeMl), "outcome": donation.outcome.rawValue,
          ])
      ]
    case .deferral(let deferral): deferral.told(in: book)
    case .determination(let made): made.told(in: book)
    case .phenotyping(let made):
      [book(.antigens, ["din": made.din.text, "antigens": made.results.shorthand])]
    case .rareFlag(let flag): [flag.reason] + (flag.endReason.map { [$0] } ?? [])
    case .nothing: []
    }
  }
}

extension HistoryVisit {
  fileprivate func told(in book: Phrasebook) -> String {
    switch outcome {
    case .donated: book(.visitDonated)
    case .deferred: book(.visitDeferred, ["reason": book.reason(deferralReason ?? "")])
    case .walkedOut: book(.visitWalkedOut)
    case nil: book(.visitWaiting)
    }
  }
}

extension HistoryExamination {
  fileprivate func told(in book: Phrasebook) -> [String] {
    let policy = "\(policyCode) \(policyVersion)"
    guard !eligible else { return [book(.examinationPassed, ["policy": policy])] }
    return [
      book(
        .examinationFailed,
        ["policy": policy, "rules": notPassed.joined(separator: ", ")])
    ]
  }
}

extension Deferral {
  fileprivate func told(in book: Phrasebook) -> [String] {
    var sentences = [book(.deferral, ["reason": book.reason(reason), "from": from.description])]
    if let until { sentences.append(book(.deferralUntil, ["until": until.description])) }
    if voidedAt != nil {
      sentences.append(book(.deferralVoid, ["end_reason": endReason ?? ""]))
    } else if let endedOn {
      sentences.append(
        book(
          .deferralEnd, ["ended_on": endedOn.description, "end_reason": endReason ?? ""]))
    }
    return sentences
  }
}

extension Determination {
  fileprivate func told(in book: Phrasebook) -> [String] {
    var sentences = [
      book(
        .determination,
        [
          "din": din.text, "group": bloodGroup.code, "sample": sample,
          "method": [method, laboratory].compactMap { $0 }.joined(separator: ", "),
        ])
    ]
    if let rhd {
      let seen = [book("observed.\(rhd.observed.rawValue)"), rhd.type].compactMap { $0 }
      sentences.append(
        book(
          .rhd,
          [
            "observed": seen.joined(separator: " "),
            "as_donor": book("rhd.\(rhd.asDonor.rawValue)"),
            "as_patient": book("rhd.\(rhd.asPatient.rawValue)"),
          ]))
    }
    if setAsideBy != nil { sentences.append(book(.setAside)) }
    return sentences
  }
}

extension [AntigenResult] {
  /// The antigens with real signs: `K−, k+`.
  fileprivate var shorthand: String {
    map { $0.antigen.rawValue + ($0.result == .present ? "+" : "\u{2212}") }
      .joined(separator: ", ")
  }
}

extension Phrasebook {
  /// A reason as people read it; another system's own words stay as they are.
  fileprivate func reason(_ code: String) -> String {
    DeferralReasons.reason(code)?.text[language] ?? code
  }
}
