package import FoundationEssentials

/// A name as people give it: one text, or one per language.
package struct Wording: Codable, Sendable, Hashable {
  /// The texts by language code; `""` holds a text given without a language.
  package let texts: [String: String]

  /// A text that is the same in every language.
  package init(_ text: String) { texts = ["": text] }

  /// One text per language code.
  package init(texts: [String: String]) { self.texts = texts }

  /// The text for a reader of `language`, or the nearest there is.
  package func text(in language: String) -> String {
    texts[language] ?? texts[""] ?? texts["ru"] ?? texts["kk"] ?? texts["en"] ?? ""
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {  // Not one text: then one per language.
      self.init(text)
    } else {
      self.init(texts: try container.decode([String: String].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let text = texts[""] {
      try container.encode(text)
    } else {
      try container.encode(texts)
    }
  }
}

/// What happens at a place.
package enum SiteKind: String, Codable, Sendable, CaseIterable {
  /// A blood centre: processes, stores and issues.
  case centre
  /// A place where drives are held: a factory, a university, a mosque.
  case venue
  /// A hospital, which asks for units and may host a drive too.
  case hospital
}

/// A place where blood is given, kept or asked for.
package struct Site: Codable, Sendable, Hashable {
  package let id: ID<Site>
  package let name: Wording
  package let kind: SiteKind
  /// ISO 3166-2 code of the region.
  package let region: String
  /// IANA name; civil dates of the site are days in this zone.
  package let timeZone: String
  package let createdAt: Date

  /// Describes a place.
  package init(
    id: ID<Site>, name: Wording, kind: SiteKind, region: String, timeZone: String,
    createdAt: Date
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.region = region
    self.timeZone = timeZone
    self.createdAt = createdAt
  }
}

/// An organisation that invites a drive: an employer, a university.
package struct Host: Codable, Sendable, Hashable {
  package let id: ID<Host>
  package let name: Wording
  package let createdAt: Date

  /// Describes an organisation.
  package init(id: ID<Host>, name: Wording, createdAt: Date) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
  }
}

/// An organisation that asks for units; also a site.
package struct Hospital: Codable, Sendable, Hashable {
  package let id: ID<Hospital>
  package let siteId: ID<Site>
  package let name: Wording
  package let region: String
  @OrNull package var bin: String?
  package let createdAt: Date

  /// Describes a hospital at its site.
  package init(
    id: ID<Hospital>, siteId: ID<Site>, name: Wording, region: String, bin: String?,
    createdAt: Date
  ) {
    self.id = id
    self.siteId = siteId
    self.name = name
    self.region = region
    self.bin = bin
    self.createdAt = createdAt
  }
}

/// What somebody says when a hospital is added.
package struct HospitalDraft: Sendable {
  package var name: Wording
  package var region: String
  package var timeZone: String
  package var bin: String?
  /// An existing site that becomes a hospital's; nil makes a new one.
  package var siteId: ID<Site>?

  /// Collects the entries.
  package init(
    name: Wording, region: String, timeZone: String, bin: String?, siteId: ID<Site>?
  ) {
    self.name = name
    self.region = region
    self.timeZone = timeZone
    self.bin = bin
    self.siteId = siteId
  }
}
