import type { JournalRecord } from './journal'

/** One metric of a run over its steps. */
export interface Series {
  /** Ascending, each once. */
  steps: Float64Array
  /** Of equal length; NaN for what is not finite or was not measured. */
  values: Float32Array
}

/**
 * Puts a run's series together from its records, one after the other: a value that comes again replaces the one before,
 * and a run that is taken up takes back all from its step on.
 */
export class SeriesBuilder {
  private readonly columns = new Map<string, Column>()

  add(record: JournalRecord): void {
    if (record.type === 'steps') {
      for (const [name, values] of Object.entries(record.series)) this.column(name).addRange(record.first, values)
    } else if (record.type === 'points') {
      for (const [name, value] of Object.entries(record.values)) this.column(name).add(record.step, value ?? NaN)
    } else if (record.type === 'started') {
      for (const column of this.columns.values()) column.cut(record.step)
    }
  }

  /** What there is by now, by name; views that the next `add` may change. Series without a value are left out. */
  series(): Map<string, Series> {
    const found = [...this.columns].map(([name, column]) => [name, column.view()] as const)
    return new Map(found.filter(([, { steps }]) => steps.length > 0))
  }

  private column(name: string): Column {
    const known = this.columns.get(name)
    if (known) return known
    const column = new Column()
    this.columns.set(name, column)
    return column
  }
}

/** All records' series at once. */
export function seriesOf(records: Iterable<JournalRecord>): Map<string, Series> {
  const builder = new SeriesBuilder()
  for (const record of records) builder.add(record)
  return builder.series()
}

/** A series that grows at its end, and now and then elsewhere. */
class Column {
  private steps = new Float64Array(64)
  private values = new Float32Array(64)
  private length = 0

  view(): Series {
    return { steps: this.steps.subarray(0, this.length), values: this.values.subarray(0, this.length) }
  }

  add(step: number, value: number): void {
    const at = this.placeOf(step)
    if (at === this.length || this.steps[at] !== step) this.open(at, 1)
    this.steps[at] = step
    this.values[at] = value
  }

  addRange(first: number, values: Float32Array): void {
    const at = this.placeOf(first)
    if (at < this.length) {
      // Over or between what is there already.
      values.forEach((value, index) => this.add(first + index, value))
      return
    }
    this.open(at, values.length)
    for (let index = 0; index < values.length; index++) this.steps[at + index] = first + index
    this.values.set(values, at)
  }

  /** Takes back `step` and all after it. */
  cut(step: number): void {
    this.length = this.placeOf(step)
  }

  /** The place of the first step that is not below `step`. */
  private placeOf(step: number): number {
    if (this.length === 0 || this.steps[this.length - 1]! < step) return this.length
    let low = 0
    let high = this.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.steps[middle]! < step) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Makes room for `count` values at `at`. */
  private open(at: number, count: number): void {
    const length = this.length + count
    if (length > this.values.length) {
      const capacity = Math.max(length, 2 * this.values.length)
      const { steps, values } = this.view()
      this.steps = new Float64Array(capacity)
      this.values = new Float32Array(capacity)
      this.steps.set(steps)
      this.values.set(values)
    }
    if (at < this.length) {
      this.steps.copyWithin(at + count, at, this.length)
      this.values.copyWithin(at + count, at, this.length)
    }
    this.length = length
  }
}
