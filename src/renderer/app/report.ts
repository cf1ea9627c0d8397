import { ElMessage } from 'element-plus'
import { describeError } from '../../shared/errors'
import { errorText, i18n } from './i18n'
import { PresetIsReadOnly } from './stores/editor'

/** Says an error where the user looks; what no screen has caught itself comes here too. */
export function report(error: unknown): void {
  const { t } = i18n.global
  if (error instanceof PresetIsReadOnly) {
    ElMessage({ type: 'info', message: t('editor.presetLocked'), duration: 6000, showClose: true, grouping: true })
    return
  }
  const record = describeError(error)
  const refused = record.code.startsWith('edit-')
  ElMessage({
    type: refused ? 'warning' : 'error',
    message: errorText(record),
    duration: 8000,
    showClose: true,
    grouping: true
  })
}
