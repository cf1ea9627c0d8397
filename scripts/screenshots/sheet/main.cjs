'use strict'
// Run by Electron itself: lays pictures side by side. Its arguments are the sheet, how many stand in a row, and the pictures.
/* eslint-disable @typescript-eslint/no-require-imports -- Electron 22 starts no modules of the other kind. */
const { app, BrowserWindow, nativeImage } = require('electron')
const { rmSync, writeFileSync } = require('node:fs')
const { basename } = require('node:path')
const { pathToFileURL } = require('node:url')

const [sheet, columns, ...pictures] = process.argv.slice(process.argv.indexOf('--sheet') + 1)
const WIDTH = 640
const GAP = 12
const TITLE = 20

async function draw() {
  const heights = pictures.map((path) => {
    const { width, height } = nativeImage.createFromPath(path).getSize()
    return Math.ceil((height / width) * WIDTH)
  })
  const across = Math.min(Number(columns), pictures.length)
  const rows = Math.ceil(pictures.length / across)
  const width = across * (WIDTH + GAP) + GAP
  const height = rows * (Math.max(...heights) + GAP + TITLE) + GAP
  const figures = pictures.map(
    (path) => `<figure>${basename(path, '.png')}<img src="${pathToFileURL(path)}" width="${WIDTH}"></figure>`
  )
  const html = `<!doctype html><meta charset="utf-8"><style>
    body { margin: ${GAP}px; display: grid; grid-template-columns: repeat(${across}, ${WIDTH}px); gap: ${GAP}px;
           background: #888; font: 13px/${TITLE}px sans-serif }
    figure { margin: 0 } img { display: block }</style>${figures.join('')}`
  const page = `${sheet}.html`
  writeFileSync(page, html)
  const window = new BrowserWindow({
    width,
    height,
    show: false,
    useContentSize: true,
    enableLargerThanScreen: true,
    webPreferences: { offscreen: true }
  })
  const painted = new Promise((done) => {
    // What was painted last before nothing more changes is the whole.
    let timer
    window.webContents.on('paint', (_event, _area, image) => {
      clearTimeout(timer)
      timer = setTimeout(() => done(image), 1000)
    })
  })
  await window.loadFile(page)
  window.setContentSize(width, height)
  writeFileSync(sheet, (await painted).toPNG())
  rmSync(page)
}

app.disableHardwareAcceleration()
app
  .whenReady()
  .then(draw)
  .then(
    () => app.exit(0),
    (error) => {
      console.error(error)
      app.exit(1)
    }
  )
