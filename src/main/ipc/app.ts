import { dialog, shell, type BrowserWindow } from 'electron'
import type { AppFolder, AppInfo } from '../../shared/app/info'
import type { Settings } from '../../shared/app/settings'
import { ResiduumError } from '../../shared/errors'
import type { appRoutes } from '../../shared/ipc/app'
import { folderSize } from '../folderSize'
import { requireLibrary } from '../library/choice'
import type { EditHistory } from '../menu'
import type { SettingsStore } from '../settings'
import type { Handlers } from './router'

interface AppListeners {
  window(): BrowserWindow | null
  /** The settings are others now. */
  changed(settings: Settings): void
  /** Undo and Redo are called otherwise. */
  history(history: EditHistory): void
}

export const appHandlers = (
  info: AppInfo,
  store: SettingsStore,
  { window, changed, history }: AppListeners
): Handlers<keyof typeof appRoutes> => ({
  'app.info': () => info,
  'app.folderSizes': async () => ({
    library: await folderSize(info.libraryFolder),
    cache: await folderSize(info.cacheFolder)
  }),
  'app.showFolder': async ({ folder }) => {
    const path = pathOf(info, folder)
    const message = await shell.openPath(path)
    if (message) throw new ResiduumError('cannot-show', { folder: path, message })
  },
  'app.chooseLibrary': async () => {
    const { filePaths } = await dialog.showOpenDialog(window()!, {
      properties: ['openDirectory', 'createDirectory'],
      defaultPath: info.libraryFolder
    })
    const [folder] = filePaths
    if (folder === undefined) return
    await requireLibrary(folder)
    changed(await store.set({ library: folder === info.usualLibrary ? null : folder }))
  },
  'settings.get': () => store.get(),
  'settings.set': async (change) => {
    const settings = await store.set(change)
    changed(settings)
    return settings
  },
  'menu.history': (current) => void history(current)
})

const pathOf = (info: AppInfo, folder: AppFolder): string =>
  folder === 'library' ? info.libraryFolder : info.cacheFolder
