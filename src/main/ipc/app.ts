import type { AppInfo } from '../../shared/app/info'
import type { Settings } from '../../shared/app/settings'
import type { appRoutes } from '../../shared/ipc/app'
import type { EditHistory } from '../menu'
import type { SettingsStore } from '../settings'
import type { Handlers } from './router'

interface AppListeners {
  /** The settings are others now. */
  changed(settings: Settings): void
  /** Undo and Redo are called otherwise. */
  history(history: EditHistory): void
}

export const appHandlers = (
  info: AppInfo,
  store: SettingsStore,
  { changed, history }: AppListeners
): Handlers<keyof typeof appRoutes> => ({
  'app.info': () => info,
  'settings.get': () => store.get(),
  'settings.set': async (change) => {
    const settings = await store.set(change)
    changed(settings)
    return settings
  },
  'menu.history': (current) => void history(current)
})
