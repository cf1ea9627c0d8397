/**
 * The one catalogue of commands: menu and shortcuts are made from it. Texts stand under `command`
 * in `shared/messages`; accelerators are Electron's.
 */
export const commands = {
  'go.architecture': { menu: 'view', accelerator: 'CmdOrCtrl+1' },
  'go.train': { menu: 'view', accelerator: 'CmdOrCtrl+2' },
  'go.evaluate': { menu: 'view', accelerator: 'CmdOrCtrl+3' },
  'go.compare': { menu: 'view', accelerator: 'CmdOrCtrl+4' },
  'go.data': { menu: 'view', accelerator: 'CmdOrCtrl+5' },
  'training.start': { menu: 'training', accelerator: 'F5' },
  'training.pause': { menu: 'training', accelerator: 'F6' },
  'training.stop': { menu: 'training', accelerator: 'Shift+F5' },
  'app.about': { menu: 'help', accelerator: null }
} as const

export type CommandId = keyof typeof commands
export const commandIds = Object.keys(commands) as [CommandId, ...CommandId[]]
