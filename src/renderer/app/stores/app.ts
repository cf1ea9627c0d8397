import { usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { AppInfo } from '../../../shared/app/info'
import { settingsSchema, type Settings } from '../../../shared/app/settings'
import { request } from '../bridge'
import { numberStyle, resolveLanguage, setLanguage } from '../i18n'

/** What the app is and how the user wants it: version, device, settings, theme, language. */
export const useApp = defineStore('app', () => {
  const info = ref<AppInfo | null>(null)
  const settings = ref<Settings>(settingsSchema.parse({}))
  const systemDark = usePreferredDark()
  const dark = computed(() => (settings.value.theme === 'system' ? systemDark.value : settings.value.theme === 'dark'))
  watch(dark, (value) => document.documentElement.classList.toggle('dark', value), { immediate: true })

  const language = computed(() => resolveLanguage(settings.value.locale))
  watch(language, setLanguage, { immediate: true })
  watch(
    () => settings.value.numbers,
    (style) => (numberStyle.value = style),
    { immediate: true }
  )

  async function load(): Promise<void> {
    // Both at once: nothing is drawn with the one and without the other.
    const [known, about] = await Promise.all([request('settings.get'), request('app.info')])
    settings.value = known
    info.value = about
  }

  /** Changes that main has not answered yet. */
  let underway = 0
  /** What main knows; while it has not heard of the latest change, that is older than what is shown. */
  function follow(known: Settings): void {
    if (underway === 0) settings.value = known
  }

  async function change(part: Partial<Settings>): Promise<void> {
    settings.value = { ...settings.value, ...part }
    underway++
    const known = await request('settings.set', part).finally(() => underway--)
    follow(known)
  }

  return { info, settings, dark, language, load, change, follow }
})
