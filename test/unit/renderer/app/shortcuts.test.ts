// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { commandOf, commandOfKey, shortcutText } from '../../../../src/renderer/app/shortcuts'
import { writeAccelerator } from '../../../../src/shared/app/accelerators'
import { acceleratorsOf, commandIds } from '../../../../src/shared/app/commands'

const key = (pressed: string, held: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key: pressed, ...held })
const ctrl = { ctrlKey: true }
const shift = { shiftKey: true }

describe('keys', () => {
  it.each([
    ['/', ctrl, 'app.shortcuts'],
    // As German keyboards write it.
    ['/', { ...ctrl, ...shift }, 'app.shortcuts'],
    [',', ctrl, 'app.settings'],
    ['P', { ...ctrl, ...shift }, 'app.palette'],
    ['k', ctrl, 'edit.insert'],
    ['F5', {}, 'training.start'],
    ['F5', shift, 'training.stop'],
    ['y', ctrl, 'edit.redo'],
    ['Backspace', {}, 'edit.delete'],
    ['p', ctrl, null],
    ['k', { ...ctrl, altKey: true }, null]
  ] as const)('%s with %j is %s', (pressed, held, id) => {
    expect(commandOf(key(pressed, held))).toBe(id)
  })

  it('of the window are no business of the editor', () => {
    expect(commandOfKey(key('/', ctrl))).toBe(null)
    expect(commandOfKey(key('k', ctrl))).toBe('edit.insert')
  })

  it('are of one command each', () => {
    const all = commandIds.flatMap((id) => acceleratorsOf(id))
    expect(all.filter((accelerator, index) => all.indexOf(accelerator) !== index)).toEqual([])
  })

  it('are written as the platform does', () => {
    expect(shortcutText('edit.redo')).toBe('Ctrl+Shift+Z')
    expect(shortcutText('app.about')).toBe('')
    expect(writeAccelerator('CmdOrCtrl+Shift+Z', true)).toBe('⇧⌘Z')
    expect(writeAccelerator('CmdOrCtrl+Plus', false)).toBe('Ctrl++')
  })
})
