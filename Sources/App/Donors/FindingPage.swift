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
  /// Whether more answer than are shown.
  private(set) var goesOn = false

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
  }

  /// Who answers to what was typed; `opens` says whether the reader may open their stories.
  init(_ typed: String, _ donors: [Donor], opens: Bool, in book: Phrasebook) {
    self.typed = typed
    mistake = ""
    isWrong = false
    isAsked = true
    isFound = !donors.isEmpty
    count = donors.count
    lines = donors.map { Line($0, opens: opens, in: book) }
  }

  /// The page, saying whether more answer than are shown.
  func goingOn(_ goesOn: Bool) -> FindingPage {
    var page = self
    page.goesOn = goesOn
    return page
  }
}

extension FindingPage.Line {
  init(_ donor: Donor, opens: Bool, in book: Phrasebook) {
    let whole = DonorPage(donor, [], in: book)
    number = String(donor.donorNumber)
    address = opens ? "/donors/\(donor.id)" : nil
    (name, born, group, isRare) = (whole.name, whole.born, whole.group, whole.isRare)
    latinName = donor.latinName
  }
}
