struct Pages: Sendable { init() throws {} }
enum ShortagePages { static let endpoints: [Endpoint] = [] }
enum SignIn { static let endpoints: [Endpoint] = [] }
