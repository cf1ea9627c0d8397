import type { ChartData, Dash, Series } from './series'
import { switchKey, type Switch } from './view'

/** What the legend of charts that stand together lists. */
export interface Legend {
  /** Runs, or groups of them, by colour. */
  owners: { owner: string; name: string; colour: string }[]
  /** Kinds of lines, by dash. */
  lines: { line: string; name: string; dash: Dash; dots: boolean }[]
  /** Whether there are faint lines, and marks. */
  raw: boolean
  marks: boolean
}

/** In the order in which they first come, each once. */
export function legendOf(charts: readonly ChartData[]): Legend {
  const owners = new Map<string, Legend['owners'][number]>()
  const lines = new Map<string, Legend['lines'][number]>()
  const all = charts.flatMap(({ series }) => series)
  for (const { owner, ownerName, colour, line, lineName, dash, dots = false } of all) {
    if (!owners.has(owner)) owners.set(owner, { owner, name: ownerName, colour })
    if (!lines.has(line)) lines.set(line, { line, name: lineName, dash, dots })
  }
  return {
    owners: [...owners.values()],
    lines: [...lines.values()],
    raw: all.some(({ raw }) => raw),
    marks: all.some(({ marked }) => marked !== undefined)
  }
}

const isOn = (hidden: ReadonlySet<string>, one: Switch): boolean => !hidden.has(switchKey(one))

/** The lines that are drawn, without what of them is switched off. */
export const shownSeries = (series: readonly Series[], hidden: ReadonlySet<string>): Series[] =>
  series
    .filter(({ owner, line }) => isOn(hidden, { owner }) && isOn(hidden, { line }))
    .map((one) => {
      const { raw, marked, ...rest } = one
      return {
        ...rest,
        ...(raw && isOn(hidden, 'raw') && { raw }),
        ...(marked !== undefined && isOn(hidden, 'marks') && { marked })
      }
    })

/** `hidden` with one thing switched. */
export function switched(hidden: ReadonlySet<string>, one: Switch): ReadonlySet<string> {
  const next = new Set(hidden)
  const key = switchKey(one)
  if (!next.delete(key)) next.add(key)
  return next
}

/** `hidden` so that of the owners only this one is left; all again where it was alone already. */
export function isolated(hidden: ReadonlySet<string>, owners: readonly string[], owner: string): ReadonlySet<string> {
  const others = owners.filter((one) => one !== owner).map((one) => switchKey({ owner: one }))
  const alone = !hidden.has(switchKey({ owner })) && others.every((key) => hidden.has(key))
  const next = new Set([...hidden].filter((key) => !owners.some((one) => key === switchKey({ owner: one }))))
  if (!alone) for (const key of others) next.add(key)
  return next
}
