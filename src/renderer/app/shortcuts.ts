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

const combinations = commandIds.filter(isEditorCommand).flatMap((id) =>
  acceleratorsOf(id).map((accelerator): Combination & { id: EditorCommand } => ({
    ...parseAccelerator(accelerator),
    id
  }))
)

/** The editor's command for a key; null where it has none. */
export function commandOfKey({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): EditorCommand | null {
  if (altKey) return null
  const control = isApple ? metaKey : ctrlKey
  const found = combinations.find(
    (one) => one.key === key.toLowerCase() && one.control === control && one.shift === shiftKey
  )
  return found?.id ?? null
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
