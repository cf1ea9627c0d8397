/** What commands ask of the parts of the screen that are there; each part puts in its own answer. */
export const signals: {
  fit: () => void
  showInsert: (text: string) => void
  showVersions: () => void
} = {
  fit: () => undefined,
  showInsert: () => undefined,
  showVersions: () => undefined
}
