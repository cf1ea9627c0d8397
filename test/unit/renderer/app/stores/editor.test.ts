// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { DrawingIsReadOnly, useEditor } from '../../../../../src/renderer/app/stores/editor'
import { addNode, changeFrame, removeNodes } from '../../../../../src/shared/architecture/edit'
import { lenet5 } from '../../../../../src/shared/presets/lenet5'
import { seedResnet } from '../../../../../src/shared/presets/seedResnet'
import { pretendMain, settle } from '../../pretended'

const main = pretendMain()
const own = { type: 'saved', id: 'a', version: 1 } as const
const rename = { code: 'rename', parameters: { name: 'n' } } as const
const remove = { code: 'delete', parameters: { name: 'n' } } as const

beforeEach(() => {
  main.answers['menu.history'] = () => undefined
})

/** The user's own copy of a drawing, open. */
function opened(architecture = lenet5()): ReturnType<typeof useEditor> {
  const editor = useEditor()
  editor.open(architecture, own)
  return editor
}

describe('a preset', () => {
  it('is open at first and is not changed', () => {
    const editor = useEditor()
    const before = editor.architecture
    expect(editor.readOnly).toBe(true)
    expect(() => editor.edit(rename, (one) => changeFrame(one, { name: 'mine' }))).toThrow(DrawingIsReadOnly)
    expect(editor.architecture).toBe(before)
    expect(editor.dirty).toBe(false)
  })
})

describe('an edit', () => {
  it('is undone and done again, and dirty until it is undone', () => {
    const editor = opened()
    editor.edit(rename, (one) => changeFrame(one, { name: 'mine' }))
    expect([editor.architecture.name, editor.dirty, editor.undoName]).toEqual(['mine', true, rename])
    editor.undo()
    expect([editor.architecture.name, editor.dirty, editor.redoName]).toEqual(['lenet-5', false, rename])
    editor.redo()
    expect([editor.architecture.name, editor.dirty]).toEqual(['mine', true])
  })

  it('tells the menu what Undo and Redo are called', async () => {
    const editor = opened()
    editor.edit(rename, (one) => changeFrame(one, { name: 'mine' }))
    editor.undo()
    await settle()
    expect(main.askedFor('menu.history')).toEqual([
      { undo: null, redo: null },
      { undo: rename, redo: null },
      { undo: null, redo: rename }
    ])
  })

  it('that fails leaves everything as it was', () => {
    const editor = opened()
    const before = editor.architecture
    const fail = (): never => {
      throw new Error('no')
    }
    expect(() => editor.edit(rename, fail)).toThrow('no')
    expect(editor.architecture).toBe(before)
    expect(editor.undoName).toBeNull()
  })

  it('that adds nodes selects them', () => {
    const editor = opened()
    editor.add({ code: 'add', parameters: { name: 'ReLU' } }, (one) =>
      addNode(one, null, { type: 'layer', kind: 'ReLU' })
    )
    expect(editor.selected.map((node) => (node.type === 'layer' ? node.kind : node.type))).toEqual(['ReLU'])
  })

  it('that takes a selected node or connection away takes it from the selection alone', () => {
    const editor = opened()
    const gone = editor.graph.edges.find(({ source }) => source === 'relu1')!
    const stays = editor.graph.edges.find(({ source }) => source === 'conv2')!
    editor.select(['relu1', 'conv2'], [stays])
    editor.edit(remove, (one) => removeNodes(one, null, ['relu1']))
    expect([...editor.selection]).toEqual(['conv2'])
    editor.undo()
    editor.select([], [gone])
    editor.redo()
    expect(editor.selectedEdges).toEqual([])
  })
})

describe('opening', () => {
  it('forgets history, selection and where one was', () => {
    const editor = opened(seedResnet())
    editor.edit(rename, (one) => changeFrame(one, { name: 'mine' }))
    editor.enter('block2')
    editor.select(['conv1'])
    editor.open(lenet5(), { ...own, id: 'b' })
    expect([editor.undoName, editor.trail, [...editor.selection], editor.dirty]).toEqual([null, [], [], false])
  })

  it('with a draft shows the draft, and undoing it gives what is saved', () => {
    const editor = useEditor()
    const saved = lenet5()
    editor.open(saved, own, changeFrame(saved, { name: 'draft' }))
    expect([editor.architecture.name, editor.dirty]).toEqual(['draft', true])
    editor.undo()
    expect([editor.architecture, editor.dirty]).toEqual([saved, false])
  })
})

describe('the inside of blocks', () => {
  it('is entered by an instance, with the path of its first repetition, and left to it', () => {
    const editor = opened(seedResnet())
    editor.enter('block2')
    expect([editor.drawing, editor.prefix, editor.pathOf('conv1')]).toEqual(['residual', 'block2.0.', 'block2.0.conv1'])
    editor.showRepetition(0, 1)
    expect(editor.pathOf('conv1')).toBe('block2.1.conv1')
    expect(editor.summaryOf('conv1')!.outputShape).toEqual([64, 23, 23])
    editor.leave()
    expect([editor.drawing, [...editor.selection]]).toEqual([null, ['block2']])
  })

  it('is not entered by a layer, nor where there is no such node', () => {
    const editor = opened(seedResnet())
    editor.enter('conv1')
    editor.enter('none')
    expect(editor.trail).toEqual([])
  })

  it('is left when an edit takes the instance away', () => {
    const editor = opened(seedResnet())
    editor.edit(rename, (one) => changeFrame(one, { name: 'mine' }))
    editor.edit(remove, (one) => removeNodes(one, null, ['block2']))
    editor.undo()
    editor.enter('block2')
    editor.select(['relu2'])
    editor.redo()
    expect([editor.trail, editor.drawing, [...editor.selection]]).toEqual([[], null, []])
  })

  it('is shown by a path, with the node selected', () => {
    const editor = opened(seedResnet())
    editor.show('block2.1.conv2')
    expect([editor.prefix, [...editor.selection]]).toEqual(['block2.1.', ['conv2']])
    editor.show('block2')
    expect([editor.prefix, [...editor.selection]]).toEqual(['', ['block2']])
    editor.show('no.such.path')
    expect([...editor.selection]).toEqual(['block2'])
  })
})
