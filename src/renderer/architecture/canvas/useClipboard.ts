import { onActivated, onDeactivated, onMounted, onUnmounted } from 'vue'
import { copySelection, pasteText, removeSelection } from '../editing/commands'
import { isTyping } from '../editing/shortcuts'

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

// Without marked text the browser sends these to the whole page.
const heard = { copy: copied, cut: copied, paste: pasted }

/** Copies, cuts and pastes nodes as JSON text while the canvas is on the screen. */
export function useClipboard(): void {
  const listen = (): void => {
    for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear as EventListener)
  }
  const deafen = (): void => {
    for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear as EventListener)
  }
  onMounted(listen)
  onActivated(listen)
  onDeactivated(deafen)
  onUnmounted(deafen)
}
