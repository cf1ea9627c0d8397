import { describeError } from '../../shared/errors'
import { errorText } from './i18n'
import { lockedText } from './lockedText'
import { notify } from './notify'
import { DrawingIsReadOnly } from './stores/editor'

/** Says an error where the user looks; what no screen has caught itself comes here too. */
export function report(error: unknown): void {
  if (error instanceof DrawingIsReadOnly) {
    notify({ type: 'info', text: lockedText(error.source) })
    return
  }
  const record = describeError(error)
  notify({ type: record.code.startsWith('edit-') ? 'warning' : 'error', text: errorText(record) })
}
