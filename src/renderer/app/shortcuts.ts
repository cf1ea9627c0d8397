import { parseAccelerator, writeAccelerator, type Combination } from '../../shared/app/accelerators'
import {
  acceleratorsOf,
  commandIds,
  commands,
  isEditorCommand,
  type CommandId,
  type EditorCommand
} from '../../shared/app/commands'

const isApple = navigator.platform.startsWith('Mac')

const combinations = commandIds.flatMap((id) =>
  acceleratorsOf(id).map((accelerator): Combination & { id: CommandId } => ({ ...parseAccelerator(accelerator), id }))
)
/** A sign that some keyboards write with Shift and others without. */
const SIGN = /^[^\p{L}\p{N}]$/u

/** The command for a key; null where it has none. */
export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): CommandId | null {
  if (altKey) return null
  const control = isApple ? metaKey : ctrlKey
  const pressed = key.toLowerCase()
  const found = combinations.find(
    (one) => one.key === pressed && one.control === control && (one.shift === shiftKey || SIGN.test(pressed))
  )
  return found?.id ?? null
}

/** The editor's command for a key; null where it has none. */
export function commandOfKey(event: KeyboardEvent): EditorCommand | null {
  const id = commandOf(event)
  return id !== null && isEditorCommand(id) ? id : null
}

/** Keys as the platform writes them. */
export const acceleratorText = (accelerator: string): string => writeAccelerator(accelerator, isApple)

/** A command's keys as the platform writes them; nothing where it has none. */
export function shortcutText(id: CommandId): string {
  const { accelerator } = commands[id]
  return accelerator ? acceleratorText(accelerator) : ''
}

/** A command's name with its keys, as a hint on a button: `Start training (F5)`. */
export const withShortcut = (name: string, id: CommandId): string =>
  shortcutText(id) ? `${name} (${shortcutText(id)})` : name
