// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '../../../src/renderer/app/i18n'
import { useExperiment } from '../../../src/renderer/app/stores/experiment'
import { useApp } from '../../../src/renderer/app/stores/app'
import SettingsForm from '../../../src/renderer/train/SettingsForm.vue'
import { counts, settings, settingsFor, valueAt } from '../../../src/shared/experiment/fields'
import { recipeSchema, type Recipe } from '../../../src/shared/experiment/schema'
import { settingSections, type SettingSection } from '../../../src/shared/experiment/setting'
import { presets } from '../../../src/shared/presets'

/** What the window asks of the main process. */
const asked = vi.hoisted(() => vi.fn<(route: string, input: unknown) => void>())
vi.mock('../../../src/renderer/app/bridge', () => ({
  request: async (route: string, input: unknown) => {
    asked(route, input)
    const { settingsSchema } = await import('../../../src/shared/app/settings')
    if (route.startsWith('settings.')) return settingsSchema.parse(input ?? {})
    if (route === 'datasets.info') return { counts: { train: 50_000, test: 10_000 }, shape: [3, 32, 32] }
    return []
  }
}))

/** Within the limits of the recipe's schema and beyond those that the form once had of its own. */
const legal: Recipe = recipeSchema.parse({
  ...presets['resnet-20'].recipe,
  batchSize: 20_000,
  testBatchSize: 20_000,
  optimizer: { kind: 'SGD', learningRate: 1e-9, momentum: 0.9995, weightDecay: 3 },
  schedule: { kind: 'step', every: 0.01, gamma: 0.5 },
  earlyStopping: { patience: 3, minimumChange: 5000 },
  validationShare: 0.01,
  monitor: 'validationLoss',
  trainLimit: 1_000_000_000
})

let form: VueWrapper
const field = (path: string) => form.find(`[data-setting="${path}"]`)
const inputOf = (path: string) => field(path).find('input')
const open = async (sections: readonly SettingSection[]): Promise<void> => {
  useApp().settings.recipeSections = [...sections]
  await flushPromises()
}

beforeEach(async () => {
  setActivePinia(createPinia())
  i18n.global.locale.value = 'en'
  asked.mockClear()
  const store = useExperiment()
  await store.remember({ preset: 'resnet-20', architecture: null, recipe: structuredClone(legal) }, (kept) =>
    asked('keep', kept)
  )
  form = mount(SettingsForm, { global: { plugins: [ElementPlus, i18n] } })
  await open(['training', 'optimizer'])
})

afterEach(() => form.unmount())

