import { app, dialog, nativeTheme, type BrowserWindow } from 'electron'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppInfo } from '../shared/app/info'
import type { Settings } from '../shared/app/settings'
import { describeError } from '../shared/errors'
import { texts as textsOf, type Texts } from '../shared/messages'
import { tell } from '../shared/messages/tell'
import { exitCodes, heedSignals, outliveOutput, watchParent, type EndingSignal } from './endings'
import { cacheFolder, libraryFolder, settingsFolder, usualLibrary } from './folders'
import { becomeInstance } from './instance'
import { appHandlers } from './ipc/app'
import { architectureHandlers } from './ipc/architectures'
import { datasetHandlers } from './ipc/datasets'
import { fileHandlers } from './ipc/files'
import { handPort, serveRequests, tellWindow, type WindowEvent } from './ipc/router'
import { runHandlers } from './ipc/runs'
import { trainingHandlers } from './ipc/training'
import { electronProcesses } from './jobs/electron'
import { runKeeper } from './jobs/runKeeper'
import { Measurer } from './jobs/measurer'
import { Runner } from './jobs/runner'
import { ComputerSpeeds } from './jobs/speeds'
import { Library } from './library/library'
import { setMenu, type EditHistory } from './menu'
import { goOffline, withoutSpelling } from './offline'
import { registerScheme, serveFolder } from './protocol'
import { SettingsStore } from './settings'
import { SpeedBook } from './speedBook'
import { MigrationWindow } from './migrationWindow'
import { denyByDefault, denyPermissions, openWindow } from './window'

/** The first Electron that is still of the kind npm gives; older ones get no security updates. */
const OLDEST_MAINTAINED = 40
const CLOSE_MS = 5000

registerScheme()
goOffline()
app.on('web-contents-created', (_, contents) => denyByDefault(contents))

outliveOutput(process.stdout, process.stderr)
try {
  becomeInstance(settingsFolder())
  void app
    .whenReady()
    .then(start)
    .catch((error: unknown) => refuse(error, 'system'))
} catch (error) {
  if (describeError(error).code === 'instance-running') {
    process.stderr.write(`${describe(textsOf.en, error)}\n`)
    app.quit()
  } else {
    // Chromium needs a place even to show a box.
    const refuge = mkdtempSync(join(tmpdir(), 'residuum-'))
    app.setPath('userData', refuge)
    app.on('quit', () => rmSync(refuge, { recursive: true, force: true }))
    void app.whenReady().then(() => refuse(error, 'system'))
  }
}

/** Says on standard error and in a box why the app cannot start, then ends. */
function refuse(error: unknown, locale: Settings['locale']): void {
  process.stderr.write(`error: ${describe(textsOf.en, error)}\n`)
  heedSignals((signal) => app.exit(exitCodes[signal]))
  void dialog
    .showMessageBox({ type: 'error', title: 'Residuum', message: describe(textsIn(locale), error) })
    .then(() => app.exit(exitCodes.failed))
}

