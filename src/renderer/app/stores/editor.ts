import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { checkArchitecture } from '../../../shared/architecture/check'
import { History, type EditName } from '../../../shared/architecture/edit/history'
import { withinLimits, type Added } from '../../../shared/architecture/edit'
import { nodeFigures } from '../../../shared/architecture/figures'
import { graphOf, locate, type DrawingName, type Entered } from '../../../shared/architecture/locate'
import type { Architecture, ArchitectureNode, Edge } from '../../../shared/architecture/schema'
import { edgeKey } from '../../../shared/architecture/topology'
import { defaultPreset, presets, type PresetName } from '../../../shared/presets'
import { request } from '../bridge'
import { isUnfinished, noticesOf } from '../../../shared/architecture/notices'

/** Where the open architecture comes from. A preset and what a run was trained with cannot be changed, only duplicated. */
export type Source =
  | { type: 'preset'; name: PresetName }
  | { type: 'saved'; id: string; version: number }
  | { type: 'run'; id: string; name: string }

/** The open architecture: the document, its undo history, what is selected and which drawing is shown. */
export const useEditor = defineStore('editor', () => {
  const first = presets[defaultPreset].architecture
  let history = new History(first)
  const source = ref<Source>({ type: 'preset', name: defaultPreset })
  const architecture = shallowRef<Architecture>(first)
  /** The document as it was last saved. */
  const saved = shallowRef<Architecture>(first)
  const undoName = shallowRef<EditName | null>(null)
  const redoName = shallowRef<EditName | null>(null)
  /** Blocks that were entered; an `id` of null is a definition that was opened as such. */
  const trail = ref<(Omit<Entered, 'id'> & { id: string | null })[]>([])
  const selection = shallowRef<ReadonlySet<string>>(new Set())
  const selectedEdges = shallowRef<readonly Edge[]>([])
  /** The node from which the keyboard is connecting. */
  const connecting = ref<string | null>(null)

  const readOnly = computed(() => source.value.type !== 'saved')
  const dirty = computed(() => architecture.value !== saved.value)
  const check = computed(() => checkArchitecture(architecture.value))
  const figures = computed(() => nodeFigures(check.value))
  const notices = computed(() => noticesOf(architecture.value, check.value))
  /** Whether nothing is wrong with it but that its end is still to be drawn. */
  const unfinished = computed(
    () => isUnfinished(check.value) && notices.value.every(({ severity }) => severity === 'warning')
  )

  const drawing = computed<DrawingName>(() => trail.value.at(-1)?.block ?? null)
  const graph = computed(() => graphOf(architecture.value, drawing.value) ?? architecture.value.graph)
  /** Path of the shown instance with a dot behind; null where a definition is shown without an instance. */
  const prefix = computed(() => {
    if (trail.value.some(({ id }) => id === null)) return null
    return trail.value.map(({ id, index }) => (index === null ? `${id}.` : `${id}.${index}.`)).join('')
  })
  const selected = computed<ArchitectureNode[]>(() => graph.value.nodes.filter(({ id }) => selection.value.has(id)))
  const pathOf = (id: string): string | null => (prefix.value === null ? null : prefix.value + id)
  const summaryOf = (id: string) => check.value.summaries.get(pathOf(id) ?? '')

  function open(next: Architecture, from: Source, draft: Architecture | null = null): void {
    source.value = from
    saved.value = next
    history = new History(next)
    if (draft) history.push(draft, { code: 'attribute', parameters: { name: next.name } })
    trail.value = []
    select([])
    settle()
  }

  /** Brings what is shown in line with the history. */
  function settle(): void {
    architecture.value = history.present
    undoName.value = history.undoName
    redoName.value = history.redoName
    const { undoName: undo, redoName: redo } = history
    void request('menu.history', { undo, redo })
    const broken = trail.value.findIndex(
      ({ block, id }, depth) =>
        !Object.hasOwn(architecture.value.blocks, block) ||
        (id !== null &&
          !graphAt(depth).nodes.some((node) => node.id === id && node.type === 'block' && node.block === block))
    )
    if (broken >= 0) trail.value = trail.value.slice(0, broken)
    const names = new Set(graph.value.nodes.map(({ id }) => id))
    if ([...selection.value].some((id) => !names.has(id))) select([...selection.value].filter((id) => names.has(id)))
    const keys = new Set(graph.value.edges.map(edgeKey))
    if (selectedEdges.value.some((edge) => !keys.has(edgeKey(edge)))) selectedEdges.value = []
  }

  const graphAt = (depth: number) =>
    graphOf(architecture.value, trail.value[depth - 1]?.block ?? null) ?? architecture.value.graph

  /** Makes an edit, which gives a new document or throws a ResiduumError that the window shows. */
  function edit(
    name: EditName,
    change: (architecture: Architecture) => Architecture,
    merge: string | null = null
  ): void {
    if (source.value.type !== 'saved') throw new DrawingIsReadOnly(source.value)
    history.push(withinLimits(change(architecture.value)), name, merge)
    settle()
  }

  /** Makes an edit that adds nodes, and selects them. */
  function add(name: EditName, change: (architecture: Architecture) => Added): void {
    let ids: string[] = []
    edit(name, (before) => {
      const added = change(before)
      ids = added.ids
      return added.architecture
    })
    select(ids)
  }

  function undo(): void {
    history.undo()
    settle()
  }

  function redo(): void {
    history.redo()
    settle()
  }

  function select(ids: readonly string[], edges: readonly Edge[] = []): void {
    selection.value = new Set(ids)
    selectedEdges.value = edges
  }

  /** Shows the inside of an instance. */
  function enter(id: string): void {
    const node = graph.value.nodes.find((one) => one.id === id)
    if (node?.type !== 'block' || !Object.hasOwn(architecture.value.blocks, node.block)) return
    trail.value = [...trail.value, { block: node.block, id, index: node.repeat ? 0 : null }]
    select([])
  }

  /** Shows a definition, by its first instance where it has one. */
  function enterBlock(block: string): void {
    for (const path of check.value.summaries.keys()) {
      const found = locate(architecture.value, path)
      if (found?.node?.type !== 'block' || found.node.block !== block) continue
      trail.value = [...found.within, { block, id: found.node.id, index: found.node.repeat ? 0 : null }]
      select([])
      return
    }
    trail.value = [{ block, id: null, index: null }]
    select([])
  }

  /** Goes out to a depth: 0 is the network. */
  function leave(depth = trail.value.length - 1): void {
    const left = trail.value[depth]
    trail.value = trail.value.slice(0, Math.max(0, depth))
    select(left?.id ? [left.id] : [])
  }

  /** Shows another repetition of the innermost block. */
  function showRepetition(depth: number, index: number): void {
    trail.value = trail.value.map((entered, at) => (at === depth ? { ...entered, index } : entered))
  }

  /** Shows the drawing of a path and selects its node. */
  function show(path: string): void {
    const found = locate(architecture.value, path)
    if (!found) return
    trail.value = found.within
    select(found.node && found.node.type !== 'input' ? [found.node.id] : [])
  }

  return {
    source,
    architecture,
    saved,
    undoName,
    redoName,
    trail,
    selection,
    selectedEdges,
    connecting,
    readOnly,
    dirty,
    check,
    figures,
    notices,
    unfinished,
    drawing,
    graph,
    prefix,
    selected,
    pathOf,
    summaryOf,
    open,
    edit,
    add,
    undo,
    redo,
    select,
    enter,
    enterBlock,
    leave,
    showRepetition,
    show
  }
})

/** Thrown by an edit of what cannot be changed: the screen offers to duplicate it. */
export class DrawingIsReadOnly extends Error {
  constructor(readonly source: Exclude<Source, { type: 'saved' }>) {
    super(`a drawing of a ${source.type} cannot be changed`)
  }
}
