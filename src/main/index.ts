import { app, dialog, nativeTheme, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import { describeError, formatMessage } from '../shared/errors'
import { EVENT, PORT } from '../shared/ipc/channel'
import type { WindowEvent } from '../shared/ipc/events'
import type { AppInfo } from '../shared/ipc/routes'
import en from '../shared/messages/en.json'
import zh from '../shared/messages/zh-CN.json'
import type { Settings } from '../shared/settings'
import { cacheFolder, libraryFolder, settingsFolder } from './folders'
import { architectureHandlers } from './ipc/architectures'
import { datasetHandlers } from './ipc/datasets'
import { serveRequests } from './ipc/router'
import { runHandlers } from './ipc/runs'
import { settingsHandlers } from './ipc/settings'
import { trainingHandlers } from './ipc/training'
import { Library } from './library/library'
import { popUpMenu, setMenu, type EditHistory } from './menu'
import { goOffline, withoutSpelling } from './offline'
import { registerScheme, serveFolder } from './protocol'
import { SettingsStore } from './settings'
import { Supervisor } from './training/supervisor'
import { denyByDefault, denyPermissions, openWindow } from './window'

/** The first Electron that is still of the kind npm gives; older ones get no security updates. */
const OLDEST_MAINTAINED = 40

app.setPath('userData', join(settingsFolder(), 'electron'))
registerScheme()
goOffline()
app.on('web-contents-created', (_, contents) => denyByDefault(contents))

if (!app.requestSingleInstanceLock()) app.quit()
else void app.whenReady().then(start, console.error)

function start(): void {
  const settings = new SettingsStore(settingsFolder())
  const texts = (): typeof en => (locale(settings.get()) === 'zh-CN' ? zh : en)
  let library: Library
  try {
    library = Library.open(libraryFolder())
  } catch (error) {
    const { code, parameters } = describeError(error)
    dialog.showErrorBox('Residuum', formatMessage(texts().error[code], parameters))
    return app.exit(1)
  }

  let window: BrowserWindow | null = null
  const send = (event: WindowEvent): void => window?.webContents.send(EVENT, event)
  const supervisor = new Supervisor(join(__dirname, 'trainer.cjs'), library, {
    training: (state) => send({ type: 'training', state }),
    runsChanged: (id) => send({ type: 'runs-changed', id }),
    port: (port) => window?.webContents.postMessage(PORT, null, [port])
  })
  const info: AppInfo = {
    version: app.getVersion(),
    electron: process.versions.electron!,
    chromium: process.versions.chrome!,
    node: process.versions.node,
    outdated: Number(process.versions.electron!.split('.')[0]) < OLDEST_MAINTAINED,
    libraryFolder: libraryFolder(),
    cacheFolder: cacheFolder(),
    device: null,
    deviceError: null
  }
  let history: EditHistory = { undo: null, redo: null }
  const showMenu = (): void => setMenu(locale(settings.get()), history, (id) => send({ type: 'command', id }))
  const apply = (current: Settings): void => {
    nativeTheme.themeSource = current.theme
    showMenu()
    send({ type: 'settings', settings: current })
  }

  withoutSpelling()
  denyPermissions()
  serveFolder(join(__dirname, '../renderer'))
  serveRequests({
    'app.info': () => info,
    'menu.history': (current) => {
      history = current
      showMenu()
      return undefined
    },
    'menu.popup': ({ commands }) => {
      popUpMenu(locale(settings.get()), commands, (id) => send({ type: 'command', id }))
      return undefined
    },
    ...settingsHandlers(settings, apply),
    ...architectureHandlers(
      library,
      () => window,
      () => send({ type: 'architectures-changed' })
    ),
    ...runHandlers(library, (id) => send({ type: 'runs-changed', id })),
    ...trainingHandlers(supervisor),
    ...datasetHandlers
  })
  apply(settings.get())
  window = openWindow(settings)
  // The window comes first: loading TensorFlow takes a second of both cores.
  window.once('ready-to-show', () => {
    void supervisor.examine().then(({ device, error }) => {
      Object.assign(info, { device, deviceError: error })
      send({ type: 'app-info', info })
    })
  })
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit') window?.webContents.reload()
  })
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })

  let leaving = false
  window.on('close', (event) => {
    if (leaving || !supervisor.state) return
    event.preventDefault()
    const { quit } = texts()
    const choice = dialog.showMessageBoxSync(window!, {
      type: 'question',
      message: quit.message,
      detail: quit.detail,
      buttons: [quit.stop, quit.cancel],
      defaultId: 1,
      cancelId: 1
    })
    if (choice !== 0) return
    leaving = true
    void supervisor.shutDown().then(() => window?.close())
  })
  window.on('closed', () => (window = null))
  app.on('window-all-closed', () => {
    void settings.settled().then(() => {
      library.close()
      app.quit()
    })
  })
}

function locale({ locale: chosen }: Settings): 'en' | 'zh-CN' {
  if (chosen !== 'system') return chosen
  return app.getLocale().toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
