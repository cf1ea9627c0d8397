import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database, type SqlValue } from '../../../src/main/library/database'
import { Library } from '../../../src/main/library/library'
import type { LibraryChange } from '../../../src/shared/run/change'
import { changeUser } from '../../../src/main/run/folder'
import { JournalWriter } from '../../../src/main/run/journal'
import { takeOwnership } from '../../../src/main/run/owner'
import { presetExperiment } from '../../../src/shared/presets'
import { addRun, append, ended, epochRecord, journalOf, metrics, started, steps } from '../../support/runFolders'
import { temporaryFolder } from '../support'

const indexOf = (folder: string): string => join(folder, 'index/index.sqlite')

async function opened(folder: string): Promise<Library> {
  const library = await Library.open(folder)
  await library.refresh()
  return library
}

/** What the lists show of a library whose index is made from nothing. */
async function rebuilt(folder: string): Promise<unknown> {
  const copy = indexOf(folder)
  for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true })
  const library = await opened(folder)
  const found = contents(library)
  await library.close()
  return found
}

/** All that an index holds but how far its journals were read in pieces. */
function contents(library: Library): unknown {
  const { database } = library as unknown as { database: Database }
  const tables = ['runs', 'settings', 'tags']
  return Object.fromEntries(tables.map((table) => [table, database.all(`SELECT * FROM ${table} ORDER BY 1, 2`)]))
}

