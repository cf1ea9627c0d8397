/** What is deleted can be had back for so long. */
const KEPT_MS = 30 * 24 * 3600_000
/** Nothing was put into a trash of this program before: seconds, or a nought, that somebody wrote by hand. */
const FIRST_MS = Date.UTC(2020, 0, 1)

/** Whether what was deleted at a time, milliseconds since 1970, may be removed for good. Null was not deleted. */
export const isLongInTrash = (deletedAt: number | null): boolean =>
  deletedAt !== null && deletedAt >= FIRST_MS && deletedAt < Date.now() - KEPT_MS
