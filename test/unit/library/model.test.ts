import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indexFolder } from '../../../src/main/library/index/schema'
import { Library } from '../../../src/main/library/library'
import { changeUser, createRun } from '../../../src/main/run/folder'
import { JournalWriter } from '../../../src/main/run/journal'
import { takeOwnership, type Ownership } from '../../../src/main/run/owner'
import { encodeRecord } from '../../../src/main/run/records'
import { presetExperiment } from '../../../src/shared/presets'
import type { JournalRecord } from '../../../src/shared/run/journal'
import { runShelves, type RunShelf } from '../../../src/shared/run/query'
import type { RunStatus } from '../../../src/shared/run/schema'
import { expectIndexWhole } from '../../soak/runs'
import { modelOf, type JournalModel } from '../../support/journalModel'
import { ended, epochRecord, journalOf, started, steps } from '../../support/runFolders'
import { temporaryFolder } from '../support'

const DAY_MS = 24 * 3600_000
const POINTS = 400

/** Who trains a run just now. */
interface Hands {
  journal: JournalWriter
  ownership: Ownership
  /** Where the record that was appended last begins. */
  lastBegan: number
}

/** A run as it should be, in plain memory, and the hands that write it. */
interface Run {
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

/** What may befall a library; `run` and `by` say which run, and which of two processes that have it open. */
type Event =
  | { kind: 'create'; architecture: string }
  | { kind: 'steps'; count: number; salt: number }
  | { kind: 'points'; back: number; value: number | null }
  | { kind: 'epoch'; score: number }
  | { kind: 'changed'; epochs: number }
  | { kind: 'kill'; share: number }
  | { kind: 'power cut'; share: number; zeros: boolean }
  | { kind: 'resume'; share: number }
  | { kind: 'end'; status: 'finished' | 'stopped' | 'failed' }
  | { kind: 'rename'; name: string }
  | { kind: 'archive' | 'delete' | 'expire' | 'restore' | 'compact' | 'rebuild' | 'reopen' | 'lose index' }

const share = fc.double({ min: 0, max: 0.999, noNaN: true })
const only = <T extends string>(...kinds: T[]): fc.Arbitrary<{ kind: T }> =>
  fc.constantFrom(...kinds).map((kind) => ({ kind }))
/** Some runs are long enough for levels of their curves. */
const counts = fc.oneof(
  { weight: 7, arbitrary: fc.integer({ min: 1, max: 90 }) },
  { weight: 1, arbitrary: fc.integer({ min: 20_001, max: 22_000 }) }
)
const happening: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create'), architecture: fc.constantFrom('a', 'b') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('steps'), count: counts, salt: fc.nat(9) }) },
  fc.record({ kind: fc.constant('points'), back: fc.nat(5), value: fc.option(fc.integer({ min: -9, max: 9 })) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('epoch'), score: fc.integer({ min: 0, max: 9 }) }) },
  fc.record({ kind: fc.constant('changed'), epochs: fc.integer({ min: 1, max: 99 }) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('kill'), share }) },
  fc.record({ kind: fc.constant('power cut'), share, zeros: fc.boolean() }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume'), share }) },
  fc.record({ kind: fc.constant('end'), status: fc.constantFrom('finished', 'stopped', 'failed') }),
  fc.record({ kind: fc.constant('rename'), name: fc.constantFrom('x', '基线', 'a #1') }),
  only('archive', 'delete', 'expire', 'restore'),
  only('compact', 'rebuild', 'reopen', 'lose index')
) as fc.Arbitrary<Event>
const eventArbitrary = fc.record({ event: happening, run: fc.nat(20), by: fc.nat(1) })

/** One more than the last step: the runs here have no holes. */
const stepsOf = ({ series }: JournalModel): number =>
  Math.max(0, ...Object.values(series).map((values) => values.at(-1)![0] + 1))

function statusOf({ hands, records }: Run): RunStatus {
  if (hands) return 'running'
  const last = records.findLast(({ type }) => type === 'started' || type === 'ended')
  return last?.type === 'ended' ? last.status : 'interrupted'
}