describe('Library', () => {
  it('shows a run with everything recorded, from its folder', async () => {
    const folder = temporaryFolder()
    const layers = { 'gradientNorm/conv1': 0.5, 'weightNorm/conv1': 2, 'deadShare/relu1': 0.25 }
    const { id } = await addRun(
      folder,
      [
        started(2),
        steps(0, 2, (step) => 2.25 - step),
        { type: 'points', step: 1, values: layers },
        epochRecord(0, { testAccuracy: 0.5 }),
        { type: 'changed', at: 1, step: 2, field: 'recipe.epochs', value: 7 },
        steps(2, 1),
        epochRecord(1, { testAccuracy: 0.25 }),
        ended()
      ],
      presetExperiment('resnet-20')
    )
    const library = await opened(folder)
    const [run] = library.listRuns()
    expect(run).toMatchObject({ id, number: 1, name: 'resnet-20 #1', status: 'finished', epochsDone: 2, epochs: 7 })
    expect(run).toMatchObject({ parameters: 62_006, steps: 3, problem: null, finishedAt: 9_000 })
    expect(run!.best).toEqual(metrics(0, { testAccuracy: 0.5 }))
    expect(run!.last).toEqual(metrics(1, { testAccuracy: 0.25 }))
    const detail = await library.getDetail(id)
    const experiment = presetExperiment('resnet-20')
    expect(detail.experiment).toEqual({ ...experiment, recipe: { ...experiment.recipe, epochs: 7 } })
    expect(detail).toMatchObject({ stepsPerEpoch: 2, series: ['loss', ...Object.keys(layers)] })
    expect(detail.diagnostics).toEqual({
      step: 1,
      layers: [
        { path: 'conv1', gradientNorm: 0.5, weightNorm: 2, deadShare: null },
        { path: 'relu1', gradientNorm: null, weightNorm: null, deadShare: 0.25 }
      ]
    })
    await library.close()
  })

  it('has one best epoch, which is none that has diverged', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(1)])
    const library = await Library.open(folder)
    const best = async (): Promise<number | null> => {
      await library.hint(id)
      return library.getRun(id).best?.epoch ?? null
    }
    for (const [epoch, score] of [0.1, 0.4, 0.2, 0.4, 0.3].entries()) await append(run, [epochRecord(epoch, { score })])
    expect(await best()).toBe(1)
    await append(run, [started(1, 1, 1), epochRecord(1, { score: 0.4, testLoss: 2.6e22 })])
    expect(await best()).toBe(0)
    expect(library.getRun(id).diverged).toBe(true)
    await append(run, [epochRecord(2, { score: null }), epochRecord(3, { score: 5 })])
    expect(await best()).toBe(3)
    expect(library.getRun(id).diverged).toBe(false)
    await library.close()
  })

  it('tells a run that goes on from one whose process is gone', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(1)])
    const library = await opened(folder)
    expect(library.getRun(id).status).toBe('interrupted')
    const owner = await takeOwnership(run)
    await library.hint(id)
    expect(library.getRun(id).status).toBe('running')
    await expect(library.deleteRun(id)).rejects.toMatchObject({ code: 'run-active' })
    await owner.release()
    await library.hint(id)
    expect(library.getRun(id).status).toBe('interrupted')
    await library.close()
  })

  it('keeps what the user says of a run in its folder, and a deleted run for 30 days', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(1), epochRecord(0), ended()])
    const { id: other } = await addRun(folder, [started(1), ended()])
    const library = await opened(folder)
    const told: LibraryChange[] = []
    library.subscribe((change) => told.push(change))
    await library.renameRun(id, '基线')
    await library.changeUser(id, { tags: ['a', '"b"'], notes: '好', starred: true })
    const said = { name: '基线', tags: ['a', '"b"'], notes: '好', starred: true }
    expect(library.getRun(id)).toMatchObject(said)
    await library.deleteRun(id)
    expect(library.listRuns().map((one) => one.id)).toEqual([other])
    expect(library.list({ shelf: 'deleted' }).runs).toMatchObject([{ id, ...said }])
    await library.restoreRun(id)
    expect(library.listRuns()).toHaveLength(2)
    expect(told.map(({ type }) => type)).toEqual(['run-changed', 'run-changed', 'run-removed', 'run-added'])
    expect(await rebuilt(folder)).toEqual(contents(library))

    // Neither what was deleted lately nor at what is no time of this program goes for good.
    for (const deletedAt of [Date.now() - 29 * 24 * 3600_000, 0, -5, Math.round(Date.now() / 1000)]) {
      await changeUser(run, { deletedAt })
      expect(await library.compact()).toMatchObject({ runs: 0 })
    }
    expect(existsSync(run)).toBe(true)
    await changeUser(run, { deletedAt: Date.now() - 31 * 24 * 3600_000 })
    expect(await library.compact()).toMatchObject({ runs: 1 })
    expect(existsSync(run)).toBe(false)
    expect(() => library.getRun(id)).toThrow('not in the library')
    expect(library.list().total).toBe(1)
    await library.close()
  })

  it('lists a run that cannot be read among good ones, with what is wrong and what is known of it', async () => {
    const folder = temporaryFolder()
    const records = [started(1), epochRecord(0), epochRecord(1), ended()]
    const good = await addRun(folder, records)
    const garbled = await addRun(folder, records)
    const torn = await addRun(folder, records)
    const newer = await addRun(folder, records)
    const lost = await addRun(folder, records)
    writeFileSync(join(garbled.folder, 'run.json'), '{"format":')
    const bytes = readFileSync(journalOf(torn.folder))
    bytes[bytes.indexOf('"epoch":1') + 2]! ^= 1
    writeFileSync(journalOf(torn.folder), bytes)
    const run = JSON.parse(readFileSync(join(newer.folder, 'run.json'), 'utf8')) as object
    writeFileSync(join(newer.folder, 'run.json'), JSON.stringify({ ...run, version: 2 }))
    rmSync(join(lost.folder, 'run.json'))
    mkdirSync(join(folder, 'runs/no run at all'))
    // Stands for what may not be looked at, which root may.
    const closed = { id: 'closed', folder: join(folder, 'runs/closed') }
    mkdirSync(closed.folder)
    for (const name of ['run.json', 'user.json', 'journal']) symlinkSync(name, join(closed.folder, name))
    const library = await opened(folder)
    const found = new Map(library.list().runs.map((one) => [one.id, one]))
    expect([...found.keys()].sort()).toEqual([good, garbled, torn, newer, lost, closed].map(({ id }) => id).sort())
    const problems = [good, garbled, torn, newer, lost, closed].map(({ id }) => found.get(id)!.problem?.code ?? null)
    expect(problems).toEqual([null, 'run-damaged', 'journal-damaged', 'run-newer', 'run-damaged', 'cannot-read'])
    expect(found.get(garbled.id)).toMatchObject({ name: garbled.id, epochsDone: 2, number: 2 })
    expect(found.get(torn.id)).toMatchObject({ name: 'lenet-5 #3', epochsDone: 1 })
    await expect(library.getDetail(garbled.id)).rejects.toMatchObject({ code: 'run-damaged' })
    expect((await library.getDetail(torn.id)).epochs).toHaveLength(1)
    expect((await library.check()).problems.map(({ id }) => id).sort()).toEqual(
      [garbled, torn, newer, lost, closed].map(({ id }) => id).sort()
    )
    await library.close()
  })

  it('lists the run of another program by its free settings', async () => {
    const folder = temporaryFolder()
    const run = join(folder, 'runs/from-pytorch')
    mkdirSync(run, { recursive: true })
    const file = { format: 'residuum.run', version: 1, id: 'from-pytorch', name: 'SGD in PyTorch', createdAt: 5 }
    writeFileSync(join(run, 'run.json'), JSON.stringify({ ...file, settings: { lr: 0.1, fused: true, note: 'a' } }))
    await append(run, [steps(0, 3), ended()])
    const library = await opened(folder)
    expect(library.getRun('from-pytorch')).toMatchObject({
      name: 'SGD in PyTorch',
      number: 1,
      status: 'finished',
      architecture: null,
      epochs: null,
      epochsDone: 0,
      steps: 3,
      best: null,
      problem: null
    })
    expect(await library.getDetail('from-pytorch')).toMatchObject({
      experiment: null,
      settings: { lr: 0.1, fused: true, note: 'a' },
      stepsPerEpoch: null,
      series: ['loss']
    })
    expect(library.list({ conditions: [{ field: 'lr', operator: '<', value: 0.2 }] }).total).toBe(1)
    expect(library.list({ conditions: [{ field: 'lr', operator: '>', value: 0.2 }] }).total).toBe(0)
    await library.close()
  })

  it('finds a run by its id, a unique beginning of it, or its unique name, in this order', async () => {
    const folder = temporaryFolder()
    const ids: string[] = []
    for (let count = 0; count < 3; count++) ids.push((await addRun(folder, [ended()])).id)
    const [first, second, third] = ids as [string, string, string]
    const library = await opened(folder)
    await library.renameRun(second, first)
    await library.renameRun(third, 'same')
    expect(library.findRun(first)).toBe(first)
    expect(library.findRun(first.slice(0, -1))).toBe(first)
    expect(library.findRun('same')).toBe(third)
    const code = (text: string): unknown => {
      try {
        return library.findRun(text)
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(code('')).toBe('run-missing')
    expect(code('%')).toBe('run-missing')
    expect(code('20')).toBe('run-ambiguous')
    await library.renameRun(first, 'same')
    expect(code('same')).toBe('run-ambiguous')
    await library.close()
  })
})

