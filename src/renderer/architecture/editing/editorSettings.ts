import { computed, type ComputedRef } from 'vue'
import type { Settings } from '../../../shared/app/settings'
import { useApp } from '../../app/stores/app'

type EditorSettings = Settings['editor']

/** How the user wants the editor: read, and changed in part. */
export function useEditorSettings(): {
  settings: ComputedRef<EditorSettings>
  remember: (part: Partial<EditorSettings>) => void
} {
  const app = useApp()
  return {
    settings: computed(() => app.settings.editor),
    remember: (part) => void app.change({ editor: { ...app.settings.editor, ...part } })
  }
}
