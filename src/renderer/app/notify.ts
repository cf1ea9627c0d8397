import { ElButton, ElMessage } from 'element-plus'
import { h } from 'vue'

/** How long it is read, in ms: what went wrong stays until it is closed. */
const DURATIONS = { success: 5000, info: 6000, warning: 10_000, error: 0 }
/** What can be taken back stays longer. */
const WITH_ACTION = 12_000
/** Above the status bar. */
const OFFSET = 38

export interface Notice {
  type: keyof typeof DURATIONS
  text: string
  /** What can be done about it, as Undo; the notice goes with it. */
  action?: { label: string; perform: () => unknown }
}

/**
 * The one way to tell the user something that has no place on the screen: bottom right above the status bar, over no tools.
 * The same said again is counted on the former. Gives a function that takes it away.
 */
export function notify({ type, text, action }: Notice): () => void {
  const { close } = ElMessage({
    type,
    message: action ? () => withAction(text, action, () => close()) : text,
    duration: action ? Math.max(WITH_ACTION, DURATIONS[type]) : DURATIONS[type],
    placement: 'bottom-right',
    offset: OFFSET,
    showClose: true,
    grouping: !action
  })
  return close
}

const withAction = (text: string, { label, perform }: NonNullable<Notice['action']>, close: () => void) =>
  h('span', { class: 'el-message__content notice' }, [
    text,
    h(
      ElButton,
      {
        size: 'small',
        'data-test': 'notice-action',
        onClick: () => {
          close()
          perform()
        }
      },
      () => label
    )
  ])
