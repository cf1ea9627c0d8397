// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, nextTick, ref, shallowReactive } from 'vue'
import { providePanelSizes } from '../../../../src/renderer/ui/panelSizes'
import SplitView from '../../../../src/renderer/ui/SplitView.vue'

/** The room that the view has, in px. */
const room = vi.hoisted(() => ({ width: 1000, height: 600 }))
vi.mock('@vueuse/core', async (importOriginal) => {
  const { ref: reference } = await import('vue')
  return {
    ...(await importOriginal<typeof import('@vueuse/core')>()),
    useElementSize: () => ({ width: reference(room.width), height: reference(room.height) })
  }
})

const sizes = shallowReactive<Record<string, number | undefined>>({})
let view: VueWrapper

function show(props: Partial<InstanceType<typeof SplitView>['$props']> = {}): void {
  const Window = defineComponent({
    components: { SplitView },
    setup() {
      providePanelSizes({ get: (id) => sizes[id], set: (id, size) => (sizes[id] = size) })
      const open = ref(true)
      return { open, given: { id: 'one', label: 'List', initial: 300, min: 200, max: 500, ...props } }
    },
    template: `<SplitView v-bind="given" v-model:open="open">
      <template #side><p class="side" /></template><template #main><p class="main" /></template>
    </SplitView>`
  })
  view = mount(Window, { attachTo: document.body })
}
const splitter = () => view.get('[role=separator]')
const now = () => Number(splitter().attributes('aria-valuenow'))
const press = (key: string, more: object = {}) => splitter().trigger('keydown', { key, ...more })
async function drag(by: number, end: 'pointerup' | 'pointercancel' = 'pointerup'): Promise<void> {
  const element = splitter().element as HTMLElement
  element.setPointerCapture = () => undefined
  await splitter().trigger('pointerdown', { button: 0, pointerId: 1, clientX: 400, clientY: 400 })
  await splitter().trigger('pointermove', { pointerId: 1, clientX: 400 + by, clientY: 400 + by })
  await splitter().trigger(end, { pointerId: 1 })
}

beforeEach(() => {
  Object.assign(room, { width: 1000, height: 600 })
  delete sizes.one
})
afterEach(() => view.unmount())

describe('a splitter', () => {
  it('says its place and its limits, and which pane it moves', () => {
    show()
    const { 'aria-controls': pane, ...told } = splitter().attributes()
    expect(told).toMatchObject({
      'aria-valuenow': '300',
      'aria-valuemin': '200',
      'aria-valuemax': '500',
      'aria-orientation': 'vertical',
      'aria-label': 'List',
      tabindex: '0'
    })
    expect(view.get(`#${pane}`).find('.side').exists()).toBe(true)
  })

  it.each([
    ['start', 40, 340],
    ['end', 40, 260],
    ['start', 4000, 500],
    ['start', -4000, 200],
    ['end', -4000, 500]
  ] as const)('at the %s dragged by %i px stands at %i px, which is remembered', async (side, by, to) => {
    show({ side })
    await drag(by)
    expect([now(), sizes.one]).toEqual([to, to])
  })

  it('is moved by keys, no further than its limits', async () => {
    show()
    await press('ArrowRight')
    expect(now()).toBe(316)
    await press('ArrowLeft', { shiftKey: true })
    expect(now()).toBe(252)
    await press('End')
    await press('ArrowRight')
    expect(now()).toBe(500)
    await press('Home')
    await press('ArrowLeft')
    expect([now(), sizes.one]).toEqual([200, 200])
    await splitter().trigger('dblclick')
    expect([now(), sizes.one]).toEqual([300, undefined])
  })

  it('of panes one above the other hears the arrows up and down', async () => {
    show({ direction: 'column', side: 'end' })
    await press('ArrowLeft')
    expect(now()).toBe(300)
    await press('ArrowUp')
    expect(now()).toBe(316)
  })

  it('leaves the main pane its room, and at most half where there is none, and keeps what was chosen', () => {
    sizes.one = 480
    room.width = 600
    show()
    expect([now(), sizes.one]).toEqual([360, 480])
    view.unmount()
    room.width = 300
    show()
    expect([now(), sizes.one]).toEqual([150, 480])
  })

  it('is where it was after a drag that was given up', async () => {
    show()
    await drag(60, 'pointercancel')
    expect([now(), sizes.one]).toEqual([300, undefined])
    const element = splitter().element as HTMLElement
    element.setPointerCapture = () => undefined
    await splitter().trigger('pointerdown', { button: 0, pointerId: 1, clientX: 400 })
    await splitter().trigger('pointermove', { pointerId: 1, clientX: 450 })
    expect(now()).toBe(350)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    await nextTick()
    expect([now(), sizes.one]).toEqual([300, undefined])
  })

  it('closes a pane that may be closed, and opens it at its former size', async () => {
    show({ collapsible: true })
    await drag(-250)
    expect([now(), sizes.one]).toEqual([0, undefined])
    await press('ArrowRight')
    expect(now()).toBe(0)
    await press('Enter')
    expect(now()).toBe(300)
    await press('Enter')
    expect(now()).toBe(0)
  })

  it('keeps a pane open that may not be closed', async () => {
    show()
    await press('Enter')
    await drag(-1000)
    expect(now()).toBe(200)
  })
})
