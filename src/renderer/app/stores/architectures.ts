import { useTimeoutFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { MAX_DOCUMENT_BYTES, parseArchitecture, unknownLayers } from '../../../shared/architecture/document'
import { pytorchCode } from '../../../shared/architecture/pytorch/module'
import type { ArchitectureSummary } from '../../../shared/architecture/saved'
import type { Architecture } from '../../../shared/architecture/schema'
import { requireKnownAttributes } from '../../../shared/architecture/unknown'
import { changeFrame } from '../../../shared/architecture/edit'
import { ResiduumError } from '../../../shared/errors'
import { decodeText } from '../../../shared/text/decode'
import { defaultPreset, presets, type PresetName } from '../../../shared/presets'
import { sequence } from '../../../shared/presets/drawing'
import { request } from '../bridge'
import type { RunSummary } from '../../../shared/run/schema'
import { useEditor } from './editor'
import { useRuns } from './runs'

/** An edit is kept once the user rests for so long, so that a crash loses nothing. */
const DRAFT_MS = 300

/** The work, of which a second is not begun while one is under way: a second click asks for the same. */
function singly<A extends unknown[], T>(work: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
  let running: Promise<T> | null = null
  return (...given) => (running ??= work(...given).finally(() => (running = null)))
}

/** The user's architectures in the library: opening, saving, drafts, files. */
export const useArchitectures = defineStore('architectures', () => {
  const editor = useEditor()
  const list = ref<ArchitectureSummary[]>([])

  async function load(): Promise<void> {
    list.value = await request('architectures.list')
  }

  let pending: (() => Promise<void>) | null = null
  const rest = useTimeoutFn(() => void flush(), DRAFT_MS, { immediate: false })
  watch(
    () => [editor.architecture, editor.saved] as const,
    ([architecture, saved]) => {
      const { source } = editor
      if (source.type !== 'saved') return
      const draft = architecture === saved ? null : architecture
      pending = () => request('architectures.draft', { id: source.id, architecture: draft })
      rest.start()
    },
    // Before another architecture is opened, this one's draft must have been noticed.
    { flush: 'sync' }
  )

  /** Keeps the draft now. */
  async function flush(): Promise<void> {
    rest.stop()
    const write = pending
    pending = null
    await write?.()
  }

  /** Counts what was opened: of two that are asked for, the later one stays, whichever answer comes first. */
  let turn = 0

  function openPreset(name: PresetName): void {
    turn += 1
    void flush()
    editor.open(presets[name].architecture, { type: 'preset', name })
  }

  /** Opens an architecture of the library with what was drawn and not saved. */
  async function open(id: string): Promise<void> {
    const own = ++turn
    await flush()
    const { summary, saved, draft } = await request('architectures.get', { id })
    if (own === turn) editor.open(saved, { type: 'saved', id, version: summary.version }, draft)
  }

  /** Shows what a run was trained with; nothing is made of it until the user duplicates it. */
  async function openRun({ id, name }: Pick<RunSummary, 'id' | 'name'>): Promise<void> {
    const own = ++turn
    await flush()
    const { experiment } = await request('runs.get', { id })
    if (experiment && own === turn) editor.open(experiment.architecture, { type: 'run', id, name })
  }
  useRuns().subscribe((event) => {
    const { source } = editor
    if (event.type !== 'run-changed' || source.type !== 'run' || event.run.id !== source.id) return
    editor.source = { ...source, name: event.run.name }
  })

  /** Keeps an architecture under a name that no other has, which main gives it, and opens it. */
  async function create(architecture: Architecture): Promise<void> {
    const own = ++turn
    await flush()
    const { id, name, version } = await request('architectures.create', architecture)
    await load()
    if (own === turn) editor.open({ ...architecture, name }, { type: 'saved', id, version })
  }

  const createEmpty = singly((title: string) =>
    create({
      format: 'residuum.architecture',
      version: 1,
      name: title,
      description: '',
      input: { channels: 3, height: 32, width: 32 },
      classes: 10,
      graph: sequence([]),
      blocks: {}
    })
  )

  async function save(): Promise<void> {
    const { source, architecture } = editor
    if (source.type !== 'saved') return
    await flush()
    const { version } = await request('architectures.save', { id: source.id, architecture })
    editor.source = { ...source, version }
    editor.saved = architecture
    await load()
  }

  const duplicate = singly(() => create(editor.architecture))

  /** Likewise of one that need not be open, with what was drawn and not saved. */
  const duplicateOf = singly(async (id: string) => {
    await flush()
    const { saved, draft } = await request('architectures.get', { id })
    await create(draft ?? saved)
  })

  async function rename(id: string, name: string): Promise<void> {
    await flush()
    await request('architectures.rename', { id, name })
    await load()
    if (editor.source.type !== 'saved' || editor.source.id !== id) return
    // The open one keeps its history; what is not saved yet stays so.
    const { dirty } = editor
    editor.edit({ code: 'rename', parameters: { name } }, (before) => changeFrame(before, { name }))
    if (!dirty) editor.saved = editor.architecture
  }

  /** Puts it away; `restore` has it back. */
  async function remove(id: string): Promise<void> {
    await flush()
    await request('architectures.delete', { id })
    if (editor.source.type === 'saved' && editor.source.id === id) openPreset(defaultPreset)
    await load()
  }

  async function restore(id: string): Promise<void> {
    await request('architectures.restore', { id })
    await load()
    await open(id)
  }

  /** Takes an architecture from a file that the user chooses; names of layers it does not know, null for no file. */
  const importFile = singly(async (): Promise<string[] | null> => {
    const chosen = await request('architectures.import')
    return chosen && take(chosen.architecture)
  })

  /** Takes one from a dropped file. Throws ResiduumError `file-too-large`, `text-encoding`, `text-damaged` or `architecture-file`. */
  async function importDropped(file: File): Promise<string[]> {
    if (file.size > MAX_DOCUMENT_BYTES) {
      throw new ResiduumError('file-too-large', { file: file.name, size: file.size, max: MAX_DOCUMENT_BYTES })
    }
    const architecture = parseArchitecture(decodeText(new Uint8Array(await file.arrayBuffer()), file.name), file.name)
    requireKnownAttributes(architecture, file.name)
    return take(architecture)
  }

  async function take(architecture: Architecture): Promise<string[]> {
    await create(architecture)
    return unknownLayers(architecture)
  }

  /** Writes the architecture or its PyTorch code to a file that the user chooses; its name, null for none. */
  async function exportFile(kind: 'json' | 'python'): Promise<string | null> {
    const { architecture, check } = editor
    const text = kind === 'json' ? `${JSON.stringify(architecture, null, 2)}\n` : pytorchCode(architecture, check)
    return (await request('files.export', { name: architecture.name, kind, text }))?.file ?? null
  }

  return {
    list,
    load,
    flush,
    openPreset,
    open,
    openRun,
    create,
    createEmpty,
    save,
    duplicate,
    duplicateOf,
    rename,
    remove,
    restore,
    importFile,
    importDropped,
    exportFile
  }
})
