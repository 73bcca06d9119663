// Queries and migrations become Swift in this target; see Sources/Embed.
