import { ElMessage } from 'element-plus'
import { describeError } from '../../shared/errors'
import { i18n } from './i18n'
import { PresetIsReadOnly } from './stores/editor'

/** Says an error where the user looks; what no screen has caught itself comes here too. */
export function report(error: unknown): void {
  const { t } = i18n.global
  if (error instanceof PresetIsReadOnly) {
    ElMessage({ type: 'info', message: t('editor.presetLocked'), duration: 6000, showClose: true, grouping: true })
    return
  }
  const { code, parameters } = describeError(error)
  const refused = code.startsWith('edit-')
  ElMessage({
    type: refused ? 'warning' : 'error',
    message: t(`error.${code}`, parameters),
    duration: 8000,
    showClose: true,
    grouping: true
  })
}
