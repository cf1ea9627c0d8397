import { spawn } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Database } from '../../../src/main/library/database'
import { Library } from '../../../src/main/library/library'
import { createRun } from '../../../src/main/run/folder'
import { describeError } from '../../../src/shared/errors'
import { presetExperiment } from '../../../src/shared/presets'
import { temporaryFolder } from '../support'

const work = mkdtempSync(join(tmpdir(), 'residuum-opening-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
beforeAll(async () => {
  await build({
    logLevel: 'silent',
    build: {
      outDir: work,
      lib: { entry: join(import.meta.dirname, 'openElsewhere.ts'), formats: ['cjs'], fileName: () => 'open.cjs' },
      rollupOptions: { external: [/^node:/, 'libsql'] }
    }
  })
})

/** Opens a library in a process of its own at a given time, adds a run, and says `ok` or the error's code. */
function openElsewhere(folder: string, time = 0): Promise<string> {
  const [command, ...args] = [
    // Permissions bind root only without these.
    ...(process.geteuid!() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : []),
    process.execPath,
    join(work, 'open.cjs'),
    folder,
    String(time)
  ]
  const env = { ...process.env, NODE_PATH: join(import.meta.dirname, '../../../node_modules') }
  return new Promise((resolve, reject) => {
    const child = spawn(command!, args, { env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}

const indexOf = (folder: string): string => join(folder, 'index/index.sqlite')
const close = async (library: Promise<Library>): Promise<void> => (await library).close()

describe('a library that cannot be written', () => {
  it.each(['the folder', 'the index', 'its folder', 'a new one'])('is said to be so: %s', async (which) => {
    const folder = temporaryFolder()
    if (which !== 'a new one') await close(Library.open(folder))
    const before = readdirSync(folder)
    const place = { 'the index': indexOf(folder), 'its folder': join(folder, 'index') }[which] ?? folder
    chmodSync(place, 0o555)
    expect(await openElsewhere(folder)).toBe('library-unwritable')
    expect(readdirSync(folder)).toEqual(before)
    chmodSync(place, 0o755)
    expect(await openElsewhere(folder)).toBe('ok')
  })

  it('is told from a folder that cannot be made', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'blocked'), '')
    const blocked = join(folder, 'blocked/library')
    await expect(Library.open(blocked)).rejects.toMatchObject({ code: 'library-unwritable' })
  })
})

describe('a library of the time before runs were folders', () => {
  it('is refused when its file is empty, damaged, newer or cannot be read, and the file is kept', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'library.sqlite')
    const refused = async (bytes: Buffer): Promise<unknown> => {
      writeFileSync(file, bytes)
      const error = await Library.open(folder).catch((reason: unknown) => reason)
      expect(readFileSync(file).equals(bytes)).toBe(true)
      return (error as { code: string }).code
    }
    expect(await refused(Buffer.alloc(0))).toBe('library-empty')
    expect(await refused(Buffer.alloc(8192, 'not a database'))).toBe('library-damaged')
    rmSync(file)
    const newer = new Database(file)
    newer.execute('PRAGMA user_version = 99')
    newer.close()
    expect(await refused(readFileSync(file))).toBe('library-newer')
    chmodSync(file, 0)
    expect(await openElsewhere(folder)).toBe('cannot-read')
    rmSync(file)
    mkdirSync(file)
    await expect(Library.open(folder)).rejects.toMatchObject({ code: 'library-irregular' })
  })

  it('whose file is gone still shows the runs that have checkpoints, as damaged', async () => {
    const folder = temporaryFolder()
    const run = join(folder, 'runs/20260101-000000-abcdef')
    mkdirSync(run, { recursive: true })
    writeFileSync(join(run, 'step-00000009.json'), '{}')
    const library = await Library.open(folder)
    await library.refresh()
    expect(library.listRuns()).toMatchObject([{ id: '20260101-000000-abcdef', problem: { code: 'run-damaged' } }])
    await library.close()
  })
})

describe('what lies where a library should be', () => {
  const refusal = (folder: string): Promise<unknown> => close(Library.open(folder)).then(() => null, describeError)

  it('is named: a file, links to nothing and to themselves', async () => {
    const folder = temporaryFolder()
    const [file, dead] = [join(folder, 'file'), join(folder, 'dead')]
    writeFileSync(file, 'x')
    symlinkSync(join(folder, 'nowhere'), dead)
    expect(await refusal(file)).toMatchObject({
      code: 'library-unwritable',
      parameters: { message: expect.stringContaining('it is no folder') as string }
    })
    expect(await refusal(dead)).toMatchObject({
      code: 'library-unwritable',
      parameters: { message: expect.stringContaining('it is a link to nothing') as string }
    })
    expect(readFileSync(file, 'utf8')).toBe('x')
    const own = join(folder, 'loop')
    mkdirSync(own)
    symlinkSync(join(own, 'library.sqlite'), join(own, 'library.sqlite'))
    expect(await refusal(own)).toMatchObject({ code: 'cannot-read', parameters: { file: join(own, 'library.sqlite') } })
  })

  it('is told before a run is trained for it: runs that are no folder', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'runs'), 'x')
    await expect(createRun(folder, presetExperiment('lenet-5'))).rejects.toMatchObject({
      parameters: { file: join(folder, 'runs'), message: expect.stringContaining('it is no folder') as string }
    })
  })
})

describe('a library that others use', () => {
  it('is said to be locked, not to be damaged, when the lock stays', async () => {
    const folder = temporaryFolder()
    await close(Library.open(folder))
    const holder = new Database(indexOf(folder))
    const other = new Database(indexOf(folder), { busyMs: 10 })
    holder.execute('BEGIN EXCLUSIVE')
    expect(() => other.transaction(() => undefined)).toThrow(expect.objectContaining({ code: 'library-locked' }))
    holder.execute('ROLLBACK')
    other.transaction(() => undefined)
    other.close()
    holder.close()
  })

  it.each(['a new one', 'one with a damaged index'])(
    'works for ten processes at once, half of them starting it: %s',
    async (which) => {
      const folder = join(temporaryFolder(), 'library')
      if (which !== 'a new one') {
        await close(Library.open(folder))
        writeFileSync(indexOf(folder), Buffer.alloc(8192, 'not a database'))
      }
      const time = Date.now() + 3000
      const first = Array.from({ length: 5 }, () => openElsewhere(folder, time))
      const later = Array.from({ length: 5 }, (_, index) => openElsewhere(folder, time + 100 * (index + 1)))
      expect(await Promise.all([...first, ...later])).toEqual(Array.from({ length: 10 }, () => 'ok'))
      const library = await Library.open(folder)
      expect(library.listRuns().map(({ number }) => number)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
      expect((await library.check()).stale).toEqual([])
      await library.close()
    }
  )
})
