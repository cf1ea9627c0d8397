import { useI18n } from 'vue-i18n'
import type { EditorCommand } from '../../../shared/app/commands'
import * as edit from '../../../shared/architecture/edit'
import type { ArchitectureNode } from '../../../shared/architecture/schema'
import { useEditor } from '../../app/stores/editor'
import type { MenuItem } from '../../ui/menu'
import { useEditorCommands } from './commands'
import { shortcutText } from '../../app/shortcuts'

/** Commands of the drawing that leave it as it is. */
const LOOKS: readonly EditorCommand[] = ['edit.selectAll', 'edit.find', 'edit.enter']
const changes = (id: EditorCommand): boolean => id.startsWith('edit.') && !LOOKS.includes(id)

/** What can be done with what is selected in a drawing, by groups. */
export function commandsFor(selected: readonly ArchitectureNode[], edges: boolean): EditorCommand[][] {
  const inner = selected.filter((node) => !edit.isEnd(node))
  if (inner.length === 0) {
    if (edges) return [['edit.insert'], ['edit.delete']]
    return [['edit.insert'], ['edit.find', 'edit.selectAll'], ['edit.layout', 'view.fit', 'view.overview']]
  }
  const block = inner.length === 1 && inner[0]!.type === 'block'
  return [
    block ? ['edit.enter'] : [],
    ['edit.insert', ...(inner.length === 1 ? (['edit.connect'] as const) : [])],
    ['edit.duplicate', 'edit.bypass', 'edit.makeBlock', ...(block ? (['edit.detach'] as const) : [])],
    ['edit.find', 'view.fit'],
    ['edit.delete']
  ]
}

/** Makes entries of context menus of groups of the catalogue's commands: where nothing can be changed, of those that do not. */
export function useMenuItems(): (groups: readonly (readonly EditorCommand[])[]) => MenuItem[] {
  const editor = useEditor()
  const perform = useEditorCommands()
  const { t } = useI18n()
  return (groups) =>
    groups
      .map((ids) => ids.filter((id) => !editor.readOnly || !changes(id)))
      .flatMap((ids) =>
        ids.map((id, index) => ({
          id,
          label: t(`command.${id}`),
          shortcut: shortcutText(id),
          parted: index === 0,
          run: () => perform(id)
        }))
      )
}
