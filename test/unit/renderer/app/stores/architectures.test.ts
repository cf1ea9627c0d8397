// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { freeTitle } from '../../../../../src/main/library/names'
import { useArchitectures } from '../../../../../src/renderer/app/stores/architectures'
import { DrawingIsReadOnly, useEditor } from '../../../../../src/renderer/app/stores/editor'
import { useRuns } from '../../../../../src/renderer/app/stores/runs'
import { changeFrame } from '../../../../../src/shared/architecture/edit'
import { MAX_DOCUMENT_BYTES } from '../../../../../src/shared/architecture/document'
import type { ArchitectureSummary } from '../../../../../src/shared/architecture/saved'
import type { Architecture } from '../../../../../src/shared/architecture/schema'
import { presetNames } from '../../../../../src/shared/presets'
import { lenet5 } from '../../../../../src/shared/presets/lenet5'
import { detail, later, pretendMain, run } from '../../pretended'

const main = pretendMain()
const name = { code: 'rename', parameters: { name: 'n' } } as const

/** What the pretended library holds. */
interface Kept {
  saved: Architecture
  draft: Architecture | null
  version: number
  deleted: boolean
}
const shelf = new Map<string, Kept>()
const summary = (id: string): ArchitectureSummary => {
  const { saved, draft, version } = shelf.get(id)!
  return { id, name: saved.name, createdAt: 1, updatedAt: 1, version, parameters: 0, hasDraft: draft !== null }
}

beforeEach(() => {
  shelf.clear()
  vi.useFakeTimers()
  Object.assign(main.answers, {
    'menu.history': () => undefined,
    'architectures.list': () => [...shelf].filter(([, { deleted }]) => !deleted).map(([id]) => summary(id)),
    'architectures.get': ({ id }: { id: string }) => ({ summary: summary(id), ...shelf.get(id)! }),
    'architectures.create': (given: Architecture) => {
      const id = `id ${shelf.size + 1}`
      const taken = new Set([...presetNames, ...[...shelf.values()].map(({ saved }) => saved.name)])
      const saved = { ...given, name: freeTitle(given.name, taken) }
      shelf.set(id, { saved, draft: null, version: 1, deleted: false })
      return summary(id)
    },
    'architectures.draft': ({ id, architecture }: { id: string; architecture: Architecture | null }) => {
      shelf.get(id)!.draft = architecture
    },
    'architectures.save': ({ id, architecture }: { id: string; architecture: Architecture }) => {
      const kept = shelf.get(id)!
      Object.assign(kept, { saved: architecture, draft: null, version: kept.version + 1 })
      return summary(id)
    },
    'architectures.rename': ({ id, name: title }: { id: string; name: string }) => {
      const kept = shelf.get(id)!
      kept.saved = changeFrame(kept.saved, { name: title })
    },
    'architectures.delete': ({ id }: { id: string }) => {
      shelf.get(id)!.deleted = true
    },
    'architectures.restore': ({ id }: { id: string }) => {
      shelf.get(id)!.deleted = false
    }
  })
})

async function mine(): Promise<{
  store: ReturnType<typeof useArchitectures>
  editor: ReturnType<typeof useEditor>
  rename: (title: string) => void
}> {
  const store = useArchitectures()
  const editor = useEditor()
  await store.create(changeFrame(lenet5(), { name: 'mine' }))
  return { store, editor, rename: (title) => editor.edit(name, (one) => changeFrame(one, { name: title })) }
}

describe('a draft', () => {
  it('is kept once the user rests, not with every change', async () => {
    const { rename } = await mine()
    for (const title of ['a', 'ab', 'abc']) {
      rename(title)
      await vi.advanceTimersByTimeAsync(200)
    }
    expect(main.askedFor('architectures.draft')).toEqual([])
    await vi.advanceTimersByTimeAsync(100)
    expect(main.askedFor('architectures.draft')).toHaveLength(1)
    expect(shelf.get('id 1')!.draft!.name).toBe('abc')
  })

  it('is gone once all is undone', async () => {
    const { editor, rename } = await mine()
    rename('other')
    await vi.advanceTimersByTimeAsync(300)
    editor.undo()
    await vi.advanceTimersByTimeAsync(300)
    expect(shelf.get('id 1')!.draft).toBeNull()
  })

  it('is kept before another is opened, and is there again', async () => {
    const { store, editor, rename } = await mine()
    rename('in a hurry')
    store.openPreset('lenet-5')
    await vi.advanceTimersByTimeAsync(0)
    expect(editor.readOnly).toBe(true)
    expect(shelf.get('id 1')!.draft!.name).toBe('in a hurry')
    await store.open('id 1')
    expect([editor.architecture.name, editor.saved.name, editor.dirty]).toEqual(['in a hurry', 'mine', true])
  })

  it('of a preset is none', async () => {
    const { store } = await mine()
    store.openPreset('resnet-20')
    await vi.advanceTimersByTimeAsync(1000)
    expect(main.askedFor('architectures.draft').every((one) => (one as { id: string }).id === 'id 1')).toBe(true)
    expect(shelf.get('id 1')!.draft).toBeNull()
  })
})

