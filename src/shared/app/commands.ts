/**
 * The one catalogue of commands: menu, shortcuts and the hints on buttons are made from it. Texts stand under
 * `command` in `shared/messages`; accelerators are Electron's. Keys are heard by the window itself, those of the
 * `editor` by the editor, so that a text field keeps its own: the menu only shows them. `also` are other conventions for the same.
 */
export const commands = {
  'architecture.new': { menu: 'file', accelerator: 'CmdOrCtrl+N', editor: true },
  'architecture.save': { menu: 'file', accelerator: 'CmdOrCtrl+S', editor: true },
  'architecture.saveAs': { menu: 'file', accelerator: 'CmdOrCtrl+Shift+S', editor: true },
  'architecture.history': { menu: 'file', accelerator: 'CmdOrCtrl+Shift+H', editor: true },
  'architecture.import': { menu: 'file', accelerator: 'CmdOrCtrl+O', editor: true },
  'architecture.export': { menu: 'file', accelerator: 'CmdOrCtrl+E', editor: true },
  'edit.undo': { menu: 'undo', accelerator: 'CmdOrCtrl+Z', editor: true },
  'edit.redo': { menu: 'undo', accelerator: 'CmdOrCtrl+Shift+Z', also: ['CmdOrCtrl+Y'], editor: true },
  'edit.selectAll': { menu: 'edit', accelerator: 'CmdOrCtrl+A', editor: true },
  'edit.duplicate': { menu: 'edit', accelerator: 'CmdOrCtrl+D', editor: true },
  'edit.delete': { menu: 'edit', accelerator: 'Delete', also: ['Backspace'], editor: true },
  'edit.bypass': { menu: 'edit', accelerator: 'CmdOrCtrl+B', editor: true },
  'edit.find': { menu: 'edit', accelerator: 'CmdOrCtrl+F', editor: true },
  'edit.insert': { menu: 'edit', accelerator: 'CmdOrCtrl+K', editor: true },
  'edit.connect': { menu: 'edit', accelerator: 'CmdOrCtrl+L', editor: true },
  'edit.enter': { menu: 'edit', accelerator: 'CmdOrCtrl+Enter', editor: true },
  'edit.makeBlock': { menu: 'edit', accelerator: 'CmdOrCtrl+G', editor: true },
  'edit.detach': { menu: 'edit', accelerator: 'CmdOrCtrl+Shift+G', editor: true },
  'edit.layout': { menu: 'edit', accelerator: 'CmdOrCtrl+Shift+L', editor: true },
  'go.architecture': { menu: 'view', accelerator: 'CmdOrCtrl+1', editor: false },
  'go.train': { menu: 'view', accelerator: 'CmdOrCtrl+2', editor: false },
  'go.evaluate': { menu: 'view', accelerator: 'CmdOrCtrl+3', editor: false },
  'go.compare': { menu: 'view', accelerator: 'CmdOrCtrl+4', editor: false },
  'go.data': { menu: 'view', accelerator: 'CmdOrCtrl+5', editor: false },
  'view.fit': { menu: 'view', accelerator: 'CmdOrCtrl+Shift+F', editor: true },
  'view.overview': { menu: 'view', accelerator: 'CmdOrCtrl+Shift+O', editor: true },
  'view.side': { menu: 'view', accelerator: 'CmdOrCtrl+Shift+B', editor: true },
  'view.inspector': { menu: 'view', accelerator: 'CmdOrCtrl+Shift+J', editor: true },
  'view.panel': { menu: 'view', accelerator: 'CmdOrCtrl+J', editor: true },
  'training.start': { menu: 'training', accelerator: 'F5', editor: false },
  'training.pause': { menu: 'training', accelerator: 'F6', editor: false },
  'training.stop': { menu: 'training', accelerator: 'Shift+F5', editor: false },
  'app.palette': { menu: 'view', accelerator: 'CmdOrCtrl+Shift+P', editor: false },
  'app.settings': { menu: 'settings', accelerator: 'CmdOrCtrl+,', editor: false },
  'app.shortcuts': { menu: 'help', accelerator: 'CmdOrCtrl+/', editor: false },
  'app.about': { menu: 'help', accelerator: null, editor: false }
} as const

export type CommandId = keyof typeof commands
export const commandIds = Object.keys(commands) as [CommandId, ...CommandId[]]
/** Commands of the architecture editor. */
export type EditorCommand = { [C in CommandId]: (typeof commands)[C]['editor'] extends true ? C : never }[CommandId]
export const isEditorCommand = (id: CommandId): id is EditorCommand => commands[id].editor

/** All keys of a command, the one that menus show first. */
export function acceleratorsOf(id: CommandId): readonly string[] {
  const command: { accelerator: string | null; also?: readonly string[] } = commands[id]
  return command.accelerator === null ? [] : [command.accelerator, ...(command.also ?? [])]
}

/** What the system itself does for the menu, with its keys; texts stand under `menu`. */
export const systemCommands = {
  cut: { menu: 'edit', accelerator: 'CmdOrCtrl+X' },
  copy: { menu: 'edit', accelerator: 'CmdOrCtrl+C' },
  paste: { menu: 'edit', accelerator: 'CmdOrCtrl+V' },
  zoomIn: { menu: 'view', accelerator: 'CmdOrCtrl+Plus' },
  zoomOut: { menu: 'view', accelerator: 'CmdOrCtrl+-' },
  resetZoom: { menu: 'view', accelerator: 'CmdOrCtrl+0' }
} as const
export type SystemCommand = keyof typeof systemCommands

/** In which order menus and lists show commands. */
export const menus = ['file', 'edit', 'view', 'training', 'help'] as const
/** The menu that a command is in; some have a part of theirs of their own. */
export const menuOf = (id: CommandId): (typeof menus)[number] => {
  const { menu } = commands[id]
  return menu === 'undo' ? 'edit' : menu === 'settings' ? 'file' : menu
}
