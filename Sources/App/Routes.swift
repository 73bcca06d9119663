/// Every operation of the service; a new noun adds one line here.
enum Routes {
  static let all: [Endpoint] =
    Places.endpoints
    + Donors.endpoints
    + Drives.endpoints
    + Visits.endpoints
    + Donations.endpoints
    + Laboratory.endpoints
    + Units.endpoints
    + Requests.endpoints
    + Shortages.endpoints
    + ShortagePages.endpoints
    + SupplyLight.endpoints
    + Policies.endpoints
    + Events.endpoints
    + Operations.endpoints
    + SignIn.endpoints
}
