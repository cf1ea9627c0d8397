import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { readArchitecture, readExperiment } from '../../src/main/cli/documents'
import { makeFolder, readIfThere, readWhole, readWholeSync, writeError, writeFileAtomic } from '../../src/main/files'
import { Library } from '../../src/main/library/library'
import { SettingsStore } from '../../src/main/settings'
import { temporaryFolder } from './support'

describe('writeFileAtomic', () => {
  it('writes every byte, makes the folder and leaves no temporary file', async () => {
    const folder = join(temporaryFolder(), 'new')
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251)
    await writeFileAtomic(join(folder, 'a.bin'), bytes)
    expect(readFileSync(join(folder, 'a.bin')).equals(bytes)).toBe(true)
    expect(readdirSync(folder)).toEqual(['a.bin'])
  })

  it('keeps the former content when it cannot write, says where, and a later write succeeds', async () => {
    const folder = temporaryFolder()
    // A file where the folder should be fails for root too, which ignores permissions.
    writeFileSync(join(folder, 'blocked'), 'former')
    await expect(writeFileAtomic(join(folder, 'blocked/x'), 'new')).rejects.toMatchObject({ code: 'cannot-write' })
    expect(readFileSync(join(folder, 'blocked'), 'utf8')).toBe('former')
    mkdirSync(join(folder, 'target'))
    await expect(writeFileAtomic(join(folder, 'target'), 'new')).rejects.toMatchObject({ code: 'cannot-write' })
    expect(readdirSync(folder).sort()).toEqual(['blocked', 'target'])
    await writeFileAtomic(join(folder, 'free'), 'new')
    expect(readFileSync(join(folder, 'free'), 'utf8')).toBe('new')
  })

  it('makes the bytes last before they get their name, and the name after', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'a')
    writeFileSync(file, 'former')
    const handle = await open(file)
    const prototype = Object.getPrototypeOf(handle) as typeof handle
    await handle.close()
    const { sync } = prototype
    const synced: unknown[] = []
    const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: typeof handle) {
      const found = await this.stat()
      synced.push([found.isDirectory() ? 'folder' : found.size, readFileSync(file, 'utf8')])
      await sync.call(this)
    })
    await writeFileAtomic(file, 'the new one').finally(() => spy.mockRestore())
    expect(synced).toEqual([
      [11, 'former'],
      ['folder', 'the new one']
    ])
  })

  it('names a full disk as such', () => {
    const error = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    expect(writeError('/x', error)).toMatchObject({ code: 'disk-full', parameters: { file: '/x' } })
  })
})

describe('reading', () => {
  it('gives a file’s bytes, through a link too, and null for one that is not there', async () => {
    const folder = temporaryFolder()
    const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index % 253))
    writeFileSync(join(folder, 'a'), bytes)
    symlinkSync('a', join(folder, 'link'))
    expect((await readWhole(join(folder, 'link'), 300_000)).equals(bytes)).toBe(true)
    expect(readWholeSync(join(folder, 'a'), 300_000).equals(bytes)).toBe(true)
    expect(await readIfThere(join(folder, 'b'), 10)).toBeNull()
    await expect(readWhole(join(folder, 'b'), 10)).rejects.toMatchObject({ code: 'cannot-read' })
  })

  it('refuses what is larger than the limit without reading it', async () => {
    const file = join(temporaryFolder(), 'sparse')
    writeFileSync(file, '')
    truncateSync(file, 2 ** 40)
    const refusal = { code: 'file-too-large', parameters: { file, size: 2 ** 40, max: 1000 } }
    await expect(readWhole(file, 1000)).rejects.toMatchObject(refusal)
    expect(() => readWholeSync(file, 1000)).toThrow(expect.objectContaining(refusal))
    await expect(readArchitecture(file)).rejects.toMatchObject({ code: 'file-too-large' })
  })

  it.runIf(process.platform === 'linux')('refuses devices, pipes and folders, and never waits for one', async () => {
    const folder = temporaryFolder()
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const file of ['/dev/zero', '/dev/null', '/dev/tty', pipe, folder]) {
      const isNone = file === '/dev/tty' ? /^(not-a-file|cannot-read)$/ : /^not-a-file$/
      const refusal = { code: expect.stringMatching(isNone) as unknown }
      await expect(readExperiment(file)).rejects.toMatchObject(refusal)
      await expect(readArchitecture(file)).rejects.toMatchObject(refusal)
      expect(() => readWholeSync(file, 1000)).toThrow(expect.objectContaining(refusal))
    }
    // Regular to look at, without a size, and without an end for who reads it to the end.
    await expect(readExperiment('/proc/self/mem')).rejects.toMatchObject({ code: 'experiment-file' })
  })

  it.runIf(process.platform === 'linux')('a device is never replaced by a file', async () => {
    const link = join(temporaryFolder(), 'out')
    symlinkSync('/dev/null', link)
    await expect(writeFileAtomic(link, 'x')).rejects.toMatchObject({ code: 'cannot-write' })
    expect(readFileSync(link, 'utf8')).toBe('')
  })
})