async function start(): Promise<void> {
  // Before there is a run, ending is nothing but that; a library half brought to this version goes on with the next start.
  let end = (signal: EndingSignal): void => app.exit(exitCodes[signal])
  heedSignals((signal, count) => {
    if (count < 3) end(signal)
    else app.exit(exitCodes[signal])
  })
  const launcher = process.env.RESIDUUM_LAUNCHER
  if (launcher) watchParent(Number(launcher), () => end('SIGHUP'))
  // The window that tells of a migration is closed before there is another, and the app would end with it.
  app.on('window-all-closed', () => undefined)
  withoutSpelling()
  denyPermissions()
  const settings = new SettingsStore(settingsFolder())
  const texts = (): Texts => textsIn(settings.get().locale)
  let library: Library
  try {
    library = await openLibrary(settings.get())
  } catch (error) {
    if (process.env.RESIDUUM_LIBRARY || settings.get().library === null) return refuse(error, settings.get().locale)
    // One on a disk that is not there now must not shut the user out.
    if (!(await askForUsual(texts(), error))) return app.exit(exitCodes.failed)
    try {
      library = await openLibrary(await settings.set({ library: null }))
    } catch (usual) {
      return refuse(usual, settings.get().locale)
    }
  }

  let window: BrowserWindow | null = null
  const send = (event: WindowEvent): void => tellWindow(window, event)
  const processes = electronProcesses(join(__dirname, 'trainer.cjs'))
  const runner = new Runner(processes, runKeeper(library.folder), () => settings.get(), {
    training: (state) => send({ type: 'training', state }),
    expected: (run, isExpected) => library.expect(run, isExpected).catch(() => undefined),
    runChanged: (run) => void library.hint(run).catch(() => undefined),
    port: (port) => handPort(window, port)
  })
  library.subscribe(send)
  library.follow()
  // What cannot be removed now is tried again at the next start.
  void library.purge().catch(() => undefined)
  const info: AppInfo = {
    version: app.getVersion(),
    electron: process.versions.electron!,
    chromium: process.versions.chrome!,
    node: process.versions.node,
    outdated: Number(process.versions.electron!.split('.')[0]) < OLDEST_MAINTAINED,
    libraryFolder: library.folder,
    usualLibrary: usualLibrary(),
    libraryGiven: Boolean(process.env.RESIDUUM_LIBRARY),
    cacheFolder: cacheFolder(),
    device: null,
    deviceError: null
  }
  const speeds = new ComputerSpeeds({
    measurer: new Measurer(processes, (fraction) => send({ type: 'measuring', fraction })),
    book: new SpeedBook(cacheFolder()),
    device: () => info.device,
    isTraining: () => runner.isBusy,
    ofRuns: (device) => library.listSpeeds(device),
    changed: () => send({ type: 'speeds-changed' })
  })
  let history: EditHistory = { undo: null, redo: null }
  const showMenu = (): void => setMenu(localeOf(settings.get().locale), history, (id) => send({ type: 'command', id }))
  const apply = (current: Settings): void => {
    nativeTheme.themeSource = current.theme
    showMenu()
    send({ type: 'settings', settings: current })
  }

  serveFolder(join(__dirname, '../renderer'))
  serveRequests({
    ...appHandlers(info, settings, {
      window: () => window,
      changed: apply,
      history: (current) => {
        history = current
        showMenu()
      }
    }),
    ...architectureHandlers(
      library,
      () => window,
      () => send({ type: 'architectures-changed' })
    ),
    ...fileHandlers(() => window),
    ...runHandlers(library),
    ...trainingHandlers(runner, speeds),
    ...datasetHandlers
  })
  apply(settings.get())
  window = openWindow(settings)
  // The window comes first: loading TensorFlow takes a second of both cores.
  window.once('ready-to-show', () => {
    void runner.examine().then(({ device, error }) => {
      Object.assign(info, { device, deviceError: error })
      send({ type: 'app-info', info })
      void speeds.rate()
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
  let asking = false
  let exitCode: number = exitCodes.done
  /** Saves the run and closes the window, which ends the app. */
  const leave = async (): Promise<void> => {
    if (leaving) return
    leaving = true
    await runner.shutDown()
    window?.close()
    // A page that hangs must not hold the app.
    setTimeout(() => window?.destroy(), CLOSE_MS)
  }
  // Whoever sends a signal can't be asked: the run is saved. A second means the same, a third ends at once.
  end = (signal) => {
    if (exitCode === exitCodes.done) exitCode = exitCodes[signal]
    void leave()
  }
  window.on('close', (event) => {
    if (leaving || !runner.isBusy) return
    event.preventDefault()
    if (asking) return
    asking = true
    const { quit } = texts()
    const question = {
      type: 'question' as const,
      message: quit.message,
      detail: quit.detail,
      buttons: [quit.stop, quit.cancel],
      defaultId: 1,
      cancelId: 1
    }
    void dialog.showMessageBox(window!, question).then(({ response }) => {
      asking = false
      if (response === 0) void leave()
    })
  })
  window.on('closed', () => (window = null))
  app.on('window-all-closed', () => {
    speeds.cancel()
    void Promise.allSettled([settings.settled(), runner.shutDown().then(() => library.close())]).then(() => {
      if (exitCode === exitCodes.done) app.quit()
      else app.exit(exitCode)
    })
  })
}

/** Opens the library; where one of a version before is brought to this one first, a small window says how far that is. */
async function openLibrary({ library, locale }: Settings): Promise<Library> {
  let shown: MigrationWindow | null = null
  try {
    return await Library.open(libraryFolder(library), (done, total) => {
      shown ??= new MigrationWindow(textsIn(locale).migration)
      shown.tell(done, total)
    })
  } finally {
    // The assignment above is inside a callback, which the compiler does not follow.
    ;(shown as MigrationWindow | null)?.close()
  }
}

/** Says why the library that was chosen cannot be opened, and whether the usual one is to be instead. */
async function askForUsual(texts: Texts, error: unknown): Promise<boolean> {
  process.stderr.write(`error: ${describe(textsOf.en, error)}\n`)
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Residuum',
    message: describe(texts, error),
    buttons: [texts.otherLibrary.usual, texts.menu.quit],
    defaultId: 0,
    cancelId: 1
  })
  return response === 0
}

function describe(texts: Texts, error: unknown): string {
  return tell(texts, 'error', describeError(error))
}

function textsIn(chosen: Settings['locale']): Texts {
  return textsOf[localeOf(chosen)]
}

function localeOf(chosen: Settings['locale']): 'en' | 'zh-CN' {
  if (chosen !== 'system') return chosen
  return app.getLocale().toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
