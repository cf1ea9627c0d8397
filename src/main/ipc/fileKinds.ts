/** Kinds of files as dialogs offer them. */
export const FILE_KINDS = {
  json: { name: 'JSON', extensions: ['json'] },
  python: { name: 'Python', extensions: ['py'] },
  csv: { name: 'CSV', extensions: ['csv'] },
  png: { name: 'PNG', extensions: ['png'] }
}
