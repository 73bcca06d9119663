import Domain

/// Donors who answer to what was typed, as the template sees them.
struct FindingPage: Sendable {
  let typed: String
  let mistake: String
  let isWrong: Bool
  /// Whether anything was looked for.
  let isAsked: Bool
  let isFound: Bool
  let count: Int
  let lines: [Line]
  /// Whether more may answer than are shown: nobody is read who is not, for that is written
  /// down.
  let isFull: Bool

  /// One donor.
  struct Line: Sendable {
    let number: String
    /// Where the story is; nil for whom it is closed.
    let address: String?
    let name: String
    let latinName: String?
    let born: DonorPage.Moment?
    let group: DonorPage.Group?
    let isRare: Bool
  }

  /// Nothing was looked for, or cannot be.
  init(_ typed: String = "", mistake: String = "") {
    self.typed = typed
    self.mistake = mistake
    isWrong = !mistake.isEmpty
    isAsked = false
    isFound = false
    count = 0
    lines = []
    isFull = false
  }

  /// Who answers to what was typed.
  init(_ typed: String, _ lines: [Line], isFull: Bool) {
    self.typed = typed
    mistake = ""
    isWrong = false
    isAsked = true
    isFound = !lines.isEmpty
    count = lines.count
    self.lines = lines
    self.isFull = isFull
  }
}

extension FindingPage.Line {
  init(_ donor: Donor, at address: String?, in book: Phrasebook) {
    let whole = DonorPage(donor, [], in: book)
    number = String(donor.donorNumber)
    self.address = address
    (name, born, group, isRare) = (whole.name, whole.born, whole.group, whole.isRare)
    latinName = donor.latinName
  }
}
