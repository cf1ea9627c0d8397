// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { nextTick } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { i18n } from '../../../src/renderer/app/i18n'
import NumberInput from '../../../src/renderer/ui/NumberInput.vue'
import type { NumberRules } from '../../../src/renderer/ui/numbers'

interface Given {
  value: number | null
  rules?: NumberRules
  whenEmpty?: 'default' | 'null' | 'refused'
  empty?: string
  usual?: number
  refuse?: (value: number | null | undefined) => string | null
}

const show = ({ rules = {}, whenEmpty = 'refused', ...rest }: Given): VueWrapper =>
  mount(NumberInput, {
    props: { label: 'Learning rate', rules, whenEmpty, ...rest },
    global: { plugins: [ElementPlus, i18n] }
  })
const textOf = (field: VueWrapper): string => field.find('input').element.value
async function type(field: VueWrapper, text: string): Promise<void> {
  // As a browser does, it changes once the field is left.
  await field.find('input').setValue(text)
}
const reason = (field: VueWrapper): string | null =>
  field.find('.reason').exists() ? field.find('.reason').text() : null
const changes = (field: VueWrapper): unknown[] => (field.emitted('change') ?? []).map(([value]) => value)

beforeEach(() => {
  i18n.global.locale.value = 'en'
})

describe('a field for a number', () => {
  it.each([
    ['above its limits', { value: 20_000, rules: { integer: true, maximum: 8192 } }, '20000'],
    ['below its limits', { value: 0, rules: { minimum: 1 } }, '0'],
    ['no whole number', { value: 2.5, rules: { integer: true } }, '2.5'],
    ['nothing', { value: null, whenEmpty: 'null' }, '']
  ] as const)('shows a value that is %s as it is, and writes nothing when it is left', async (_, given, text) => {
    const field = show(given)
    await field.find('input').trigger('focus')
    await field.find('input').trigger('change')
    await field.find('input').trigger('blur')
    expect(textOf(field)).toBe(text)
    expect(changes(field)).toEqual([])
    expect(reason(field)).toBeNull()
  })

  it('refuses in place with the reason, in the language of the window, and keeps what was typed', async () => {
    const field = show({ value: 10, rules: { integer: true, minimum: 1, maximum: 10_000 } })
    for (const [text, why] of [
      ['2.7', 'It must be a whole number.'],
      ['0', 'It must be at least 1.'],
      ['20000', 'It must be at most 10000.'],
      ['ten', 'It must be a number.'],
      ['1,5', 'A comma may be meant either way: write a decimal fraction with a point.'],
      ['', 'It must be given.']
    ]) {
      await type(field, text!)
      expect(textOf(field)).toBe(text)
      expect(reason(field)).toBe(why)
      expect(field.find('input').attributes('aria-invalid')).toBe('true')
    }
    i18n.global.locale.value = 'zh-CN'
    await nextTick()
    expect(reason(field)).toBe('必须填写。')
    expect(changes(field)).toEqual([])
  })

  it('takes a value back to what it was without writing it', async () => {
    const field = show({ value: 10, rules: { integer: true } })
    await type(field, '2.7')
    await type(field, '10')
    expect(reason(field)).toBeNull()
    expect(changes(field)).toEqual([])
  })

  it('takes full-width digits and groups of digits, and shows the number', async () => {
    const field = show({ value: 10, rules: { integer: true } })
    await type(field, '５０，０００')
    expect(changes(field)).toEqual([50_000])
    await field.setProps({ value: 50_000 })
    expect(textOf(field)).toBe('50000')
  })

  it('means its default or null where it is emptied, and says which', async () => {
    const field = show({ value: 0.5, whenEmpty: 'default', empty: '0.9, the default' })
    await type(field, '')
    expect(changes(field)).toEqual([undefined])
    expect(field.find('input').attributes('placeholder')).toBe('0.9, the default')
    const limit = show({ value: 5, whenEmpty: 'null', empty: 'All' })
    await type(limit, ' ')
    expect(changes(limit)).toEqual([null])
  })

  it('is refused by what else speaks against it, and taken once nothing does', async () => {
    const field = show({ value: 0, refuse: (value) => (value === 0.5 ? 'Not with Nesterov' : null) })
    await type(field, '0.5')
    expect(reason(field)).toBe('Not with Nesterov')
    await field.setProps({ refuse: () => null })
    expect(changes(field)).toEqual([0.5])
    expect(reason(field)).toBeNull()
  })
})

describe('its arrows', () => {
  const rate: NumberRules = { minimum: 0, exclusiveMinimum: true, scale: 'logarithmic' }
  const press = (field: VueWrapper, key: string): Promise<void> => field.find('input').trigger('keydown', { key })
  const click = (field: VueWrapper, step: 'up' | 'down'): Promise<void> =>
    field.find(`[data-step=${step}]`).trigger('mousedown', { button: 0 })

  it.each([
    ['up', 0.001],
    ['down', 0.0002]
  ] as const)('lead %s along the scale by key and by button', async (way, to) => {
    const field = show({ value: 0.0005, rules: rate })
    await press(field, way === 'up' ? 'ArrowUp' : 'ArrowDown')
    expect(changes(field)).toEqual([to])
    const other = show({ value: 0.0005, rules: rate })
    await click(other, way)
    document.dispatchEvent(new Event('mouseup'))
    expect(changes(other)).toEqual([to])
  })

  it('start from what is typed', async () => {
    const field = show({ value: 0.0005, rules: rate })
    field.find('input').element.value = '7'
    await field.find('input').trigger('input')
    await press(field, 'ArrowUp')
    expect(changes(field)).toEqual([10])
  })

  it('lead from an empty field to what is usual, never to 1 by themselves', async () => {
    const all = show({ value: null, whenEmpty: 'null', rules: { integer: true, minimum: 1 }, usual: 5000 })
    await click(all, 'down')
    document.dispatchEvent(new Event('mouseup'))
    expect(changes(all)).toEqual([5000])
    const none = show({ value: null, whenEmpty: 'null', rules: { minimum: 1 } })
    await press(none, 'ArrowUp')
    expect(changes(none)).toEqual([])
  })

  it('do nothing while the form is locked', async () => {
    const field = mount(
      {
        components: { NumberInput },
        template: '<ElForm disabled><NumberInput label="" :value="5" :rules="{}" when-empty="refused" /></ElForm>'
      },
      { global: { plugins: [ElementPlus, i18n] } }
    )
    await field.find('[data-step=up]').trigger('mousedown', { button: 0 })
    document.dispatchEvent(new Event('mouseup'))
    expect(field.find('input').element.value).toBe('5')
  })
})
