import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareSettingsFolder, SettingsStore } from '../../src/main/settings'
import { newRecipe } from '../../src/shared/experiment/schema'
import { presets } from '../../src/shared/presets'
import { settingsSchema } from '../../src/shared/app/settings'
import { temporaryFolder } from './support'

const defaults = settingsSchema.parse({})
const write = (folder: string, content: string | Uint8Array): void =>
  writeFileSync(join(folder, 'settings.json'), content)
const onDisk = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))

describe('settings', () => {
  it('are the defaults where nothing was kept, and write nothing on being read', () => {
    const folder = temporaryFolder()
    expect(new SettingsStore(folder).get()).toEqual(defaults)
    expect(readdirSync(folder)).toEqual([])
  })

  it('are there again for the next start', async () => {
    const folder = temporaryFolder()
    const store = new SettingsStore(folder)
    expect(await store.set({ theme: 'dark' })).toEqual({ ...defaults, theme: 'dark' })
    await store.set({ smoothing: 0.5 })
    expect(new SettingsStore(folder).get()).toEqual({ ...defaults, theme: 'dark', smoothing: 0.5 })
  })

  it('of an older version get the defaults of what it lacks', () => {
    const folder = temporaryFolder()
    write(folder, JSON.stringify({ locale: 'zh-CN' }))
    expect(new SettingsStore(folder).get()).toEqual({ ...defaults, locale: 'zh-CN' })
  })

  it('keep the recipe that was being prepared; what an older one lacks is as new runs have it', () => {
    const folder = temporaryFolder()
    const { recipe } = presets['resnet-20']
    const older = Object.fromEntries(Object.entries(recipe).filter(([name]) => !Object.hasOwn(newRecipe, name)))
    write(folder, JSON.stringify({ experiment: { preset: 'resnet-20', architecture: null, recipe: older } }))
    expect(new SettingsStore(folder).get().experiment!.recipe).toEqual({ ...recipe, ...newRecipe })
  })

  it.each(Object.keys(defaults))('lose %s where it cannot be read, and nothing else', (field) => {
    const folder = temporaryFolder()
    const [other, value] = field === 'theme' ? ['locale', 'zh-CN'] : ['theme', 'light']
    write(folder, JSON.stringify({ [field]: { of: 'another version' }, [other]: value }))
    expect(new SettingsStore(folder).get()).toEqual({ ...defaults, [other]: value })
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })

  it('lose a recipe that cannot be read, and nothing else', () => {
    const folder = temporaryFolder()
    write(folder, JSON.stringify({ theme: 'light', experiment: { preset: 'of another version' } }))
    expect(new SettingsStore(folder).get()).toEqual({ ...defaults, theme: 'light' })
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })
})

describe('a damaged file', () => {
  it.each([
    ['no JSON', '{"theme":'],
    ['no settings', '[]'],
    ['no text', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
    ['empty', '']
  ])('with %s is kept under another name, and the defaults serve', (_, content) => {
    const folder = temporaryFolder()
    write(folder, content)
    expect(new SettingsStore(folder).get()).toEqual(defaults)
    const [kept, ...more] = readdirSync(folder)
    expect(more).toEqual([])
    expect(kept).toMatch(/^settings\.json\.damaged-\d+$/)
    expect(readFileSync(join(folder, kept!))).toEqual(Buffer.from(content))
  })

  it('that is a folder is moved away too, so that settings can be kept', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'settings.json'))
    const store = new SettingsStore(folder)
    await store.set({ view: '/train' })
    expect(onDisk(folder)).toMatchObject({ view: '/train' })
  })
})

describe('changes', () => {
  it('made at once are all kept, the last one of each field', async () => {
    const folder = temporaryFolder()
    const store = new SettingsStore(folder)
    const all = [store.set({ view: '/train' }), store.set({ theme: 'dark' }), store.set({ view: '/compare' })]
    expect(store.get()).toMatchObject({ view: '/compare', theme: 'dark' })
    await Promise.all(all)
    expect(onDisk(folder)).toEqual({ ...defaults, view: '/compare', theme: 'dark' })
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })

  it('that cannot be written say so, hold in this session, and do not hold up the next', async () => {
    const folder = join(temporaryFolder(), 'settings')
    const store = new SettingsStore(folder)
    writeFileSync(folder, 'a file where the folder should be')
    await expect(store.set({ theme: 'dark' })).rejects.toMatchObject({ code: 'cannot-write' })
    await store.settled()
    expect(store.get().theme).toBe('dark')
    await expect(store.set({ view: '/data' })).rejects.toMatchObject({ code: 'cannot-write' })
  })

  it('are on disk once they have settled', async () => {
    const folder = temporaryFolder()
    const store = new SettingsStore(folder)
    void store.set({ theme: 'dark' })
    await store.settled()
    expect(onDisk(folder)).toMatchObject({ theme: 'dark' })
  })
})

describe('the folder of the settings', () => {
  it('is made where it is missing, and nothing stays of the trial', () => {
    const folder = join(temporaryFolder(), 'a', 'b')
    prepareSettingsFolder(folder)
    expect(readdirSync(folder)).toEqual([])
  })

  it('that cannot be one is named', () => {
    const folder = join(temporaryFolder(), 'file')
    writeFileSync(folder, '')
    expect(() => prepareSettingsFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'settings-unwritable',
        parameters: expect.objectContaining({ folder }) as object
      })
    )
  })
})
