import { ElMessageBox } from 'element-plus'
import { nextTick } from 'vue'
import { describeError } from '../../shared/errors'
import { typedName } from '../../shared/text/names'
import { errorText, i18n } from './i18n'

/**
 * Asks for another name, with the old one selected. A name that is refused, here or by `keep`, stays in the question with
 * the reason, until another one is taken or the user gives up.
 */
export async function askName(question: string, name: string, keep: (name: string) => Promise<unknown>): Promise<void> {
  const { t } = i18n.global
  const asked = ElMessageBox.prompt(question, t('naming.title'), {
    inputValue: name,
    inputValidator: (text) => refusal(text) ?? true,
    confirmButtonText: t('naming.rename'),
    cancelButtonText: t('naming.cancel'),
    // What was typed is not lost by a click beside it.
    closeOnClickModal: false,
    customClass: FIELD,
    beforeClose: (action, box, done) => {
      if (action !== 'confirm' || box.inputValue.trim() === name) return done()
      box.confirmButtonLoading = true
      keep(typedName(box.inputValue)).then(done, (error: unknown) => {
        box.confirmButtonLoading = false
        box.validateError = true
        box.editorErrorMessage = errorText(describeError(error))
      })
    }
  })
  await nextTick()
  await nextTick()
  document.querySelector<HTMLInputElement>(`.${FIELD} input`)?.select()
  await asked.catch(() => undefined)
}

const FIELD = 'ask-name'

/** Why a name is not taken; null where it is. */
function refusal(text: string): string | null {
  try {
    typedName(text)
    return null
  } catch (error) {
    return errorText(describeError(error))
  }
}
