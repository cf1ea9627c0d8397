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
import { useEditor } from './editor'

/** An edit is kept once the user rests for so long, so that a crash loses nothing. */
const DRAFT_MS = 300

/** The user's architectures in the library: opening, saving, drafts, files. */
export const useArchitectures = defineStore('architectures', () => {
  const editor = useEditor()
  const list = ref<ArchitectureSummary[]>([])
  /** The last one deleted, which can be had back. */
  const deleted = ref<{ id: string; name: string } | null>(null)

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

  function openPreset(name: PresetName): void {
    void flush()
    editor.open(presets[name].architecture, { type: 'preset', name })
  }

  /** Opens an architecture of the library with what was drawn and not saved. */
  async function open(id: string): Promise<void> {
    await flush()
    const { summary, saved, draft } = await request('architectures.get', { id })
    editor.open(saved, { type: 'saved', id, version: summary.version }, draft)
  }

  /** Keeps an architecture under a name that no other has, and opens it. */
  async function create(architecture: Architecture): Promise<void> {
    await flush()
    const document = { ...architecture, name: freeTitle(architecture.name) }
    const { id, version } = await request('architectures.create', document)
    await load()
    editor.open(document, { type: 'saved', id, version })
  }

  const createEmpty = (title: string): Promise<void> =>
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

  function freeTitle(title: string): string {
    const taken = new Set([...list.value.map(({ name }) => name), ...Object.keys(presets)])
    if (!taken.has(title)) return title
    for (let number = 2; ; number++) if (!taken.has(`${title} ${number}`)) return `${title} ${number}`
  }

  async function save(): Promise<void> {
    const { source, architecture } = editor
    if (source.type !== 'saved') return
    await flush()
    const { version } = await request('architectures.save', { id: source.id, architecture })
    editor.source = { ...source, version }
    editor.saved = architecture
    await load()
  }

  const duplicate = (): Promise<void> => create(editor.architecture)

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

  async function remove(id: string): Promise<void> {
    await flush()
    const name = list.value.find((one) => one.id === id)?.name ?? ''
    await request('architectures.delete', { id })
    deleted.value = { id, name }
    if (editor.source.type === 'saved' && editor.source.id === id) openPreset(defaultPreset)
    await load()
  }

  async function restore(): Promise<void> {
    if (!deleted.value) return
    const { id } = deleted.value
    deleted.value = null
    await request('architectures.restore', { id })
    await load()
    await open(id)
  }

  /** Takes an architecture from a file that the user chooses; names of layers it does not know, null for no file. */
  async function importFile(): Promise<string[] | null> {
    const chosen = await request('architectures.import')
    return chosen && take(chosen.architecture)
  }

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
    deleted,
    load,
    flush,
    openPreset,
    open,
    create,
    createEmpty,
    save,
    duplicate,
    rename,
    remove,
    restore,
    importFile,
    importDropped,
    exportFile
  }
})
