import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { JournalWriter } from '../../src/main/run/journal'
import { takeOwnership, type Ownership } from '../../src/main/run/owner'
import { encodeRecord } from '../../src/main/run/records'
import { presetExperiment } from '../../src/shared/presets'
import type { JournalRecord } from '../../src/shared/run/journal'
import type { RunShelf } from '../../src/shared/run/query'
import type { RunStatus } from '../../src/shared/run/schema'
import { modelOf, type JournalModel } from './journalModel'
import { journalOf, started, steps } from './runFolders'

/** Of a curve. */
export const POINTS = 400

/** Who trains a run just now. */
export interface Hands {
  journal: JournalWriter
  ownership: Ownership
  /** Where the record that was appended last begins. */
  lastBegan: number
}

/** A run as it should be, in plain memory, and the hands that write it. */
export interface Run {
  id: string
  folder: string
  number: number
  architecture: string
  name: string
  records: JournalRecord[]
  deleted: 'no' | 'now' | 'long ago'
  archived: boolean
  hands: Hands | null
}

/** One more than the last step: the runs here have no holes. */
export const stepsOf = ({ series }: JournalModel): number =>
  Math.max(0, ...Object.values(series).map((values) => values.at(-1)![0] + 1))

function statusOf({ hands, records }: Run): RunStatus {
  if (hands) return 'running'
  const last = records.filter(({ type }) => type === 'started' || type === 'ended').at(-1)
  return last?.type === 'ended' ? last.status : 'interrupted'
}

export const shelfOf = ({ deleted, archived }: Run): RunShelf =>
  deleted !== 'no' ? 'deleted' : archived ? 'archived' : 'current'

/** What a list shows of a run. */
export function summaryOf(run: Run): object {
  const model = modelOf(run.records)
  const { epochs } = model
  const highest = Math.max(...epochs.map(({ score }) => score!))
  const changed = run.records.flatMap((one) => (one.type === 'changed' ? one.value : [])).at(-1)
  return {
    ...{ id: run.id, number: run.number, colour: run.number - 1, name: run.name, architecture: run.architecture },
    status: statusOf(run),
    epochs: changed ?? presetExperiment('lenet-5').recipe.epochs,
    epochsDone: epochs.length,
    steps: stepsOf(model),
    last: epochs.at(-1) ?? null,
    best: epochs.find(({ score }) => score === highest) ?? null,
    archived: run.archived,
    deleted: run.deleted !== 'no',
    problem: null
  }
}

/** Groups of equal size, a power of two, as few as there must be; worked out in the slowest way. */
export function curveOf(
  values: readonly [number, number][]
): { step: number; mean: unknown; minimum: number; maximum: number }[] {
  let size = 1
  while (Math.ceil(values.length / size) > POINTS) size *= 2
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => {
    const own = values.slice(index * size, (index + 1) * size)
    const finite = own.map(([, value]) => value).filter(Number.isFinite)
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
    return {
      step: own.at(-1)![0],
      mean: finite.length > 0 ? (expect.closeTo(mean, 4) as unknown) : NaN,
      minimum: finite.length > 0 ? Math.min(...finite) : NaN,
      maximum: finite.length > 0 ? Math.max(...finite) : NaN
    }
  })
}

/** Whoever has no hands on the run yet goes on at its end. */
export async function record(run: Run, one: JournalRecord): Promise<void> {
  if (!run.hands) {
    const model = modelOf(run.records)
    await takeUp(run, stepsOf(model), model.epochs.length)
  }
  run.hands!.lastBegan = run.hands!.journal.position
  await run.hands!.journal.append([one])
  run.records.push(one)
}

export async function takeUp(run: Run, step: number, epoch: number): Promise<void> {
  const ownership = await takeOwnership(run.folder)
  const { journal, records } = await JournalWriter.open(run.folder)
  run.hands = { journal, ownership, lastBegan: journal.position }
  expect(records).toEqual(run.records)
  await record(run, started(10, step, epoch))
}

export async function letGo(run: Run): Promise<void> {
  await run.hands?.journal.close()
  await run.hands?.ownership.release()
  run.hands = null
}

/** As a killed process leaves it: with a share of the record that it was about to write, and no living owner. */
export async function kill(run: Run, share: number): Promise<void> {
  if (!run.hands) return
  await run.hands.journal.close()
  run.hands = null
  const bytes = Buffer.concat(encodeRecord(steps(stepsOf(modelOf(run.records)), 20)))
  appendFileSync(journalOf(run.folder), bytes.subarray(0, Math.floor(share * bytes.length)))
  const names = readdirSync(run.folder).filter((name) => /^owner-\d+\.json$/.test(name))
  const owner = join(run.folder, names.sort().at(-1)!)
  writeFileSync(owner, JSON.stringify({ ...(JSON.parse(readFileSync(owner, 'utf8')) as object), boot: 'another' }))
}

/** Also takes from the last record, which was not synced, all but a share; zeros may stand in its place. */
export async function cutOff(run: Run, share: number, zeros: boolean): Promise<void> {
  if (!run.hands) return
  const { lastBegan } = run.hands
  await kill(run, 0)
  const file = journalOf(run.folder)
  const bytes = readFileSync(file)
  const end = Math.floor(lastBegan + share * (bytes.length - lastBegan))
  const lost = bytes.subarray(end)
  truncateSync(file, end)
  if (zeros) appendFileSync(file, Buffer.alloc(lost.length))
  // Zeros in the place of zeros have lost nothing.
  if (zeros ? lost.some((byte) => byte !== 0) : lost.length > 0) run.records.pop()
}
