import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import { commands, systemCommands, type CommandId, type SystemCommand } from '../shared/app/commands'
import type { EditName } from '../shared/architecture/edit/history'
import { formatMessage } from '../shared/messages/tell'
import en from '../shared/messages/en.json'
import zh from '../shared/messages/zh-CN.json'

type Locale = 'en' | 'zh-CN'
type MenuName = (typeof commands)[CommandId]['menu']

/** A command's text: its id is the path to it. */
function commandText(texts: Record<string, Record<string, string>>, id: CommandId): string {
  const [group, name] = id.split('.') as [string, string]
  return texts[group]![name]!
}

const menuItem = (id: CommandId, label: string, send: (id: CommandId) => void): MenuItemConstructorOptions => ({
  label,
  ...(commands[id].accelerator && { accelerator: commands[id].accelerator }),
  // Heard by the window, where a text field may want it first.
  registerAccelerator: false,
  click: () => send(id)
})

/** What Undo and Redo would do; null where there is nothing. */
export interface EditHistory {
  undo: EditName | null
  redo: EditName | null
}

/** The application menu in the chosen language, made from the catalogue of commands. */
export function setMenu(locale: Locale, history: EditHistory, send: (id: CommandId) => void): void {
  const texts = locale === 'zh-CN' ? zh : en
  /** `Undo: Add Conv2d`. */
  const label = (id: CommandId): string => {
    const text = commandText(texts.command, id)
    const name = id === 'edit.undo' ? history.undo : id === 'edit.redo' ? history.redo : null
    // A single & would be taken for the mark of a key.
    return name ? `${text}: ${formatMessage(texts.edit[name.code], name.parameters).replaceAll('&', '&&')}` : text
  }
  const entries = (menu: MenuName): MenuItemConstructorOptions[] =>
    (Object.keys(commands) as CommandId[])
      .filter((id) => commands[id].menu === menu)
      .map((id) => menuItem(id, label(id), send))
  const system = (role: SystemCommand): MenuItemConstructorOptions => ({
    role,
    label: texts.menu[role],
    accelerator: systemCommands[role].accelerator
  })
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: texts.menu.file,
      submenu: [
        ...entries('file'),
        { type: 'separator' },
        ...entries('settings'),
        { type: 'separator' },
        { role: 'quit', label: texts.menu.quit }
      ]
    },
    {
      label: texts.menu.edit,
      submenu: [
        ...entries('undo'),
        { type: 'separator' },
        ...(['cut', 'copy', 'paste'] as const).map(system),
        { type: 'separator' },
        ...entries('edit')
      ]
    },
    {
      label: texts.menu.view,
      submenu: [
        ...entries('view'),
        { type: 'separator' },
        ...(['zoomIn', 'zoomOut', 'resetZoom'] as const).map(system),
        { role: 'togglefullscreen', label: texts.menu.fullscreen },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools', label: texts.menu.devTools } as const])
      ]
    },
    { label: texts.menu.training, submenu: entries('training') },
    { label: texts.menu.help, submenu: entries('help') }
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
