'use strict'
/* eslint-disable @typescript-eslint/no-require-imports -- Electron preloads no modules of the other kind. */
const { app } = require('electron')
const { readFileSync } = require('node:fs')

/** Loaded before the app: has its window start a run of the experiment in a file as soon as it is there. */
const experiment = readFileSync(process.env.RESIDUUM_TEST_EXPERIMENT, 'utf8')
app.on('web-contents-created', (_, contents) => {
  contents.once('did-finish-load', () => {
    void contents.executeJavaScript(`void window.residuum.request('training.start', ${experiment})`)
  })
})
