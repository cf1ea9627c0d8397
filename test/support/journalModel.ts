import type { JournalRecord } from '../../src/shared/run/journal'
import type { EpochMetrics } from '../../src/shared/run/schema'

export interface JournalModel {
  /** Steps and values by name, ascending; series without a value are left out. */
  series: Record<string, [number, number][]>
  epochs: EpochMetrics[]
}

/** A plain model of a journal: every value by name and step, and every epoch, from the list of records that stand. */
export function modelOf(records: readonly JournalRecord[]): JournalModel {
  const values = new Map<string, Map<number, number>>()
  const epochs = new Map<number, EpochMetrics>()
  const put = (name: string, step: number, value: number): void => {
    if (!values.has(name)) values.set(name, new Map())
    values.get(name)!.set(step, value)
  }
  for (const record of records) {
    if (record.type === 'steps') {
      for (const [name, column] of Object.entries(record.series)) {
        column.forEach((value, index) => put(name, record.first + index, value))
      }
    } else if (record.type === 'points') {
      for (const [name, value] of Object.entries(record.values)) put(name, record.step, value ?? NaN)
    } else if (record.type === 'epoch') {
      epochs.set(record.metrics.epoch, record.metrics)
    } else if (record.type === 'started') {
      for (const series of values.values())
        for (const step of series.keys()) if (step >= record.step) series.delete(step)
      for (const number of epochs.keys()) if (number >= record.epoch) epochs.delete(number)
    }
  }
  const sorted = [...values].map(([name, series]) => [name, [...series].sort(([a], [b]) => a - b)] as const)
  return {
    series: Object.fromEntries(sorted.filter(([, series]) => series.length > 0)),
    epochs: [...epochs.values()].sort((a, b) => a.epoch - b.epoch)
  }
}
