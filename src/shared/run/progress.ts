import type { ErrorRecord } from '../errorRecord'
import type { JournalEvent, JournalRecord, Started } from './journal'
import type { EpochMetrics } from './schema'

/** A setting that was changed after the run began. */
export type Change = Pick<Extract<JournalEvent, { type: 'changed' }>, 'field' | 'value'>
export type Ended = Extract<JournalEvent, { type: 'ended' }>

/** What a run's journal comes to: all but its series. Plain data, so that it can be kept as JSON and followed from there. */
export interface RunProgress {
  /** As it was begun or taken up the last time; null where it never was. */
  started: Started | null
  first: Started | null
  /** Those that count, in their order. */
  epochs: EpochMetrics[]
  /** One more than the last step that counts; 0 for none. */
  steps: number
  /** In their order; a later one of the same setting wins. A resume from an earlier step does not take them back. */
  changes: Change[]
  paused: boolean
  /** Null again where it was taken up afterwards. */
  ended: Ended | null
  warnings: ErrorRecord[]
  /** When the latest record that knows its time was written, in milliseconds since 1970. */
  latestAt: number | null
  /** Those that were written and not taken back, in their order; their files may have been pruned since. */
  checkpoints: { step: number; epoch: number }[]
  /**
   * The epoch from which early stopping's patience counts anew, as a warning `stopping-anew` told; 0 where it counts from
   * the beginning.
   */
  patienceFrom: number
}

export const emptyProgress = (): RunProgress => ({
  started: null,
  first: null,
  epochs: [],
  steps: 0,
  changes: [],
  paused: false,
  ended: null,
  warnings: [],
  latestAt: null,
  checkpoints: [],
  patienceFrom: 0
})

/** The progress after one record more. Leaves the one before as it is. */
export const follow = (progress: RunProgress, record: JournalRecord): RunProgress =>
  followInto(copyProgress(progress), record)

/** The same with lists of its own, to be read on in place by `followInto`. */
export const copyProgress = (progress: RunProgress): RunProgress => ({
  ...progress,
  epochs: [...progress.epochs],
  checkpoints: [...progress.checkpoints]
})

/**
 * Likewise, with the lists of the one before, which must not be used any more: for a journal of many thousand epochs.
 */
export function followInto(progress: RunProgress, record: JournalRecord): RunProgress {
  if (record.type === 'steps') return withSteps(progress, record.first + longest(record.series))
  if (record.type === 'points') return withSteps(progress, record.step + 1)
  const next = { ...progress, latestAt: record.at }
  switch (record.type) {
    case 'started':
      return takenUp(next, record)
    case 'epoch':
      return { ...next, epochs: withEpoch(progress.epochs, record.metrics) }
    case 'checkpoint': {
      const { step, epoch } = record
      const last = progress.checkpoints.at(-1)
      const before =
        !last || last.step < step ? progress.checkpoints : progress.checkpoints.filter((other) => other.step !== step)
      before.push({ step, epoch })
      return { ...next, checkpoints: before }
    }
    case 'changed':
      return { ...next, changes: [...progress.changes, { field: record.field, value: record.value }] }
    case 'paused':
    case 'resumed':
      return { ...next, paused: record.type === 'paused' }
    case 'warning':
      return { ...next, ...warned(progress, record.error) }
    case 'ended':
      return { ...next, paused: false, ended: record }
  }
}

/** All records at once. */
export const progressOf = (records: Iterable<JournalRecord>): RunProgress => {
  let progress = emptyProgress()
  for (const record of records) progress = followInto(progress, record)
  return progress
}

/** Takes back what lies at or after where the run goes on. */
function takenUp(progress: RunProgress, started: Started): RunProgress {
  const { step, epoch } = started
  return {
    ...progress,
    started,
    first: progress.first ?? started,
    epochs: progress.epochs.filter((metrics) => metrics.epoch < epoch),
    steps: Math.min(progress.steps, step),
    paused: false,
    ended: null,
    // The one that it goes on from is among those that stay.
    checkpoints: progress.checkpoints.filter((checkpoint) => checkpoint.step <= step),
    patienceFrom: Math.min(progress.patienceFrom, epoch)
  }
}

function warned(progress: RunProgress, error: ErrorRecord): Pick<RunProgress, 'warnings' | 'patienceFrom'> {
  const epoch = error.code === 'stopping-anew' ? Number(error.parameters.epoch) : NaN
  const patienceFrom = Number.isFinite(epoch) ? epoch : progress.patienceFrom
  return { warnings: [...progress.warnings, error], patienceFrom }
}

const withSteps = (progress: RunProgress, steps: number): RunProgress =>
  steps > progress.steps ? { ...progress, steps } : progress

const longest = (series: Record<string, Float32Array>): number =>
  Object.values(series).reduce((most, { length }) => Math.max(most, length), 0)

/** In the order of epochs; one that comes twice counts as it came last. */
function withEpoch(epochs: EpochMetrics[], metrics: EpochMetrics): EpochMetrics[] {
  const last = epochs.at(-1)
  if (!last || last.epoch < metrics.epoch) {
    epochs.push(metrics)
    return epochs
  }
  const others = epochs.filter(({ epoch }) => epoch !== metrics.epoch)
  return [...others, metrics].sort((a, b) => a.epoch - b.epoch)
}
