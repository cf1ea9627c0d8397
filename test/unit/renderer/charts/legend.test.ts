import { expect, it } from 'vitest'
import { csvOf } from '../../../../src/renderer/charts/exports'
import { isolated, legendOf, shownSeries, switched } from '../../../../src/renderer/charts/legend'
import { cutReadings, ownersByDistance, readingsAt } from '../../../../src/renderer/charts/readout'
import type { ChartData, Series } from '../../../../src/renderer/charts/series'
import { scaled, within } from '../../../../src/renderer/charts/view'

const series = (owner: string, line: string, y: number[], more: Partial<Series> = {}): Series => ({
  owner,
  ownerName: owner,
  colour: '#000000',
  line,
  lineName: line,
  dash: 'solid',
  trace: { x: Float64Array.from(y, (_, index) => index + 1), y: Float64Array.from(y) },
  ...more
})
const raw = { x: Float64Array.of(1, 2), y: Float64Array.of(9, 8) }
const charts: ChartData[] = ['loss', 'accuracy'].map((id) => ({
  id,
  title: id,
  unit: 'number',
  series: [
    series('a', 'train', [3, 2], { raw }),
    series('a', 'test', [4], { dots: true, dash: 'dashed', marked: 0 }),
    series('b', 'train', [6, 5])
  ]
}))
const lines = charts[0]!.series
const names = (shown: readonly Series[]) => shown.map(({ owner, line }) => `${owner} ${line}`)

it('lists each run and each kind of line once, and what is faint or marked', () => {
  const legend = legendOf(charts)
  expect(legend.owners.map(({ owner }) => owner)).toEqual(['a', 'b'])
  expect(legend.lines.map(({ line, dash }) => [line, dash])).toEqual([
    ['train', 'solid'],
    ['test', 'dashed']
  ])
  expect(legend).toMatchObject({ raw: true, marks: true })
  expect(legendOf([{ ...charts[0]!, series: [lines[2]!] }])).toMatchObject({ raw: false, marks: false })
})

it('switches runs, kinds of lines, faint lines and marks off and on', () => {
  let hidden: ReadonlySet<string> = new Set()
  hidden = switched(hidden, { owner: 'b' })
  expect(names(shownSeries(lines, hidden))).toEqual(['a train', 'a test'])
  hidden = switched(hidden, { line: 'test' })
  expect(names(shownSeries(lines, hidden))).toEqual(['a train'])
  hidden = switched(switched(hidden, 'raw'), 'marks')
  expect(shownSeries(lines, hidden)[0]!.raw).toBeUndefined()
  for (const one of [{ owner: 'b' }, { line: 'test' }] as const) hidden = switched(hidden, one)
  expect(names(shownSeries(lines, hidden))).toEqual(names(lines))
  expect(shownSeries(lines, hidden)[1]!.marked).toBeUndefined()
  expect(shownSeries(lines, switched(switched(hidden, 'raw'), 'marks'))).toEqual(lines)
})

it('shows one run alone, and all again', () => {
  const alone = isolated(new Set(['raw']), ['a', 'b', 'c'], 'b')
  expect([...alone].sort()).toEqual(['owner a', 'owner c', 'raw'])
  expect([...isolated(alone, ['a', 'b', 'c'], 'c')].sort()).toEqual(['owner a', 'owner b', 'raw'])
  expect([...isolated(alone, ['a', 'b', 'c'], 'b')]).toEqual(['raw'])
})

it('reads all lines next to a place, recorded values beside smoothed ones', () => {
  const readings = readingsAt(lines, 1.2, 0.1)
  expect(readings.map(({ value, raw: recorded, marked }) => [value, recorded, marked])).toEqual([
    [3, 9, false],
    [6, null, false]
  ])
  expect(readingsAt(lines, 1, 0.1)[1]).toMatchObject({ value: 4, marked: true })
})

it('leaves of many runs those next to the pointer, in their own order', () => {
  const many = ['a', 'b', 'c', 'd'].map((owner, index) => series(owner, 'train', [index, index]))
  const readings = readingsAt(many, 1, 0)
  const owners = ownersByDistance(readings, (value) => Math.abs(value - 2.2))
  expect(owners).toEqual(['c', 'd', 'b', 'a'])
  const cut = cutReadings(readings, owners, 2)
  expect(cut.readings.map(({ series: { owner } }) => owner)).toEqual(['c', 'd'])
  expect(cut.others).toBe(2)
  expect(cutReadings(readings, null, 9)).toEqual({ readings, others: 0 })
})

it('keeps a part within the whole, no shorter than can be read', () => {
  const whole = { from: 0, to: 100 }
  expect(within({ from: -10, to: 20 }, whole, 4)).toEqual({ from: 0, to: 30 })
  expect(within({ from: 49, to: 51 }, whole, 4)).toEqual({ from: 48, to: 52 })
  expect(within({ from: -10, to: 120 }, whole, 4)).toBe(null)
  expect(scaled({ from: 0, to: 10 }, 0.5, 2)).toEqual({ from: 1, to: 6 })
})

it('writes what is shown as CSV, with all digits and quoted names', () => {
  const shown = [series('x, "y"', 'train', [0.1, 2], { raw })]
  expect(csvOf({ ...charts[0]!, series: shown }, shown, 'step', { from: 2, to: 9 })).toBe(
    'chart,run,line,step,value,smoothed,lowest,highest\r\nloss,"x, ""y""",train,2,8,2,,\r\n'
  )
})
