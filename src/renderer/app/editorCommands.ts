import { inject, onScopeDispose, provide, readonly, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { EditorCommand } from '../../shared/app/commands'

/** Performs a command of the catalogue in the architecture editor. */
export type EditorPerformer = (id: EditorCommand) => Promise<void>

const key: InjectionKey<ShallowRef<EditorPerformer | null>> = Symbol('editor commands')

/**
 * The window's end of the editor's commands, which the menu gives wherever the user is: who performs them, null until
 * the editor was opened. The window owns it; below it the editor puts itself in by `serveEditorCommands`.
 */
export function provideEditorCommands(): Readonly<ShallowRef<EditorPerformer | null>> {
  const performer = shallowRef<EditorPerformer | null>(null)
  provide(key, performer)
  return readonly(performer)
}

/** Performs the editor's commands from now on, until the calling component is gone. */
export function serveEditorCommands(perform: EditorPerformer): void {
  const performer = inject(key)
  // A view that is looked at without the window hears no menu.
  if (!performer) return
  performer.value = perform
  onScopeDispose(() => {
    if (performer.value === perform) performer.value = null
  })
}