describe('the user’s architectures', () => {
  it('have the name that main gave them', async () => {
    const store = useArchitectures()
    const editor = useEditor()
    await store.create(lenet5())
    expect(editor.architecture.name).toBe('lenet-5 2')
    await store.createEmpty('new')
    await store.duplicate()
    expect(store.list.map((one) => one.name)).toEqual(['lenet-5 2', 'new', 'new 2'])
    expect([editor.source, editor.dirty]).toEqual([{ type: 'saved', id: 'id 3', version: 1 }, false])
  })

  it.each(['createEmpty', 'duplicate', 'importFile'] as const)('are made once by two %s at once', async (make) => {
    main.answers['architectures.import'] = () => ({ file: 'b', architecture: lenet5() })
    const store = useArchitectures()
    await Promise.all([store[make]('new'), store[make]('new')])
    expect(store.list).toHaveLength(1)
    await store[make]('new')
    expect(store.list).toHaveLength(2)
  })

  it('are duplicated with what is not saved, open or not', async () => {
    const { store, editor, rename } = await mine()
    rename('drawn on')
    await store.duplicateOf('id 1')
    expect([editor.architecture.name, editor.source]).toEqual(['drawn on', { type: 'saved', id: 'id 2', version: 1 }])
    expect([...shelf.values()].map(({ saved }) => saved.name)).toEqual(['mine', 'drawn on'])
  })

  it('stay open where another answer comes later', async () => {
    const { store, editor } = await mine()
    await store.create(lenet5())
    const slow = later<undefined>()
    const get = main.answers['architectures.get']!
    main.answers['architectures.get'] = async (input) => {
      if (input.id === 'id 1') await slow.promise
      return get(input)
    }
    const first = store.open('id 1')
    await store.open('id 2')
    slow.resolve(undefined)
    await first
    expect(editor.source).toMatchObject({ id: 'id 2' })
  })

  it('are saved as a version of their own, with nothing left to save', async () => {
    const { store, editor, rename } = await mine()
    rename('better')
    await store.save()
    expect([editor.source, editor.dirty]).toEqual([{ type: 'saved', id: 'id 1', version: 2 }, false])
    expect(store.list).toMatchObject([{ name: 'better', version: 2, hasDraft: false }])
  })

  it('do not save a preset', async () => {
    const store = useArchitectures()
    await store.save()
    expect(main.askedFor('architectures.save')).toEqual([])
  })

  it('keep what is not saved when they are renamed', async () => {
    const { store, editor } = await mine()
    await store.rename('id 1', 'clean')
    expect([editor.architecture.name, editor.dirty]).toEqual(['clean', false])
    editor.edit(name, (one) => changeFrame(one, { classes: 7 }))
    await store.rename('id 1', 'dirty')
    expect([editor.architecture.name, editor.architecture.classes, editor.dirty]).toEqual(['dirty', 7, true])
  })

  it('that are open give way to a preset when they are deleted, and come back open', async () => {
    const { store, editor } = await mine()
    await store.remove('id 1')
    expect([editor.readOnly, store.list]).toEqual([true, []])
    await store.restore('id 1')
    expect(editor.source).toEqual({ type: 'saved', id: 'id 1', version: 1 })
  })
})

describe('the drawing of a run', () => {
  it('is looked at under the run’s name, and nothing is made until it is duplicated', async () => {
    main.answers['runs.get'] = () => detail(run('r', { name: 'first' }))
    const { store, editor } = await mine()
    await store.openRun({ id: 'r', name: 'first' })
    expect([editor.source, editor.architecture.name]).toEqual([{ type: 'run', id: 'r', name: 'first' }, 'resnet-20'])
    expect(() => editor.edit(name, (one) => changeFrame(one, { classes: 7 }))).toThrow(DrawingIsReadOnly)
    expect(shelf.size).toBe(1)
    useRuns().follow({ type: 'run-changed', run: run('r', { name: 'renamed' }) })
    expect(editor.source).toMatchObject({ name: 'renamed' })
    await store.duplicate()
    expect([editor.readOnly, editor.architecture.name]).toEqual([false, 'resnet-20 2'])
  })
})

describe('files', () => {
  it('that are dropped are read as those that are chosen', async () => {
    const store = useArchitectures()
    const text = JSON.stringify(changeFrame(lenet5(), { name: 'dropped' }))
    expect(await store.importDropped(new File([text], 'a.json'))).toEqual([])
    expect(useEditor().architecture.name).toBe('dropped')
    main.answers['architectures.import'] = () => null
    expect(await store.importFile()).toBeNull()
    main.answers['architectures.import'] = () => ({ file: 'b', architecture: lenet5() })
    expect(await store.importFile()).toEqual([])
    expect(store.list.map((one) => one.name)).toEqual(['dropped', 'lenet-5 2'])
  })

  it('too large or of something else are refused by name, and nothing is made', async () => {
    const store = useArchitectures()
    const large = new File(['{}'], 'large.json')
    Object.defineProperty(large, 'size', { value: MAX_DOCUMENT_BYTES + 1 })
    await expect(store.importDropped(large)).rejects.toMatchObject({
      code: 'file-too-large',
      parameters: { file: 'large.json' }
    })
    await expect(store.importDropped(new File(['{}'], 'other.json'))).rejects.toMatchObject({
      code: 'architecture-file',
      parameters: { file: 'other.json' }
    })
    expect(store.list).toEqual([])
  })

  it('are written as a document that can be read again, or as Python', async () => {
    main.answers['files.export'] = ({ kind }) => (kind === 'json' ? { file: 'a.json' } : null)
    const { store, editor } = await mine()
    expect(await store.exportFile('json')).toBe('a.json')
    expect(await store.exportFile('python')).toBeNull()
    const [json, python] = main.askedFor('files.export') as { name: string; text: string }[]
    expect(JSON.parse(json!.text)).toEqual(editor.architecture)
    expect(python!.text).toContain('class Mine(nn.Module)')
  })
})
