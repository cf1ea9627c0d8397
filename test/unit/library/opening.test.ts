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
import { describeError } from '../../../src/shared/errors'
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

const fileOf = (folder: string): string => join(folder, 'library.sqlite')

describe('a library that cannot be written', () => {
  it.each(['a file', 'a folder', 'a new one'])('is said to be so, not to be unreadable: %s', async (which) => {
    const folder = temporaryFolder()
    if (which !== 'a new one') Library.open(folder).close()
    const before = readdirSync(folder)
    chmodSync(which === 'a file' ? fileOf(folder) : folder, 0o555)
    expect(await openElsewhere(folder)).toBe('library-unwritable')
    expect(readdirSync(folder)).toEqual(before)
    chmodSync(which === 'a file' ? fileOf(folder) : folder, 0o755)
    expect(await openElsewhere(folder)).toBe('ok')
  })

  it('is told from one that cannot be read, one that is no file, and a folder that cannot be made', async () => {
    const folder = temporaryFolder()
    Library.open(folder).close()
    chmodSync(fileOf(folder), 0)
    expect(await openElsewhere(folder)).toBe('cannot-read')
    rmSync(fileOf(folder))
    mkdirSync(fileOf(folder))
    expect(() => Library.open(folder)).toThrow(expect.objectContaining({ code: 'library-damaged' }))
    writeFileSync(join(folder, 'blocked'), '')
    const blocked = join(folder, 'blocked/library')
    expect(() => Library.open(blocked)).toThrow(expect.objectContaining({ code: 'library-unwritable' }))
  })
})

describe('a library that was there', () => {
  it('is refused when its file is empty, and the file is kept', () => {
    const folder = temporaryFolder()
    writeFileSync(fileOf(folder), '')
    expect(() => Library.open(folder)).toThrow(expect.objectContaining({ code: 'library-empty' }))
    expect(readFileSync(fileOf(folder))).toHaveLength(0)
    expect(readdirSync(folder)).toEqual(['library.sqlite'])
    rmSync(fileOf(folder))
    Library.open(folder).close()
  })

  it.each(['runs', 'library.sqlite-wal'])('is refused when its file is gone but %s is left', (name) => {
    const folder = temporaryFolder()
    if (name === 'runs') mkdirSync(join(folder, 'runs/20260101-000000-abcdef'), { recursive: true })
    else writeFileSync(join(folder, name), 'x')
    const remains = join(folder, name)
    expect(() => Library.open(folder)).toThrow(
      expect.objectContaining({ code: 'library-gone', parameters: { file: fileOf(folder), remains } })
    )
    expect(readdirSync(folder)).toEqual([name])
    rmSync(remains, { recursive: true })
    Library.open(folder).close()
  })
})

describe('what lies where a library should be', () => {
  const refusal = (folder: string): unknown => {
    try {
      Library.open(folder).close()
      return null
    } catch (error) {
      return describeError(error)
    }
  }

  it('is named: a file, links to nothing and to themselves', () => {
    const folder = temporaryFolder()
    const [file, dead] = [join(folder, 'file'), join(folder, 'dead')]
    writeFileSync(file, 'x')
    symlinkSync(join(folder, 'nowhere'), dead)
    expect(refusal(file)).toMatchObject({
      code: 'library-unwritable',
      parameters: { message: expect.stringContaining('it is no folder') as string }
    })
    expect(refusal(dead)).toMatchObject({
      code: 'library-unwritable',
      parameters: { message: expect.stringContaining('it is a link to nothing') as string }
    })
    for (const [name, target] of [
      ['loop', 'library.sqlite'],
      ['gone', 'nowhere']
    ] as const) {
      const own = join(folder, name)
      mkdirSync(own)
      symlinkSync(join(own, target), fileOf(own))
      expect(refusal(own)).toMatchObject({ code: 'library-damaged', parameters: { file: fileOf(own) } })
    }
    expect(readFileSync(file, 'utf8')).toBe('x')
  })

  it('is told before a run is trained for it: runs that are no folder', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'runs'), 'x')
    expect(refusal(folder)).toMatchObject({ code: 'library-unwritable', parameters: { file: join(folder, 'runs') } })
  })
})

describe('a library that others use', () => {
  it('is said to be locked, not to be damaged, when the lock stays', () => {
    const folder = temporaryFolder()
    Library.open(folder).close()
    const holder = new Database(fileOf(folder))
    const other = new Database(fileOf(folder))
    other.execute('PRAGMA busy_timeout = 10')
    holder.execute('BEGIN EXCLUSIVE')
    expect(() => other.transaction(() => undefined)).toThrow(expect.objectContaining({ code: 'library-locked' }))
    holder.execute('ROLLBACK')
    other.transaction(() => undefined)
    other.close()
    holder.close()
  })

  it('is made once when twelve processes start at once on a new one, and each can use it', async () => {
    const folder = join(temporaryFolder(), 'library')
    const time = Date.now() + 3000
    const starts = Array.from({ length: 12 }, () => openElsewhere(folder, time))
    expect(await Promise.all(starts)).toEqual(starts.map(() => 'ok'))
    const library = Library.open(folder)
    expect(library.listRuns()).toHaveLength(12)
    library.close()
    expect(readdirSync(folder).filter((name) => name.includes('new'))).toEqual([])
  })
})
