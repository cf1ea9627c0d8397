// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import ContextMenu from '../../../../src/renderer/ui/ContextMenu.vue'
import type { MenuItem } from '../../../../src/renderer/ui/menu'

const done: string[] = []
const item = (id: string, rest: Partial<MenuItem> = {}): MenuItem => ({
  id,
  label: id,
  run: () => done.push(`${id} at ${document.activeElement?.id}`),
  ...rest
})
const ITEMS = [item('rename', { shortcut: 'F2' }), item('delete', { disabled: true }), item('show', { parted: true })]
let menu: VueWrapper<InstanceType<typeof ContextMenu>>
let row: HTMLElement

const shown = (): HTMLElement | null => document.querySelector('[role=menu]')
const current = (): string | undefined => (document.activeElement as HTMLElement).dataset.item
async function press(key: string): Promise<void> {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await nextTick()
}
async function open(items: readonly MenuItem[] = ITEMS): Promise<void> {
  row.focus()
  await menu.vm.open(new MouseEvent('contextmenu', { button: 2, clientX: 20, clientY: 30 }), items)
}

beforeEach(() => {
  done.length = 0
  document.body.innerHTML = '<button id="row">row</button>'
  row = document.querySelector('#row')!
  menu = mount(ContextMenu, { props: { label: 'seed' }, attachTo: document.body })
})
afterEach(() => menu.unmount())

describe('a context menu', () => {
  it('is a menu whose items say their shortcut and whether they can be chosen', async () => {
    await open()
    expect(shown()!.getAttribute('aria-label')).toBe('seed')
    const items = [...shown()!.querySelectorAll('[role=menuitem]')]
    expect(items.map((one) => one.getAttribute('aria-disabled'))).toEqual(['false', 'true', 'false'])
    expect(items[0]!.getAttribute('aria-keyshortcuts')).toBe('F2')
    expect(shown()!.querySelectorAll('hr')).toHaveLength(1)
  })

  it('is walked by keys and chooses after giving back the focus', async () => {
    await open()
    expect(current()).toBe('rename')
    await press('ArrowUp')
    expect(current()).toBe('show')
    await press('ArrowDown')
    expect(current()).toBe('rename')
    await press('End')
    expect(current()).toBe('show')
    await press('d')
    expect(current()).toBe('delete')
    // What cannot be done stays to be read.
    await press('Enter')
    expect(shown()).not.toBeNull()
    await press('Home')
    await press('Enter')
    await nextTick()
    expect(shown()).toBeNull()
    expect(done).toEqual(['rename at row'])
  })

  it('closes by Escape, by Tab and by a press elsewhere, and does nothing', async () => {
    for (const leave of [
      () => press('Escape'),
      () => press('Tab'),
      async () => void document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    ]) {
      await open()
      await leave()
      await nextTick()
      expect(shown()).toBeNull()
      expect(document.activeElement).toBe(row)
    }
    expect(done).toEqual([])
  })

  it('does not open with nothing to offer', async () => {
    await open([])
    expect(shown()).toBeNull()
  })
})
