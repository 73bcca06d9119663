/// Every operation of the service; a new noun adds one line here.
enum Routes {
  static let all: [Endpoint] =
    Accounts.endpoints
    + SecondFactors.endpoints
    + Tokens.endpoints
    + OpenSessions.endpoints
    + Places.endpoints
    + Donors.endpoints
    + Corrections.endpoints
    + Contacts.endpoints
    + Consents.endpoints
    + Mergers.endpoints
    + Deferrals.endpoints
    + History.endpoints
    + RareFlags.endpoints
    + DeferralReasons.endpoints
    + Drives.endpoints
    + Visits.endpoints
    + Examinations.endpoints
    + Donations.endpoints
    + Laboratory.endpoints
    + Antigens.endpoints
    + Units.endpoints
    + Fates.endpoints
    + Resolutions.endpoints
    + Requests.endpoints
    + Shortages.endpoints
    + ShortagePages.endpoints
    + FindingPages.endpoints
    + DonorPages.endpoints
    + SupplyLight.endpoints
    + Policies.endpoints
    + Events.endpoints
    + Audit.endpoints
    + Operations.endpoints
    + SignIn.endpoints
    + AccountPages.endpoints
    + OpenIDSignIn.endpoints
    + Reference.endpoints
}
