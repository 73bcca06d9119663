/// Where the members of the open objects stand, so that they can be put in the order of their
/// names when an object is closed.
struct Members {
  private var members: [Member] = []
  /// The names one after another, for those in the text may have escapes.
  private var names: [UInt8] = []
  private var scratch: [UInt8] = []

  private struct Member {
    let name: Range<Int>
    let start: Int
    var end = 0
  }

  var count: Int { members.count }

  mutating func begin(at start: Int, name: ArraySlice<UInt8>) {
    let from = names.count
    names.append(contentsOf: name)
    members.append(Member(name: from..<names.count, start: start))
  }

  /// Notes where the last member ended.
  mutating func end(at position: Int) { members[members.count - 1].end = position }

  /// Puts the members of the innermost object in order and forgets them.
  ///
  /// Of two with one name the last counts, as in a dictionary.
  mutating func close(from first: Int, in bytes: inout [UInt8]) {
    guard members.count > first else { return }
    end(at: bytes.count)
    let start = members[first].start
    let firstName = members[first].name.lowerBound
    if sort(from: first) {
      scratch.removeAll(keepingCapacity: true)
      for index in first..<members.count {
        let member = members[index]
        let isOutdone = index + 1 < members.count && !precedes(member, members[index + 1])
        guard !isOutdone else { continue }
        if !scratch.isEmpty { scratch.append(UInt8(ascii: ",")) }
        scratch.append(contentsOf: bytes[member.start..<member.end])
      }
      bytes.removeSubrange(start...)
      bytes.append(contentsOf: scratch)
    }
    members.removeSubrange(first...)
    names.removeSubrange(firstName...)
  }

  /// Sorts by insertion, which keeps equal names in their order and is fast for so few; answers
  /// whether anything has to be rewritten.
  private mutating func sort(from first: Int) -> Bool {
    var changes = false
    for index in (first + 1)..<max(members.count, first + 1) {
      guard !precedes(members[index - 1], members[index]) else { continue }
      changes = true
      let member = members[index]
      var place = index
      while place > first, precedes(member, members[place - 1]) {
        members[place] = members[place - 1]
        place -= 1
      }
      members[place] = member
    }
    return changes
  }

  private func precedes(_ left: Member, _ right: Member) -> Bool {
    var (i, j) = (left.name.lowerBound, right.name.lowerBound)
    while i < left.name.upperBound, j < right.name.upperBound {
      if names[i] != names[j] { return names[i] < names[j] }
      i += 1
      j += 1
    }
    return left.name.count < right.name.count
  }
}
