/** Kinds of files as dialogs offer them. */
export const FILE_KINDS = {
  json: { name: 'JSON', extensions: ['json'] },
  python: { name: 'Python', extensions: ['py'] }
}
