import { ElMessage } from 'element-plus'
import { describeError } from '../../shared/errors'
import { errorText } from './i18n'
import { DrawingIsReadOnly } from './stores/editor'
import { lockedText } from './lockedText'

/** Says an error where the user looks; what no screen has caught itself comes here too. */
export function report(error: unknown): void {
  if (error instanceof DrawingIsReadOnly) {
    ElMessage({ type: 'info', message: lockedText(error.source), duration: 6000, showClose: true, grouping: true })
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