const shelfOf = ({ deleted, archived }: Run): RunShelf =>
  deleted !== 'no' ? 'deleted' : archived ? 'archived' : 'current'

/** What a list shows of a run. */
function summaryOf(run: Run): object {
  const model = modelOf(run.records)
  const { epochs } = model
  const highest = Math.max(...epochs.map(({ score }) => score!))
  const changed = run.records.findLast((record) => record.type === 'changed')
  return {
    ...{ id: run.id, number: run.number, colour: run.number - 1, name: run.name, architecture: run.architecture },
    status: statusOf(run),
    epochs: changed?.value ?? presetExperiment('lenet-5').recipe.epochs,
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
function curveOf(
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

/** A library, its model, and two processes that have it open. */
class World {
  readonly folder = temporaryFolder()
  runs: Run[] = []
  private libraries: Library[] = []

  async open(): Promise<void> {
    for (let count = 0; count < 2; count++) this.libraries.push(await Library.open(this.folder))
  }

  async close(): Promise<void> {
    for (const library of this.libraries.splice(0)) await library.close()
  }

  async suffer(event: Event, chosen: number, by: number): Promise<void> {
    if (event.kind === 'create') return this.create(event.architecture)
    if (event.kind === 'compact') return this.compact(by)
    if (event.kind === 'rebuild') return this.libraries[by]!.rebuild()
    if (event.kind === 'reopen' || event.kind === 'lose index') {
      await this.close()
      if (event.kind === 'lose index') rmSync(indexFolder(this.folder), { recursive: true })
      return this.open()
    }
    const run = this.runs[chosen % this.runs.length]
    if (run) await this.sufferRun(event, run, by)
  }

  private async create(architecture: string): Promise<void> {
    const experiment = presetExperiment('lenet-5')
    experiment.architecture.name = architecture
    const { id, folder } = await createRun(this.folder, experiment)
    const same = this.runs.filter((run) => run.architecture === architecture).length
    const number = 1 + Math.max(0, ...this.runs.map((run) => run.number))
    const name = `${architecture} #${same + 1}`
    const state = { records: [], deleted: 'no' as const, archived: false, hands: null }
    this.runs.push({ id, folder, number, architecture, name, ...state })
  }

  private async compact(by: number): Promise<void> {
    const stays = (run: Run): boolean => run.deleted !== 'long ago' || run.hands !== null
    const gone = this.runs.filter((run) => !stays(run)).length
    expect(await this.libraries[by]!.compact()).toMatchObject({ runs: gone })
    this.runs = this.runs.filter(stays)
  }

  private async sufferRun(event: Event, run: Run, by: number): Promise<void> {
    const library = this.libraries[by]!
    const model = modelOf(run.records)
    const [next, epochs] = [stepsOf(model), model.epochs.length]
    switch (event.kind) {
      case 'steps': {
        const column = (value: (step: number) => number): Float32Array =>
          Float32Array.from({ length: event.count }, (_, index) => value(next + index))
        const loss = column((step) => (step % 97 === 3 ? NaN : Math.sin(step) + event.salt))
        return record(run, { type: 'steps', first: next, series: { loss, accuracy: column((step) => (step % 8) / 8) } })
      }
      case 'points':
        return record(run, {
          type: 'points',
          step: Math.max(0, next - 1 - event.back),
          values: { 'gradientNorm/conv1': event.value }
        })
      case 'epoch':
        return record(run, epochRecord(epochs, { testAccuracy: event.score / 10 }))
      case 'changed':
        return record(run, { type: 'changed', at: 1, step: next, field: 'recipe.epochs', value: event.epochs })
      case 'end':
        await record(run, ended(event.status))
        return letGo(run)
      case 'kill':
        return kill(run, event.share)
      case 'power cut':
        await this.close()
        await cutOff(run, event.share, event.zeros)
        return this.open()
      case 'resume':
        if (run.hands) await kill(run, event.share)
        return takeUp(run, Math.round(event.share * next), Math.round(event.share * epochs))
      case 'rename':
        await library.renameRun(run.id, event.name)
        run.name = event.name
        return
      case 'archive':
        run.archived = !run.archived
        return library.changeUser(run.id, { archivedAt: run.archived ? Date.now() : null })
      case 'delete':
        if (run.hands) return expect(library.deleteRun(run.id)).rejects.toMatchObject({ code: 'run-active' })
        run.deleted = 'now'
        return library.deleteRun(run.id)
      case 'expire':
        run.deleted = 'long ago'
        // As another program may write it.
        await changeUser(run.folder, { deletedAt: Date.now() - 31 * DAY_MS })
        return
      case 'restore':
        run.deleted = 'no'
        return library.restoreRun(run.id)
    }
  }

  /** One of the processes shows what the model says, of `shown` with all curves. */
  async check(by: number, shown: readonly Run[]): Promise<void> {
    const library = this.libraries[by]!
    await library.refresh()
    for (const shelf of runShelves) {
      const { runs, total } = library.list({ shelf, sort: { by: 'number', descending: false } })
      const expected = this.runs.filter((run) => shelfOf(run) === shelf).sort((a, b) => a.number - b.number)
      expect(runs).toMatchObject(expected.map(summaryOf))
      expect(total).toBe(expected.length)
    }
    for (const run of shown) {
      const { series, epochs } = modelOf(run.records)
      const names = Object.keys(series).sort()
      // Before the details, which read the journal: curves of a long run then come from its levels.
      const curves = await library.getCurves([...names, 'none'].map((name) => ({ run: run.id, name, points: POINTS })))
      curves.forEach(({ name, steps: at, mean, minimum, maximum }) => {
        const points = Array.from(at, (step, index) => ({
          ...{ step, mean: mean[index]!, minimum: minimum[index]!, maximum: maximum[index]! }
        }))
        expect(points, name).toEqual(curveOf(series[name] ?? []))
      })
      const detail = await library.getDetail(run.id)
      expect(detail.epochs).toEqual(epochs)
      expect([...detail.series].sort()).toEqual(names)
      expect(detail.summary).toMatchObject(summaryOf(run))
    }
  }
}

/** Whoever has no hands on the run yet goes on at its end. */
async function record(run: Run, one: JournalRecord): Promise<void> {
  if (!run.hands) {
    const model = modelOf(run.records)
    await takeUp(run, stepsOf(model), model.epochs.length)
  }
  run.hands!.lastBegan = run.hands!.journal.position
  await run.hands!.journal.append([one])
  run.records.push(one)
}

async function takeUp(run: Run, step: number, epoch: number): Promise<void> {
  const ownership = await takeOwnership(run.folder)
  const { journal, records } = await JournalWriter.open(run.folder)
  run.hands = { journal, ownership, lastBegan: journal.position }
  expect(records).toEqual(run.records)
  await record(run, started(10, step, epoch))
}

async function letGo(run: Run): Promise<void> {
  await run.hands?.journal.close()
  await run.hands?.ownership.release()
  run.hands = null
}

/** As a killed process leaves it: with a share of the record that it was about to write, and no living owner. */
async function kill(run: Run, share: number): Promise<void> {
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
async function cutOff(run: Run, share: number, zeros: boolean): Promise<void> {
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

it('whatever befalls a library, it shows what a plain model says, and so does an index made from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(eventArbitrary, { minLength: 5, maxLength: 30 }), async (events) => {
      const world = new World()
      try {
        await world.open()
        for (const { event, run, by } of events) {
          await world.suffer(event, run, by)
          const shown = world.runs[run % world.runs.length]
          await world.check(1 - by, shown ? [shown] : [])
        }
        for (const by of [0, 1]) await world.check(by, world.runs)
        for (const run of world.runs) await letGo(run)
        await world.close()
        await expectIndexWhole(world.folder)
      } finally {
        for (const run of world.runs) await letGo(run)
        await world.close()
        rmSync(world.folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 40 }
  )
})
