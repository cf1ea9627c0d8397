import { useEventListener } from '@vueuse/core'
import { useShown } from '../../app/shown'
import { copySelection, pasteText, removeSelection } from '../editing/commands'
import { isTyping } from '../../app/typing'

/** Text in a field or marked elsewhere is the browser's own to copy. */
const isOurs = (): boolean => !isTyping(document.activeElement) && getSelection()!.isCollapsed

function copied(event: ClipboardEvent): void {
  const text = isOurs() ? copySelection() : null
  if (!text) return
  event.preventDefault()
  event.clipboardData?.setData('text/plain', text)
  if (event.type === 'cut') removeSelection('cut')
}

function pasted(event: ClipboardEvent): void {
  const text = isOurs() && event.clipboardData?.getData('text/plain')
  if (!text) return
  event.preventDefault()
  pasteText(text)
}

/** Copies, cuts and pastes nodes as JSON text while the canvas is on the screen. */
export function useClipboard(): void {
  const shown = useShown()
  // Without marked text the browser sends these to the whole page.
  useEventListener(document, ['copy', 'cut'], (event: ClipboardEvent) => {
    if (shown.value) copied(event)
  })
  useEventListener(document, 'paste', (event) => {
    if (shown.value) pasted(event)
  })
}
