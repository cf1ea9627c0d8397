'use strict'
/** Loaded into the app before its own code: a message box is written to standard output and answered at once. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Electron preloads no modules of the other kind.
const { dialog } = require('electron')
dialog.showMessageBox = async (...args) => {
  const { type, message } = args.at(-1)
  process.stdout.write(`box: ${type}: ${message}\n`)
  return { response: 0, checkboxChecked: false }
}
