import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import { commands, type CommandId } from '../shared/commands'
import en from '../shared/messages/en.json'
import zh from '../shared/messages/zh-CN.json'

type MenuName = (typeof commands)[CommandId]['menu']

/** A command's text: its id is the path to it. */
function commandText(texts: Record<string, Record<string, string>>, id: CommandId): string {
  const [group, name] = id.split('.') as [string, string]
  return texts[group]![name]!
}

/** The application menu in the chosen language, made from the catalogue of commands. */
export function setMenu(locale: 'en' | 'zh-CN', send: (id: CommandId) => void): void {
  const texts = locale === 'zh-CN' ? zh : en
  const entries = (menu: MenuName): MenuItemConstructorOptions[] =>
    (Object.keys(commands) as CommandId[])
      .filter((id) => commands[id].menu === menu)
      .map((id) => ({
        label: commandText(texts.command, id),
        ...(commands[id].accelerator && { accelerator: commands[id].accelerator }),
        click: () => send(id)
      }))
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: texts.menu.file, submenu: [{ role: 'quit', label: texts.menu.quit }] },
    {
      label: texts.menu.edit,
      submenu: (['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'] as const).map((role) => ({
        role,
        label: texts.menu[role]
      }))
    },
    {
      label: texts.menu.view,
      submenu: [
        ...entries('view'),
        { type: 'separator' },
        { role: 'zoomIn', label: texts.menu.zoomIn },
        { role: 'zoomOut', label: texts.menu.zoomOut },
        { role: 'resetZoom', label: texts.menu.resetZoom },
        { role: 'togglefullscreen', label: texts.menu.fullscreen },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools', label: texts.menu.devTools } as const])
      ]
    },
    { label: texts.menu.training, submenu: entries('training') },
    { label: texts.menu.help, submenu: entries('help') }
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
