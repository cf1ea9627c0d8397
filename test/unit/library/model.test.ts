import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indexFolder } from '../../../src/main/library/index/schema'
import { Library } from '../../../src/main/library/library'
import { changeUser, createRun } from '../../../src/main/run/folder'
import { presetExperiment } from '../../../src/shared/presets'
import { runShelves } from '../../../src/shared/run/query'
import { expectIndexWhole } from '../../soak/runs'
import { modelOf } from '../../support/journalModel'
import {
  curveOf,
  cutOff,
  kill,
  letGo,
  POINTS,
  record,
  shelfOf,
  stepsOf,
  summaryOf,
  takeUp,
  type Run
} from '../../support/libraryModel'
import { ended, epochRecord } from '../../support/runFolders'
import { temporaryFolder } from '../support'

const DAY_MS = 24 * 3600_000

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

  /** While it happens the other process looks, which may come at any moment of it. */
  async sufferWatched(event: Event, chosen: number, by: number): Promise<void> {
    const opensAnew = event.kind === 'power cut' || event.kind === 'reopen' || event.kind === 'lose index'
    const looked = opensAnew ? null : this.libraries[1 - by]!.refresh()
    await this.suffer(event, chosen, by).finally(() => looked)
  }

  private async suffer(event: Event, chosen: number, by: number): Promise<void> {
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

it('whatever befalls a library, it shows what a plain model says, and so does an index made from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(eventArbitrary, { minLength: 5, maxLength: 25 }), async (events) => {
      const world = new World()
      try {
        await world.open()
        for (const { event, run, by } of events) {
          await world.sufferWatched(event, run, by)
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
