import { DASHES } from './datasets'
import type { Legend } from './legend'
import { themeColours, themeFont } from './setup'

const MARGIN = 12
const TITLE = 20
const ROW = 18
const SAMPLE = 22

interface Entry {
  text: string
  colour: string
  dash: readonly number[] | null
}

/** What the legend says in a picture, where nothing can be switched: samples of lines, and colours of owners. */
function entriesOf({ owners, lines }: Legend, text: string): Entry[] {
  const single = owners.length === 1 ? owners[0]! : null
  return [
    ...lines.map(({ name, dash }) => ({ text: name, colour: single?.colour ?? text, dash: DASHES[dash] })),
    ...owners.map(({ name, colour }) => ({ text: name, colour, dash: null }))
  ]
}

/** Where each entry stands, in rows that are full. */
function placed(context: CanvasRenderingContext2D, entries: readonly Entry[], width: number) {
  let [x, row] = [0, 0]
  const at = entries.map((entry) => {
    const length = Math.min(width, SAMPLE + 6 + context.measureText(entry.text).width)
    if (x > 0 && x + length > width) [x, row] = [0, row + 1]
    const place = { entry, x, row }
    x += length + 16
    return place
  })
  return { at, rows: entries.length > 0 ? row + 1 : 0 }
}

/** A chart as a PNG of its own: with its title, its legend and a background, as sharp as on the screen or twice as sharp. */
export async function pictureOf(
  chart: HTMLCanvasElement,
  title: string,
  xLabel: string,
  legend: Legend
): Promise<Uint8Array> {
  const { text, muted, surface } = themeColours()
  const scale = chart.width / chart.clientWidth
  const width = chart.clientWidth + 2 * MARGIN
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')!
  const small = `12px ${themeFont()}`
  context.font = small
  const { at, rows } = placed(context, entriesOf(legend, text), chart.clientWidth)
  const top = MARGIN + TITLE + rows * ROW + 6
  canvas.width = Math.round(width * scale)
  const height = top + chart.clientHeight + ROW + MARGIN
  canvas.height = Math.round(height * scale)
  context.scale(scale, scale)
  context.fillStyle = surface
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'middle'
  context.fillStyle = text
  context.font = `600 14px ${themeFont()}`
  context.fillText(title, MARGIN, MARGIN + TITLE / 2 - 2, chart.clientWidth)
  context.font = small
  for (const { entry, x, row } of at) {
    const left = MARGIN + x
    const middle = MARGIN + TITLE + row * ROW + ROW / 2
    context.strokeStyle = context.fillStyle = entry.colour
    if (entry.dash) {
      context.lineWidth = 2
      context.setLineDash([...entry.dash])
      context.beginPath()
      context.moveTo(left, middle)
      context.lineTo(left + SAMPLE, middle)
      context.stroke()
    } else context.fillRect(left + SAMPLE - 12, middle - 5, 10, 10)
    context.fillStyle = text
    context.fillText(entry.text, left + SAMPLE + 6, middle, chart.clientWidth - SAMPLE - 6)
  }
  context.drawImage(chart, MARGIN, top, chart.clientWidth, chart.clientHeight)
  context.fillStyle = muted
  context.textAlign = 'right'
  context.fillText(xLabel, width - MARGIN, top + chart.clientHeight + ROW / 2)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  return new Uint8Array(await blob!.arrayBuffer())
}
