// Policies, locales and templates become Swift in this target; see Sources/Embed.
