import type { ChartDataset, Plugin } from 'chart.js'
import type { Series } from './series'
import { enveloped, inside, thinned, type Point, type Range } from './trace'

/** Chart.js dashes of kinds of lines; the legend draws the same. */
export const DASHES = { solid: [], dashed: [5, 3], dotted: [1, 3] } as const
const FAINT = '66'
const DIMMED = '38'

const line = (data: Point[], colour: string, width: number): ChartDataset<'line'> => ({
  data,
  parsing: false,
  normalized: true,
  borderColor: colour,
  backgroundColor: colour,
  borderWidth: width,
  // A lone value has no line.
  pointRadius: data.length === 1 ? 2 : 0,
  pointHitRadius: 0
})

/**
 * What Chart.js draws of lines within a range on a plot so many pixels wide. Nothing in it depends on a point's place, so
 * that Chart.js works options out once a line.
 */
export function datasetsOf(
  series: readonly Series[],
  range: Range | null,
  pixels: number,
  highlighted: string | null
): ChartDataset<'line'>[] {
  const back: ChartDataset<'line'>[] = []
  const front: ChartDataset<'line'>[] = []
  const marks: ChartDataset<'line'>[] = []
  for (const one of series) {
    const { colour, trace, raw, dash, dots, marked } = one
    const dimmed = highlighted !== null && highlighted !== one.owner
    const strong = highlighted === one.owner
    if (raw) back.push(line(enveloped(raw, range, pixels), colour + (dimmed ? '18' : FAINT), 1))
    const own = line(thinned(trace, range, pixels), dimmed ? colour + DIMMED : colour, strong ? 3 : 1.75)
    own.borderDash = [...DASHES[dash]]
    own.borderCapStyle = dash === 'dotted' ? 'round' : 'butt'
    // Dots of hundreds of epochs would hide the line.
    const { start, end } = inside(trace, range)
    if (dots && end - start <= pixels / 8) own.pointRadius = 2
    front.push(own)
    if (marked !== undefined && !dimmed) {
      const mark = line([{ x: trace.x[marked]!, y: trace.y[marked]! }], colour, 1)
      marks.push({
        ...mark,
        pointStyle: 'rectRot',
        pointRadius: 6,
        borderColor: 'transparent',
        showLine: false,
        clip: false
      })
    }
  }
  return [...marks, ...front, ...back]
}

interface Band {
  points: readonly Point[]
  low: readonly number[]
  colour: string
}

/** Bands around means, behind all lines. */
export function bandsOf(series: readonly Series[], highlighted: string | null): Band[] {
  return series.flatMap(({ owner, band, trace, colour }) => {
    if (!band) return []
    const dimmed = highlighted !== null && highlighted !== owner
    return [
      {
        points: Array.from(band.high, (y, index) => ({ x: trace.x[index]!, y })),
        low: Array.from(band.low),
        colour: colour + (dimmed ? '0c' : '2e')
      }
    ]
  })
}

/** Draws what `bands` gives, cut at the plot's edges. */
export const bandPlugin = (bands: () => readonly Band[]): Plugin<'line'> => ({
  id: 'bands',
  beforeDatasetsDraw({ ctx, chartArea: { left, top, width, height }, scales: { x, y } }) {
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, top, width, height)
    ctx.clip()
    for (const { points, low, colour } of bands()) {
      ctx.beginPath()
      for (const point of points) ctx.lineTo(x!.getPixelForValue(point.x), y!.getPixelForValue(point.y))
      for (let index = points.length - 1; index >= 0; index--) {
        ctx.lineTo(x!.getPixelForValue(points[index]!.x), y!.getPixelForValue(low[index]!))
      }
      ctx.fillStyle = colour
      ctx.fill()
    }
    ctx.restore()
  }
})
