import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { request } from '../app/bridge'
import { notify } from '../app/notify'
import type { MenuItem } from '../ui/menu'
import { csvOf } from './exports'
import { legendOf } from './legend'
import { pictureOf } from './picture'
import type { Axis, ChartData, Series } from './series'
import type { Range } from './trace'

/** The clipboard's own interface is denied to the window; what is copied can be put in the place of a selection. */
function copyText(text: string): void {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  window.addEventListener('copy', put, { capture: true, once: true })
  document.execCommand('copy')
  window.removeEventListener('copy', put, { capture: true })
}

/** What can be done with a chart: copied and saved, as a picture and as figures; what is shown, in the part that is shown. */
export function useChartFiles(
  canvas: Ref<HTMLCanvasElement | null>,
  chart: () => ChartData,
  state: () => { shown: readonly Series[]; axis: Axis; xLabel: string; range: Range | null }
): ComputedRef<MenuItem[]> {
  const { t } = useI18n()
  const picture = (): Promise<Uint8Array> =>
    pictureOf(canvas.value!, chart().title, state().xLabel, legendOf([{ ...chart(), series: [...state().shown] }]))
  const csv = (): string => csvOf(chart(), state().shown, state().axis, state().range)
  /** As the runs that are shown are called, as far as a name goes. */
  const name = (): string => {
    const owners = [...new Set(state().shown.map(({ ownerName }) => ownerName))]
    return `${chart().title} ${owners.slice(0, 3).join(', ')}`.slice(0, 200)
  }
  const say = (message: string): unknown => notify({ type: 'success', text: message })
  const saved = (answer: { file: string } | null): unknown => answer && say(t('chart.saved', { file: answer.file }))

  return computed(() => [
    {
      id: 'copy-png',
      label: t('chart.copyPicture'),
      run: async () => {
        await request('clipboard.picture', { png: await picture() })
        say(t('chart.copied'))
      }
    },
    {
      id: 'save-png',
      label: t('chart.savePicture'),
      run: async () => saved(await request('files.exportPicture', { name: name(), png: await picture() }))
    },
    {
      id: 'copy-csv',
      label: t('chart.copyFigures'),
      parted: true,
      run: () => {
        copyText(csv())
        say(t('chart.copied'))
      }
    },
    {
      id: 'save-csv',
      label: t('chart.saveFigures'),
      run: async () => saved(await request('files.export', { name: name(), kind: 'csv', text: csv() }))
    }
  ])
}
