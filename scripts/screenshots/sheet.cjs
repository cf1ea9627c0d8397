'use strict'
// Run by Electron itself: lays pictures side by side. Its arguments are the sheet, a width and the pictures.
/* eslint-disable @typescript-eslint/no-require-imports -- Electron 22 starts no modules of the other kind. */
const { app, BrowserWindow, nativeImage } = require('electron')
const { readFileSync, writeFileSync } = require('node:fs')
const { basename } = require('node:path')

const [sheet, columns, ...pictures] = process.argv.slice(process.argv.indexOf('--sheet') + 1)
const WIDTH = 640
const GAP = 12
const TITLE = 20

app.disableHardwareAcceleration()
app.whenReady().then(async () => {
  const tiles = pictures.map((path) => {
    const picture = nativeImage.createFromBuffer(readFileSync(path)).resize({ width: WIDTH, quality: 'best' })
    return { name: basename(path, '.png'), height: picture.getSize().height, url: picture.toDataURL() }
  })
  const across = Math.min(Number(columns), tiles.length)
  const rows = Math.ceil(tiles.length / across)
  const tallest = Math.max(...tiles.map(({ height }) => height))
  const width = across * (WIDTH + GAP) + GAP
  const height = rows * (tallest + GAP + TITLE) + GAP
  const window = new BrowserWindow({
    width,
    height,
    show: false,
    useContentSize: true,
    enableLargerThanScreen: true,
    webPreferences: { offscreen: true }
  })
  await window.loadURL('data:text/html,<meta charset=utf-8>')
  window.setContentSize(width, height)
  await window.webContents.executeJavaScript(`{
    document.body.style.cssText = 'margin:${GAP}px;display:grid;grid-template-columns:repeat(${across},${WIDTH}px);gap:${GAP}px;background:#888;font:13px/${TITLE}px sans-serif'
    for (const { name, url } of ${JSON.stringify(tiles)}) {
      const figure = document.createElement('figure')
      figure.style.margin = 0
      const image = document.createElement('img')
      image.src = url
      image.style.display = 'block'
      figure.append(name, image)
      document.body.append(figure)
    }
    Promise.all([...document.images].map((image) => image.decode()))
  }`)
  await new Promise((done) => setTimeout(done, 500))
  writeFileSync(sheet, (await window.webContents.capturePage()).toPNG())
  app.exit(0)
})
