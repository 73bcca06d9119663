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
    let hadPlace = [.visit, .examination, .donation, .determination, .phenotyping].contains(
      entry.kind)
    place =
      entry.site?.name.text(in: book.language.rawValue) ?? (hadPlace ? book(.elsewhere) : "")
    who = entry.account?.name ?? ""
  }
}
