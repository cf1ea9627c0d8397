import type { Settings } from '../../shared/app/settings'
import type { SettingsStore } from '../settings'
import type { Handlers } from './router'

export const settingsHandlers = (
  store: SettingsStore,
  changed: (settings: Settings) => void
): Handlers<'settings.get' | 'settings.set'> => ({
  'settings.get': () => store.get(),
  'settings.set': async (change) => {
    const settings = await store.set(change)
    changed(settings)
    return settings
  }
})
