// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { i18n } from '../../../../../src/renderer/app/i18n'
import { useApp } from '../../../../../src/renderer/app/stores/app'
import { useDataset } from '../../../../../src/renderer/app/stores/dataset'
import { ResiduumError } from '../../../../../src/shared/errors'
import { settingsSchema, type Settings } from '../../../../../src/shared/app/settings'
import { pretendMain } from '../../pretended'

const main = pretendMain()
let stored: Settings
let system: { matches: boolean; change(dark: boolean): void }

beforeEach(() => {
  stored = settingsSchema.parse({})
  main.answers['settings.get'] = () => stored
  main.answers['settings.set'] = (part) => (stored = { ...stored, ...part })
  main.answers['app.info'] = () => ({
    version: '0.1.0',
    electron: '40',
    chromium: '144',
    node: '24',
    outdated: false,
    libraryFolder: 'library',
    usualLibrary: '/library',
    libraryGiven: false,
    cacheFolder: 'cache',
    device: null,
    deviceError: null
  })
  const listeners: ((event: { matches: boolean }) => void)[] = []
  system = {
    matches: false,
    change(dark) {
      system.matches = dark
      for (const listener of listeners) listener({ matches: dark })
    }
  }
  const query = {
    ...system,
    addEventListener: (_: string, listener: (typeof listeners)[number]) => listeners.push(listener)
  }
  Object.defineProperty(query, 'matches', { get: () => system.matches })
  vi.spyOn(window, 'matchMedia').mockReturnValue(query as never)
})

const isDark = (): boolean => document.documentElement.classList.contains('dark')

describe('the theme', () => {
  it('follows the system until the user chooses', async () => {
    const app = useApp()
    await app.load()
    expect([app.dark, isDark()]).toEqual([false, false])
    system.change(true)
    await nextTick()
    expect([app.dark, isDark()]).toEqual([true, true])
    await app.change({ theme: 'light' })
    expect([app.dark, isDark()]).toEqual([false, false])
    system.change(false)
    await app.change({ theme: 'dark' })
    expect([app.dark, isDark()]).toEqual([true, true])
  })
})

describe('the language', () => {
  it.each([
    ['zh-TW', 'zh-CN'],
    ['ZH', 'zh-CN'],
    ['de-DE', 'en']
  ])('of a system in %s is %s', (system, expected) => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue(system)
    expect(useApp().language).toBe(expected)
  })

  it('is the one chosen, in the texts and for the screen reader', async () => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB')
    const app = useApp()
    await app.change({ locale: 'zh-CN' })
    await nextTick()
    expect([i18n.global.locale.value, document.documentElement.lang]).toEqual(['zh-CN', 'zh-CN'])
    await app.change({ locale: 'en' })
    await nextTick()
    expect([i18n.global.locale.value, document.documentElement.lang]).toEqual(['en', 'en'])
  })
})

describe('settings', () => {
  it('hold at once and as main has kept them; only what changes is sent', async () => {
    const app = useApp()
    await app.load()
    expect(app.info!.version).toBe('0.1.0')
    // Another window has changed the view meanwhile.
    main.answers['settings.set'] = (part) => ({ ...stored, ...part, view: '/train' })
    const changing = app.change({ smoothing: 0.5 })
    expect(app.settings.smoothing).toBe(0.5)
    await changing
    expect(app.settings).toEqual({ ...settingsSchema.parse({}), smoothing: 0.5, view: '/train' })
    expect(main.askedFor('settings.set')).toEqual([{ smoothing: 0.5 }])
  })
})

describe('the data set', () => {
  it('that cannot be read says why, until it can', async () => {
    main.answers['datasets.get'] = () => {
      throw new ResiduumError('disk-full', { file: 'a' })
    }
    const dataset = useDataset()
    await dataset.load()
    expect([dataset.info, dataset.error]).toEqual([null, { code: 'disk-full', parameters: { file: 'a' } }])
    main.answers['datasets.get'] = () => ({
      name: 'cifar10',
      classes: ['cat'],
      shape: [3, 32, 32],
      counts: { train: 2, test: 1 },
      folder: 'a',
      bytes: 1
    })
    await dataset.load()
    expect([dataset.info!.counts.train, dataset.error]).toEqual([2, null])
  })
})
