import * as edit from '../../../shared/architecture/edit'
import type { Edge } from '../../../shared/architecture/schema'
import type { EditorCommand } from '../../../shared/app/commands'
import { presets } from '../../../shared/presets'
import { i18n } from '../../app/i18n'
import { notify } from '../../app/notify'
import { useArchitectures } from '../../app/stores/architectures'
import { useEditor } from '../../app/stores/editor'
import { useEditorSettings } from './editorSettings'
import type { PaletteItem } from './palette'
import { useSignals, type Signals } from './signals'

/** Names of nodes as a step to undo has them. */
export const listNames = (ids: readonly string[]): string =>
  ids.length > 3 ? `${ids.slice(0, 3).join(', ')}…` : ids.join(', ')

/** Names of the selected nodes that can be changed, as text. */
function selectedNames(): { ids: string[]; name: string } {
  const editor = useEditor()
  const ids = editor.selected.filter((node) => !edit.isEnd(node)).map(({ id }) => id)
  return { ids, name: listNames(ids) }
}

/** Puts an item of the palette on a connection, at a free place, or behind the selection. */
export function insertItem(item: PaletteItem, at: { edge?: Edge; place?: edit.Place } = {}): void {
  const editor = useEditor()
  const { added } = item
  const name = { code: 'add', parameters: { name: item.name } } as const
  const { drawing } = editor
  if (added.type === 'preset') {
    const fragment = edit.networkFragment(presets[added.preset].architecture)
    editor.add(name, (before) =>
      edit.paste(before, drawing, fragment, { selected: [...editor.selection], behind: true })
    )
    return
  }
  const [only] = editor.selectedEdges
  const edge = at.edge ?? (at.place || editor.selection.size > 0 ? undefined : only)
  editor.add(name, (before) => {
    if (edge) return edit.insertOnEdge(before, drawing, added, edge)
    if (at.place)
      return edit.addNode(
        before,
        drawing,
        added,
        editor.graph.nodes.some(({ position }) => position) ? at.place : undefined
      )
    return edit.insertAfter(before, drawing, added, [...editor.selection])
  })
}

export function copySelection(): string | null {
  const editor = useEditor()
  const fragment = edit.copyNodes(editor.architecture, editor.drawing, [...editor.selection])
  return fragment && JSON.stringify(fragment, null, 1)
}

export function pasteText(text: string): void {
  const editor = useEditor()
  const fragment = edit.parseFragment(text)
  if (!fragment) return
  editor.add({ code: 'paste', parameters: {} }, (before) =>
    edit.paste(before, editor.drawing, fragment, { selected: [...editor.selection] })
  )
}

export function removeSelection(code: 'delete' | 'cut' = 'delete'): void {
  const editor = useEditor()
  const { ids, name } = selectedNames()
  const { drawing, selectedEdges } = editor
  if (ids.length === 0 && selectedEdges.length > 0) {
    editor.edit({ code: 'disconnect', parameters: {} }, (before) => edit.disconnect(before, drawing, selectedEdges))
    return
  }
  if (editor.selection.size === 0) return
  const [first] = edit.inputsOf(editor.graph, ids[0] ?? '')
  editor.edit({ code, parameters: code === 'delete' ? { name } : {} }, (before) =>
    edit.removeNodes(before, drawing, ids)
  )
  // What stood before takes the selection, so that the keyboard goes on from there.
  if (first) editor.select([first.source])
}

export function connectNodes(source: string, target: string): void {
  const editor = useEditor()
  editor.edit({ code: 'connect', parameters: { source, target } }, (before) =>
    edit.connect(before, editor.drawing, source, target)
  )
}

/** Performs a command of the catalogue in the editor. */
export async function performInEditor(id: EditorCommand, signals: Signals): Promise<void> {
  const editor = useEditor()
  const architectures = useArchitectures()
  const { settings, remember } = useEditorSettings()
  const { t } = i18n.global
  const { ids, name } = selectedNames()
  const { drawing } = editor
  switch (id) {
    case 'architecture.new':
      return architectures.createEmpty(t('library.newTitle'))
    case 'architecture.save':
      return editor.readOnly ? architectures.duplicate() : architectures.save()
    case 'architecture.saveAs':
      return architectures.duplicate()
    case 'architecture.history':
      return void signals.versions.trigger()
    case 'architecture.import': {
      const unknown = await architectures.importFile()
      if (unknown) sayImported(unknown)
      return
    }
    case 'architecture.export': {
      const file = await architectures.exportFile('json')
      if (file) notify({ type: 'success', text: t('library.exported', { file }) })
      return
    }
    case 'edit.undo':
      return editor.undo()
    case 'edit.redo':
      return editor.redo()
    case 'edit.selectAll':
      return editor.select(editor.graph.nodes.map((node) => node.id))
    case 'edit.duplicate': {
      const fragment = edit.copyNodes(editor.architecture, drawing, ids)
      if (!fragment) return
      return editor.add({ code: 'duplicate', parameters: {} }, (before) =>
        edit.paste(before, drawing, fragment, { selected: ids })
      )
    }
    case 'edit.delete':
      return removeSelection()
    case 'edit.bypass': {
      if (ids.length === 0) return
      const bypassed = !editor.selected.every((node) => edit.isEnd(node) || ('bypassed' in node && node.bypassed))
      return editor.edit({ code: bypassed ? 'bypass' : 'enable', parameters: { name } }, (before) =>
        edit.changeNodes(before, drawing, ids, { bypassed })
      )
    }
    case 'edit.find':
      return void signals.find.trigger()
    case 'edit.insert':
      return void signals.insert.trigger('')
    case 'edit.connect':
      editor.connecting = editor.selected.length === 1 ? editor.selected[0]!.id : null
      return
    case 'edit.makeBlock': {
      const block = edit.freeBlockName(editor.architecture)
      return editor.add({ code: 'block', parameters: { name: block } }, (before) =>
        edit.makeBlock(before, drawing, ids, block)
      )
    }
    case 'edit.enter':
      if (editor.selection.size === 1) editor.enter([...editor.selection][0]!)
      return
    case 'edit.detach':
      if (ids.length !== 1) return
      return editor.add({ code: 'detach', parameters: { name } }, (before) => edit.detach(before, drawing, ids[0]!))
    case 'edit.layout':
      if (editor.graph.nodes.some(({ position }) => position)) {
        editor.edit({ code: 'layout', parameters: {} }, (before) => edit.clearPlaces(before, drawing))
      }
      return void signals.layOut.trigger()
    case 'view.fit':
      return void signals.fit.trigger()
    case 'view.overview':
      return void signals.overview.trigger()
    case 'view.panel':
      return void signals.panel.trigger()
    case 'view.side':
      return remember({ sideOpen: !settings.value.sideOpen })
    case 'view.inspector':
      return remember({ inspectorOpen: !settings.value.inspectorOpen })
  }
}

/** Performs commands for a part of the editor's screen. */
export function useEditorCommands(): (id: EditorCommand) => Promise<void> {
  const signals = useSignals()
  return (id) => performInEditor(id, signals)
}

/** Says what an imported file holds that this version does not know. */
export function sayImported(unknown: readonly string[]): void {
  const { t } = i18n.global
  if (unknown.length === 0) return
  notify({ type: 'warning', text: t('library.unknownLayers', { kinds: unknown.join(', ') }) })
}
