import { commands, type CommandId, type EditorCommand } from '../../../shared/app/commands'

const isMac = navigator.platform.startsWith('Mac')

interface Combination {
  key: string
  control: boolean
  shift: boolean
  id: EditorCommand
}

function parse(accelerator: string, id: EditorCommand): Combination {
  const parts = accelerator.split('+')
  return {
    key: parts[parts.length - 1]!.toLowerCase(),
    control: parts.includes('CmdOrCtrl'),
    shift: parts.includes('Shift'),
    id
  }
}

const combinations = (Object.keys(commands) as CommandId[]).flatMap((id) => {
  const { editor, accelerator } = commands[id]
  return editor && accelerator ? [parse(accelerator, id as EditorCommand)] : []
})
// Other conventions for the same.
combinations.push(
  { key: 'backspace', control: false, shift: false, id: 'edit.delete' },
  { key: 'y', control: true, shift: false, id: 'edit.redo' }
)

/** The editor's command for a key; null where it has none. */
export function commandOfKey({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): EditorCommand | null {
  if (altKey) return null
  const control = isMac ? metaKey : ctrlKey
  const found = combinations.find(
    (one) => one.key === key.toLowerCase() && one.control === control && one.shift === shiftKey
  )
  return found?.id ?? null
}

/** As the platform writes it: `Ctrl+Shift+Z`, `⌘⇧Z`. */
export function shortcutText(id: CommandId): string {
  const { accelerator } = commands[id]
  if (!accelerator) return ''
  return isMac
    ? accelerator.replace('CmdOrCtrl', '⌘').replace('Shift', '⇧').replaceAll('+', '')
    : accelerator.replace('CmdOrCtrl', 'Ctrl')
}
