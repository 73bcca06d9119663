import Domain
import Foundation

/// A donor and the donor's story as the template sees them: everything in words of one language.
struct DonorPage: Sendable {
  let heading: String
  let name: String
  let born: Moment?
  let group: Group?
  let isRare: Bool
  let lines: [Line]
  /// The address of what happened before; nil at the end of the story.
  var older: String?

  /// A day in words and for machines.
  struct Moment: Sendable {
    let text: String
    let machine: String
  }

  /// The confirmed group as labels print it and as it is read aloud.
  struct Group: Sendable {
    let label: String
    let spoken: String
  }

  /// One thing that happened.
  struct Line: Sendable {
    let day: String
    let machine: String
    let title: String
    let details: [String]
    let place: String
    let who: String
  }

  init(_ donor: Donor, _ entries: [HistoryEntry], in book: Phrasebook) {
    let writing = Writing(language: book.language)
    heading = book(.title, ["number": String(donor.donorNumber)])
    let names = [donor.familyName, donor.givenName, donor.patronymic].compactMap { $0 }
    name = names.isEmpty ? book(.nameless) : names.joined(separator: " ")
    // Of an anonymised donor only the year is left.
    born =
      donor.state == .anonymised
      ? nil
      : Moment(text: writing.day(donor.birthDate), machine: donor.birthDate.description)
    group = donor.bloodGroup.map {
      Group(label: $0.label, spoken: book("group.\($0.code)"))
    }
    isRare = donor.isRare
    lines = entries.map { Line($0, in: book) }
  }
}

extension DonorPage.Line {
  init(_ entry: HistoryEntry, in book: Phrasebook) {
    day = Writing(language: book.language).day(entry.day)
    machine = Instant.format(entry.at)
    title = book("history.\(entry.kind.rawValue)")
    details = entry.what.told(in: book)
    let hadPlace = [.visit, .donation, .determination, .phenotyping].contains(entry.kind)
    place =
      entry.site?.name.text(in: book.language.rawValue) ?? (hadPlace ? book(.elsewhere) : "")
    who = entry.account?.name ?? ""
  }
}

extension HistoryFact {
  /// The fact in sentences, as many as it needs.
  fileprivate func told(in book: Phrasebook) -> [String] {
    switch self {
    case .visit(let visit): [visit.told(in: book)]
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
    case .deferred: book(.visitDeferred, ["reason": deferralReason ?? ""])
    case .walkedOut: book(.visitWalkedOut)
    case nil: book(.visitWaiting)
    }
  }
}

extension Deferral {
  fileprivate func told(in book: Phrasebook) -> [String] {
    var sentences = [book(.deferral, ["reason": reason, "from": from.description])]
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
