import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  changeUser,
  changeUsers,
  createRun,
  giveNumber,
  listRunIds,
  readNumber,
  readRunFile,
  readUser,
  runFolder
} from '../../../src/main/run/folder'
import type { Experiment } from '../../../src/shared/experiment/schema'
import { presetExperiment } from '../../../src/shared/presets'
import { temporaryFolder } from '../support'
import { readAll } from './journalRecords'

vi.mock('node:fs/promises', { spy: true })
afterEach(() => vi.mocked(fs.rename).mockReset())

const experiment = presetExperiment('lenet-5')
const called = (name: string): Experiment => ({ ...experiment, architecture: { ...experiment.architecture, name } })
const put = (folder: string, name: string, value: unknown): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
}
const stranger = { format: 'residuum.run', version: 1, id: 'theirs', name: 'Theirs', createdAt: 5 }

describe('a new run', () => {
  it('has its experiment, its name and its number, and no journal yet', async () => {
    const library = temporaryFolder()
    const { id, folder } = await createRun(library, experiment)
    expect(id).toMatch(/^\d{8}-\d{6}-[0-9a-f]{6}$/)
    expect(folder).toBe(join(library, 'runs', id))
    expect(readdirSync(folder).sort()).toEqual(['number.json', 'run.json'])
    const file = await readRunFile(folder)
    expect(file).toMatchObject({ id, name: `${experiment.architecture.name} #1`, experiment, settings: {} })
    expect(Math.abs(file.createdAt - Date.now())).toBeLessThan(60_000)
    expect(await readNumber(folder)).toEqual({ number: 1, colour: 0 })
    expect(await readUser(folder)).toEqual({
      name: null,
      notes: '',
      tags: [],
      starred: false,
      archivedAt: null,
      deletedAt: null
    })
    expect((await readAll(folder)).records).toEqual([])
    expect(await listRunIds(library)).toEqual([id])
  })

  it('is numbered after the highest of all, the trash included, and named after those of its architecture', async () => {
    const library = temporaryFolder()
    const first = await createRun(library, called('Net'))
    await changeUser(first.folder, { name: 'Something else', deletedAt: 5 })
    put(join(library, 'runs', 'theirs'), 'run.json', { ...stranger, name: 'Net #2' })
    put(join(library, 'runs', 'theirs'), 'number.json', { number: 41, colour: 3 })
    put(join(library, 'runs', 'broken'), 'run.json', '{')
    put(join(library, 'runs', 'broken'), 'number.json', 'no number')
    const other = await createRun(library, called('Other'))
    const second = await createRun(library, called('Net'))
    expect([(await readRunFile(other.folder)).name, (await readRunFile(second.folder)).name]).toEqual([
      'Other #1',
      'Net #2'
    ])
    expect([await readNumber(other.folder), await readNumber(second.folder)]).toEqual([
      { number: 42, colour: 41 },
      { number: 43, colour: 42 }
    ])
  })

  it('of many at once has a number of its own', async () => {
    const library = temporaryFolder()
    const runs = await Promise.all(Array.from({ length: 8 }, () => createRun(library, experiment)))
    const numbers = await Promise.all(runs.map(async ({ folder }) => (await readNumber(folder))!.number))
    const names = await Promise.all(runs.map(async ({ folder }) => (await readRunFile(folder)).name))
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(new Set(names).size).toBe(8)
  })

  it('may have the longest name there is', async () => {
    const { folder } = await createRun(temporaryFolder(), called('x'.repeat(200)))
    expect((await readRunFile(folder)).name).toBe(`${'x'.repeat(197)} #1`)
  })

  it('is not made of a name that no list could show', async () => {
    const library = temporaryFolder()
    await expect(createRun(library, called('a\nb'))).rejects.toMatchObject({ code: 'name-control' })
    expect(existsSync(join(library, 'runs'))).toBe(false)
  })

  it.each([
    ['ENOSPC', 'disk-full'],
    ['EROFS', 'run-read-only'],
    ['EIO', 'cannot-write']
  ])('leaves no folder where its files cannot be written (%s)', async (code, expected) => {
    const library = temporaryFolder()
    const { rename } = await vi.importActual<typeof fs>('node:fs/promises')
    vi.mocked(fs.rename).mockImplementation((from, to) =>
      String(to).endsWith('number.json') ? Promise.reject(Object.assign(new Error(code), { code })) : rename(from, to)
    )
    await expect(createRun(library, experiment)).rejects.toMatchObject({ code: expected })
    expect(await listRunIds(library)).toEqual([])
  })
})