describe('the form of a recipe', () => {
  it('shows a legal recipe as it is, and saves nothing by being looked at', async () => {
    await open(settingSections)
    vi.useFakeTimers()
    try {
      for (const input of form.findAll('input:not([type=checkbox])')) {
        await input.trigger('focus')
        await input.trigger('change')
        await input.trigger('blur')
      }
      await vi.advanceTimersByTimeAsync(5000)
    } finally {
      vi.useRealTimers()
    }
    expect(inputOf('batchSize').element.value).toBe('20000')
    expect(inputOf('optimizer.momentum').element.value).toBe('0.9995')
    expect(inputOf('optimizer.weightDecay').element.value).toBe('3')
    expect(useExperiment().recipe).toEqual(legal)
    expect(asked).not.toHaveBeenCalledWith('keep', expect.anything())
    expect(form.findAll('.reason')).toEqual([])
  })

  it('has a field for every setting that counts, of every optimizer and schedule', async () => {
    await open(settingSections)
    const store = useExperiment()
    for (const path of ['optimizer.kind', 'schedule.kind']) {
      for (const kind of settings.find((setting) => setting.path === path)!.choices) {
        store.set(path, kind)
        await flushPromises()
        const there = form.findAll('[data-setting]').map((row) => row.attributes('data-setting'))
        expect(there.sort()).toEqual(
          settingsFor(store.recipe)
            .filter((setting) => counts(setting, store.recipe))
            .map((setting) => setting.path)
            .sort()
        )
      }
    }
  })

  it.each([
    ['optimizer.learningRate', '', 'It must be given.'],
    ['epochs', '2.7', 'It must be a whole number.'],
    ['validationShare', '1', 'It must be at most 0.9.'],
    ['optimizer.learningRate', '0', 'It must be above 0.'],
    ['normalization.std', '0.2, 0', 'It must be above 0.'],
    ['normalization.mean', 'a, b', 'It must be numbers with commas between them.']
  ])('refuses %s %j in place: the recipe stays, and is not trained', async (path, text, reason) => {
    const store = useExperiment()
    const { section } = settings.find((setting) => setting.path === path)!
    await open([section])
    await inputOf(path).setValue(text)
    expect(field(path).find('.reason').text()).toBe(reason)
    expect(inputOf(path).element.value).toBe(text)
    expect(store.recipe).toEqual(legal)
    expect(store.refused.map((setting) => setting.path)).toEqual([path])
    expect(store.startable).toBe(false)

    // A section that is closed and opened shows it still.
    await open([])
    await open([section])
    expect(inputOf(path).element.value).toBe(text)

    await field(path).find('.reset').trigger('click')
    expect(store.refused).toEqual([])
    expect(valueAt(store.recipe, path)).toEqual(valueAt(presets['resnet-20'].recipe, path))
  })

  it('takes lists as they are typed, commas of any width between them', async () => {
    const store = useExperiment()
    store.set('optimizer.kind', 'Adam')
    store.set('schedule.kind', 'multi-step')
    await open(['optimizer', 'schedule', 'pictures'])
    await inputOf('optimizer.betas').setValue('0.8，０．９９')
    await inputOf('schedule.milestones').setValue('3 6.5 9')
    await inputOf('normalization.mean').setValue('0.5, 0.5, 0.5')
    expect(store.recipe.optimizer).toMatchObject({ betas: [0.8, 0.99] })
    expect(store.recipe.schedule).toMatchObject({ milestones: [3, 6.5, 9] })
    expect(store.recipe.normalization.mean).toEqual([0.5, 0.5, 0.5])
    await inputOf('optimizer.betas').setValue('')
    expect(store.recipe.optimizer).toMatchObject({ betas: [0.9, 0.999] })
    await inputOf('optimizer.betas').setValue('0.9')
    expect(field('optimizer.betas').find('.reason').exists()).toBe(true)
  })

  it('marks what was changed from the preset, and takes a section back', async () => {
    const store = useExperiment()
    store.resetRecipe()
    await flushPromises()
    const changed = (): (string | undefined)[] =>
      form.findAll('.setting.changed').map((row) => row.attributes('data-setting'))
    expect(changed()).toEqual([])
    await inputOf('optimizer.momentum').setValue('0.5')
    await inputOf('optimizer.weightDecay').setValue('0.1')
    await inputOf('epochs').setValue('3')
    expect(changed()).toEqual(['epochs', 'optimizer.momentum', 'optimizer.weightDecay'])
    await form.find('[data-section=optimizer] .head .reset').trigger('click')
    expect(store.recipe).toEqual({ ...presets['resnet-20'].recipe, epochs: 3 })
  })

  it('finds settings by words of either text, and says what belongs to another optimizer', async () => {
    await form
      .find('[data-test=setting-search] input, input[data-test=setting-search]')
      .setValue('average squared gradient')
    expect(form.findAll('[data-setting]')).toEqual([])
    expect(form.findAll('[data-elsewhere]').map((line) => line.attributes('data-elsewhere'))).toEqual([
      'optimizer.alpha'
    ])
    expect(form.find('[data-elsewhere]').text()).toBe('Alpha: with Optimizer: RMSprop')
    await form.find('[data-test=setting-search] input, input[data-test=setting-search]').setValue('momentum')
    expect(form.findAll('[data-setting]').map((row) => row.attributes('data-setting'))).toContain('optimizer.momentum')
  })

  it('remembers which sections are open', async () => {
    await form.find('[data-section=optimizer] .toggle').trigger('click')
    expect(asked).toHaveBeenLastCalledWith('settings.set', { recipeSections: ['training'] })
    await form.find('[data-section=weights] .toggle').trigger('click')
    expect(asked).toHaveBeenLastCalledWith('settings.set', { recipeSections: ['training', 'weights'] })
  })

  it('watches the test accuracy where nothing is held out any more', async () => {
    await open(['validation'])
    await inputOf('validationShare').setValue('0')
    expect(useExperiment().recipe).toMatchObject({ validationShare: 0, monitor: 'testAccuracy' })
  })
})