describe('the index', () => {
  it('is the same read in pieces as made from nothing, also when a run goes back', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(3)])
    const library = await Library.open(folder)
    const pieces = [
      [steps(0, 3)],
      [epochRecord(0, { testAccuracy: 0.9 }), steps(3, 2)],
      [{ type: 'warning', at: 3, error: { code: 'no-mixed', parameters: {} } } as const, started(3, 0, 0)],
      [steps(0, 2), { type: 'paused', at: 4, step: 2 } as const],
      [{ type: 'resumed', at: 5, step: 2 } as const, steps(2, 1), epochRecord(0, { testAccuracy: 0.3 })],
      [{ type: 'changed', at: 6, step: 3, field: 'recipe.optimizer.learningRate', value: 0.5 } as const],
      [epochRecord(1), ended('stopped')]
    ]
    for (const [index, piece] of pieces.entries()) {
      await append(run, piece)
      await library.hint(id)
      const inPieces = contents(library)
      expect(await rebuilt(folder), `piece ${index}`).toEqual(inPieces)
    }
    expect(library.getRun(id)).toMatchObject({ epochsDone: 2, steps: 3, best: { epoch: 1 }, status: 'stopped' })
    const half = { field: 'optimizer.learningRate', operator: '=', value: 0.5 } as const
    expect(library.list({ conditions: [half] }).total).toBe(1)
    await library.close()
  })

  it('follows what others do: new, changed and vanished runs', async () => {
    const folder = temporaryFolder()
    const library = await opened(folder)
    const told: LibraryChange[] = []
    let heard = (): void => undefined
    library.subscribe((change) => {
      told.push(change)
      heard()
    })
    const until = async (type: LibraryChange['type']): Promise<LibraryChange> => {
      for (;;) {
        const found = told.find((change) => change.type === type)
        if (found) {
          told.length = 0
          return found
        }
        await new Promise<void>((resolve) => (heard = resolve))
      }
    }
    library.follow()
    const { id, folder: run } = await addRun(folder, [started(1)])
    expect(await until('run-added')).toMatchObject({ run: { id, epochsDone: 0 } })
    await append(run, [epochRecord(0)])
    expect(await until('run-changed')).toMatchObject({ run: { id, epochsDone: 1 } })
    const owner = await takeOwnership(run)
    const { journal } = await JournalWriter.open(run)
    await journal.append([started(1, 1, 1)])
    await journal.close()
    expect(await until('run-changed')).toMatchObject({ run: { id, status: 'running' } })
    await owner.release()
    expect(await until('run-changed')).toMatchObject({ run: { id, status: 'interrupted' } })
    rmSync(run, { recursive: true })
    expect(await until('run-removed')).toEqual({ type: 'run-removed', id })
    expect(library.listRuns()).toEqual([])
    await library.close()
  })

  it('that cannot be read, or is of an older version, is made anew; a newer one is left alone', async () => {
    const folder = temporaryFolder()
    await addRun(folder, [started(1), epochRecord(0), ended()])
    const library = await opened(folder)
    const before = contents(library)
    await library.close()
    writeFileSync(indexOf(folder), Buffer.alloc(8192, 'not a database'))
    const second = await opened(folder)
    expect(contents(second)).toEqual(before)
    await second.close()
    const torn = readFileSync(indexOf(folder))
    // Its first page says what it is and which version; a later one is garbled.
    torn.fill(0x55, 4096, 8192)
    writeFileSync(indexOf(folder), torn)
    const mended = await opened(folder)
    expect(contents(mended)).toEqual(before)
    await mended.close()
    const setVersion = (version: number): void => {
      const database = new Database(indexOf(folder))
      database.execute(`PRAGMA user_version = ${version}`)
      database.close()
    }
    setVersion(0)
    const third = await opened(folder)
    expect(contents(third)).toEqual(before)
    await third.close()
    setVersion(99)
    const bytes = readFileSync(indexOf(folder))
    await expect(Library.open(folder)).rejects.toMatchObject({ code: 'index-newer' })
    expect(readFileSync(indexOf(folder)).equals(bytes)).toBe(true)
  })

  it('is checked against the folders and rebuilt where it differs', async () => {
    const folder = temporaryFolder()
    const { id } = await addRun(folder, [started(1), epochRecord(0), ended()])
    const { id: gone, folder: goneFolder } = await addRun(folder, [ended()])
    const library = await opened(folder)
    expect(await library.check()).toEqual({ runs: 2, problems: [], stale: [], index: [] })
    const database = new Database(indexOf(folder))
    database.run('UPDATE runs SET epochs_done = 9 WHERE id = ?', id)
    database.close()
    rmSync(goneFolder, { recursive: true })
    expect((await library.check()).stale.sort()).toEqual([id, gone].sort())
    const seen: number[] = []
    await library.rebuild((done) => seen.push(done))
    expect(seen).toEqual([0, 1])
    expect(await library.check()).toEqual({ runs: 1, problems: [], stale: [], index: [] })
    expect(library.getRun(id).epochsDone).toBe(1)
    await library.close()
  })
})

it('what the binding would abort on is refused before it gets there', () => {
  const database = new Database(':memory:')
  expect(() => database.all('SELECT ?', true as unknown as SqlValue)).toThrow(/boolean/)
  expect(() => database.all('SELECT ?', 1n as unknown as SqlValue)).toThrow(/bigint/)
})
