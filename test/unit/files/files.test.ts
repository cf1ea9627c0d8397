import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeError, writeFileAtomic } from '../../../src/main/files'
import { SettingsStore } from '../../../src/main/settings'
import { temporaryFolder } from '../support'

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

  it('names a full disk as such', () => {
    const error = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    expect(writeError('/x', error)).toMatchObject({ code: 'disk-full', parameters: { file: '/x' } })
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

  it.each(['{"theme":', '{"theme":"purple"}', '[]', '\u0000'])(
    'falls back from %j and keeps the bad file',
    (content) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'settings.json'), content)
      expect(new SettingsStore(folder).get().theme).toBe('system')
      const kept = readdirSync(folder).filter((name) => name.includes('damaged'))
      expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([content])
    }
  )

  it('completes a file that an older version wrote', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'settings.json'), '{"theme":"dark"}')
    expect(new SettingsStore(folder).get()).toMatchObject({ theme: 'dark', view: '/architecture' })
  })
})
