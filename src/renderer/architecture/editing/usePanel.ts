import { useTimeoutFn } from '@vueuse/core'
import { computed, ref, watch, type ComputedRef } from 'vue'
import type { Settings } from '../../../shared/app/settings'
import { useEditor } from '../../app/stores/editor'
import { useEditorSettings } from './editorSettings'

type PanelName = NonNullable<Settings['editor']['panel']>

/** What is mended and at once broken again leaves the panel where it is. */
const STAYS_MS = 800

/**
 * Which panel lies below the canvas. Problems opens with the first problem and closes with the last; where the user has
 * closed it, it stays closed until there is another first one, or another architecture. Warnings of what cannot be changed
 * do not open it.
 */
export function usePanel(): {
  shown: ComputedRef<PanelName | null>
  toggle: (name?: PanelName) => void
} {
  const editor = useEditor()
  const { settings, remember } = useEditorSettings()
  const found = computed(() => editor.notices.some(({ severity }) => severity === 'error' || !editor.readOnly))
  const present = ref(found.value)
  const { start, stop } = useTimeoutFn(() => (present.value = false), STAYS_MS, { immediate: false })
  /** Closed by the user while there were problems. */
  const dismissed = ref(found.value && settings.value.panel === null)
  /** Opened by the user while there was none. */
  const asked = ref(false)

  watch(found, (now) => {
    if (!now) return start()
    stop()
    present.value = true
  })
  watch(present, (now) => {
    if (!now) dismissed.value = asked.value = false
  })
  watch(
    () => editor.source,
    (now, before) => {
      if (JSON.stringify(now) === JSON.stringify(before)) return
      stop()
      present.value = found.value
      dismissed.value = asked.value = false
    }
  )

  const shown = computed(() => {
    const chosen = settings.value.panel
    if (chosen === 'layers' || chosen === 'code') return chosen
    return (present.value && !dismissed.value) || asked.value ? 'problems' : null
  })
  /** What was open last. */
  const last = ref<PanelName>('problems')
  watch(shown, (now) => now && (last.value = now), { immediate: true })

  /** Opens a panel, or closes it where it is open; without a name the last. */
  function toggle(name: PanelName = shown.value ?? last.value): void {
    const closing = shown.value === name
    dismissed.value = closing && present.value
    asked.value = !closing && name === 'problems'
    remember({ panel: closing ? null : name })
  }
  return { shown, toggle }
}
