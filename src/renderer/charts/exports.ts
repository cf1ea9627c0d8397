import type { Axis, ChartData, Series } from './series'
import { inside, type Range } from './trace'

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The points of one line as rows: recorded values and smoothed ones side by side. */
function rows({ ownerName, lineName, trace, raw, band }: Series, title: string, range: Range | null): string[][] {
  const { start, end } = inside(trace, range)
  return Array.from({ length: end - start }, (_, index) => {
    const place = start + index
    const value = trace.y[place]!
    const recorded = raw ?? trace
    return [
      title,
      ownerName,
      lineName,
      String(trace.x[place]),
      String(raw ? raw.y[place] : value),
      raw ? String(value) : '',
      String(band?.low[place] ?? recorded.low?.[place] ?? ''),
      String(band?.high[place] ?? recorded.high?.[place] ?? '')
    ]
  })
}

/**
 * A chart's lines within a range as CSV (RFC 4180), a row a point, with all the digits there are. Of a point that stands for
 * many steps the value is their mean, and lowest and highest are given.
 */
export function csvOf({ title }: ChartData, series: readonly Series[], axis: Axis, range: Range | null): string {
  const header = ['chart', 'run', 'line', axis === 'time' ? 'minutes' : axis, 'value', 'smoothed', 'lowest', 'highest']
  const lines = series.flatMap((one) => rows(one, title, range))
  return [header, ...lines].map((row) => row.map(quoted).join(',') + '\r\n').join('')
}
