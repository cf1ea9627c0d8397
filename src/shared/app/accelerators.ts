/** Keys held down and one pressed, as Electron writes them in a menu: `CmdOrCtrl+Shift+Z`. */
export interface Combination {
  /** As a KeyboardEvent names it, in lower case. */
  key: string
  /** The platform's key for commands: Command on macOS, elsewhere Control. */
  control: boolean
  shift: boolean
}

/** Keys that Electron calls otherwise than a KeyboardEvent. */
const KEYS: Readonly<Record<string, string>> = { plus: '+', space: ' ', return: 'enter', esc: 'escape' }

export function parseAccelerator(accelerator: string): Combination {
  const parts = accelerator.split('+')
  const key = parts[parts.length - 1]!.toLowerCase()
  return { key: KEYS[key] ?? key, control: parts.includes('CmdOrCtrl'), shift: parts.includes('Shift') }
}

const APPLE_KEYS: Readonly<Record<string, string>> = {
  Delete: '⌦',
  Backspace: '⌫',
  Enter: '↩',
  Escape: '⎋',
  Plus: '+'
}

/** As the platform writes it: `Ctrl+Shift+Z`, on macOS `⇧⌘Z`. */
export function writeAccelerator(accelerator: string, apple: boolean): string {
  const { control, shift } = parseAccelerator(accelerator)
  const key = accelerator.split('+').at(-1)!
  if (apple) return `${shift ? '⇧' : ''}${control ? '⌘' : ''}${APPLE_KEYS[key] ?? key}`
  return [control && 'Ctrl', shift && 'Shift', key === 'Plus' ? '+' : key].filter(Boolean).join('+')
}
