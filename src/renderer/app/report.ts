import { describeError } from '../../shared/errors'
import { errorText, i18n } from './i18n'
import { notify } from './notify'
import { PresetIsReadOnly } from './stores/editor'

/** Says an error where the user looks; what no screen has caught itself comes here too. */
export function report(error: unknown): void {
  const { t } = i18n.global
  if (error instanceof PresetIsReadOnly) {
    notify({ type: 'info', text: t('editor.presetLocked') })
    return
  }
  const record = describeError(error)
  notify({ type: record.code.startsWith('edit-') ? 'warning' : 'error', text: errorText(record) })
}