describe('the folders of a library', () => {
  it('are listed in their order, links with them, files and hidden ones without', async () => {
    const library = temporaryFolder()
    expect(await listRunIds(library)).toEqual([])
    const elsewhere = temporaryFolder()
    for (const id of ['b', 'a', '.tmp']) mkdirSync(join(library, 'runs', id), { recursive: true })
    put(join(library, 'runs'), 'owner-000001.json', {})
    symlinkSync(elsewhere, join(library, 'runs', 'c'))
    expect(await listRunIds(library)).toEqual(['a', 'b', 'c'])
  })

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', '.hidden', 'x'.repeat(65), 'a\0'])('have no run called %j', (id) => {
    expect(() => runFolder('/library', id)).toThrow(expect.objectContaining({ code: 'run-missing' }))
  })
})

describe('run.json', () => {
  it('of a stranger may lack experiment and settings, and a copied folder is a run of its own', async () => {
    const folder = join(temporaryFolder(), 'copy')
    put(folder, 'run.json', stranger)
    expect(await readRunFile(folder)).toEqual({ ...stranger, id: 'copy', experiment: null, settings: {} })
  })

  it.each([
    ['run-newer', { ...stranger, version: 2, more: 1 }],
    ['run-newer', { ...stranger, experiment: { version: 2 } }],
    ['run-damaged', { ...stranger, name: '' }],
    ['run-damaged', { ...stranger, createdAt: 1e18 }],
    ['run-damaged', { ...stranger, experiment: { version: 1 } }],
    ['run-damaged', '{"format":'],
    ['run-damaged', 'null'],
    ['run-damaged', '']
  ])('is refused as %s where it is %j', async (code, content) => {
    const folder = join(temporaryFolder(), 'run')
    put(folder, 'run.json', content)
    await expect(readRunFile(folder)).rejects.toMatchObject({ code })
  })

  it('that is missing is a missing run', async () => {
    await expect(readRunFile(join(temporaryFolder(), 'gone'))).rejects.toMatchObject({
      code: 'run-missing',
      parameters: { id: 'gone' }
    })
  })
})

describe('the number of a stranger’s run', () => {
  it('is given once, also where many ask', async () => {
    const library = temporaryFolder()
    await createRun(library, experiment)
    put(join(library, 'runs', 'theirs'), 'run.json', stranger)
    expect(await readNumber(runFolder(library, 'theirs'))).toBeNull()
    const given = await Promise.all(Array.from({ length: 4 }, () => giveNumber(library, 'theirs')))
    expect(new Set(given.map(({ number }) => number))).toEqual(new Set([2]))
    await createRun(library, experiment)
    expect(await giveNumber(library, 'theirs')).toEqual({ number: 2, colour: 1 })
    expect(await readNumber(runFolder(library, 'theirs'))).toEqual({ number: 2, colour: 1 })
  })
})

describe('what the user says of a run', () => {
  it('keeps every one of many changes', async () => {
    const { folder } = await createRun(temporaryFolder(), experiment)
    const before = readFileSync(join(folder, 'run.json'))
    await Promise.all([
      changeUser(folder, { notes: 'slow' }),
      changeUser(folder, { starred: true }),
      changeUser(folder, { tags: ['a', 'b'] }),
      changeUser(folder, { name: 'Best' })
    ])
    expect(await readUser(folder)).toMatchObject({ notes: 'slow', starred: true, tags: ['a', 'b'], name: 'Best' })
    expect(await changeUser(folder, { name: null })).toMatchObject({ notes: 'slow', name: null })
    expect(readFileSync(join(folder, 'run.json'))).toEqual(before)
  })

  it('is changed for many runs at once', async () => {
    const library = temporaryFolder()
    const folders = [await createRun(library, experiment), await createRun(library, experiment)].map(
      (run) => run.folder
    )
    await changeUser(folders[0]!, { notes: 'mine' })
    expect(await changeUsers(folders, { archivedAt: 9 })).toMatchObject([
      { notes: 'mine', archivedAt: 9 },
      { archivedAt: 9 }
    ])
    expect(await readUser(folders[1]!)).toMatchObject({ notes: '', archivedAt: 9 })
    expect(await changeUsers([], { archivedAt: 9 })).toEqual([])
  })

  it('takes no name that no list could show', async () => {
    const { folder } = await createRun(temporaryFolder(), experiment)
    await expect(changeUser(folder, { name: 'a\tb' })).rejects.toMatchObject({ code: 'name-control' })
    await expect(changeUser(folder, { tags: ['\u0007'] })).rejects.toMatchObject({ code: 'name-control' })
    expect(existsSync(join(folder, 'user.json'))).toBe(false)
  })

  it('that cannot be understood is left as it is', async () => {
    const { folder } = await createRun(temporaryFolder(), experiment)
    put(folder, 'user.json', '{"notes":"precious')
    await expect(readUser(folder)).rejects.toMatchObject({ code: 'run-damaged' })
    await expect(changeUser(folder, { starred: true })).rejects.toMatchObject({ code: 'run-damaged' })
    expect(readFileSync(join(folder, 'user.json'), 'utf8')).toBe('{"notes":"precious')
  })
})
