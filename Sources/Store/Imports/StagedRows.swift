import Domain
import FoundationEssentials
import Postgres

// The fields of each staging table, in the order in which its COPY names them.

extension Staging {
  mutating func write(_ row: ImportedDonor, _ keys: NameKeys) throws {
    let (draft, ring) = (row.draft, self.ring)
    let iin = try draft.iin.map { try Sealed($0, of: draft.id, with: ring) }
    let phone = try draft.phone.map { try Sealed($0, of: draft.id, with: ring) }
    try copy { text in
      text.add(row.row)
      text.add(draft.id.uuid)
      text.add(row.donorNumber)
      try text.add(row.externalId)
      try text.add(draft.familyName)
      try text.add(draft.givenName)
      try text.add(draft.patronymic)
      try text.add(keys.strict)
      try text.add(draft.sex.rawValue)
      try text.add(draft.birthDate.description)
      text.add(bytea: iin?.bytes)
      text.add(byteas: draft.iin.map { ring.lookUps($0).map(\.bytes) })
      text.add(bytea: phone?.bytes)
      text.add(bytea: draft.phone.map { ring.lookUp($0).bytes })
      try text.add(draft.language)
      try text.add(draft.region)
      try text.add(draft.latinName)
      try text.add(draft.iinMismatchReason)
      try text.add(keys.coarse)
      try text.add(keys.parts)
      try text.add(keys.latinSound)
    }
  }

  mutating func write(_ row: ImportedDeferral) throws {
    let (deferral, ring) = (row.deferral, self.ring)
    try copy { text in
      text.add(row.row)
      text.add(deferral.id.uuid)
      try text.add(row.donor, with: ring)
      try text.add(deferral.reason)
      try text.add(deferral.kind.rawValue)
      try text.add(deferral.from.description)
      try text.add(deferral.until?.description)
      try text.add(deferral.source)
      try text.add(deferral.centre)
      try text.add(deferral.note)
      try text.add(deferral.endedOn?.description)
      try text.add(deferral.endReason)
    }
  }

  mutating func write(_ row: ImportedDonation) throws {
    let ring = self.ring
    try copy { text in
      text.add(row.row)
      text.add(row.id.uuid)
      try text.add(row.donor, with: ring)
      try text.add(row.din.text)
      text.add(row.drive?.uuid)
      text.add(row.site?.uuid)
      try text.add(row.kind.rawValue)
      try text.add(row.intent.rawValue)
      text.add(row.volumeMl)
      try text.add(row.collectedOn.description)
      try text.add(row.startedAt.map(Instant.format))
      try text.add(row.endedAt.map(Instant.format))
      try text.add(row.outcome.rawValue)
      try text.add(row.state.rawValue)
    }
  }
}

extension CopyText {
  fileprivate mutating func add(_ donor: NamedDonor, with ring: KeyRing) throws {
    add(donor.number)
    try add(donor.externalId)
    add(byteas: donor.iin.map { ring.lookUps($0).map(\.bytes) })
    try add(donor.birthDate?.description)
  }
}