describe('folders', () => {
  it('are made with those above them, and may be there already', () => {
    const folder = join(temporaryFolder(), 'a/b/c')
    makeFolder(folder)
    makeFolder(folder)
    expect(existsSync(folder)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('that cannot be made are given up, with where and why', async () => {
    expect(() => makeFolder('/proc/x')).toThrow(/ENOENT/)
    expect(() => makeFolder('/proc/x/y/z')).toThrow(/ENOENT/)
    await expect(writeFileAtomic('/proc/x/y', 'text')).rejects.toMatchObject({
      code: 'cannot-write',
      parameters: { file: '/proc/x/y', message: expect.stringContaining('/proc/x') as unknown }
    })
    await expect(Library.open('/proc/x')).rejects.toThrow(/\/proc\/x/)
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(() => makeFolder(join(file, 'a'))).toThrow(/ENOTDIR/)
  })
})

describe('SettingsStore', () => {
  it('remembers changes and leaves everything else as it was', async () => {
    const folder = temporaryFolder()
    const store = new SettingsStore(folder)
    await store.set({ theme: 'dark' })
    await store.set({ locale: 'zh-CN' })
    expect(new SettingsStore(folder).get()).toMatchObject({ theme: 'dark', locale: 'zh-CN', smoothing: 0.9 })
  })

  it.each(['{"theme":', '[]', '\u0000'])('falls back from %j and keeps the bad file', (content) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'settings.json'), content)
    expect(new SettingsStore(folder).get().theme).toBe('system')
    const kept = readdirSync(folder).filter((name) => name.includes('damaged'))
    expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([content])
  })

  it('keeps what can be read of a file of which one value cannot', async () => {
    const folder = temporaryFolder()
    const content = '{"theme":"purple","locale":"zh-CN"}'
    writeFileSync(join(folder, 'settings.json'), content)
    const store = new SettingsStore(folder)
    expect(store.get()).toMatchObject({ theme: 'system', locale: 'zh-CN' })
    expect(readdirSync(folder)).toEqual(['settings.json'])
    await store.set({ smoothing: 0.5 })
    await store.set({ smoothing: 0.6 })
    expect(new SettingsStore(folder).get()).toMatchObject({ theme: 'system', locale: 'zh-CN' })
    const kept = readdirSync(folder).filter((name) => name.includes('damaged'))
    expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([content])
  })

  it('says that a write failed, keeps the change for now, and writes all that comes later', async () => {
    const folder = temporaryFolder()
    const store = new SettingsStore(folder)
    const file = join(folder, 'settings.json')
    mkdirSync(file)
    await expect(store.set({ theme: 'dark' })).rejects.toMatchObject({ code: 'cannot-write' })
    expect(store.get().theme).toBe('dark')
    rmdirSync(file)
    await store.set({ locale: 'zh-CN' })
    await store.settled()
    expect(new SettingsStore(folder).get()).toMatchObject({ theme: 'dark', locale: 'zh-CN' })
  })

  it('completes a file that an older version wrote', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'settings.json'), '{"theme":"dark"}')
    expect(new SettingsStore(folder).get()).toMatchObject({ theme: 'dark', view: '/architecture' })
  })
})
