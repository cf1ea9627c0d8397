import { i18n } from './i18n'
import type { DrawingIsReadOnly } from './stores/editor'

/** Why what is open cannot be changed, and what to do instead. */
export function lockedText(source: DrawingIsReadOnly['source']): string {
  const { t } = i18n.global
  return source.type === 'run' ? t('editor.runLocked', { name: source.name }) : t('editor.presetLocked')
}
