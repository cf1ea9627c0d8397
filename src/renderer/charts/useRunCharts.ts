import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useApp } from '../app/stores/app'
import { runSeries, type Axis, type ChartData } from './series'
import { useCloser, type Curved } from './useCloser'
import { makeChartView, type ChartView } from './view'

/** A run whose curves are drawn in a colour. */
export interface Drawn extends Curved {
  colour: string
}

/**
 * Loss and accuracy of runs as a `ChartGroup` takes them, with the axis and the view that it shares: finer where a part is
 * looked at.
 */
export function useRunCharts(
  runs: () => readonly Drawn[],
  initial: Axis,
  figures: readonly ('loss' | 'accuracy')[] = ['loss', 'accuracy']
): { axis: Ref<Axis>; view: ChartView; charts: ComputedRef<ChartData[]> } {
  const app = useApp()
  const { t } = useI18n()
  const axis = ref(initial)
  const view = makeChartView()
  const closer = useCloser(
    runs,
    () => axis.value,
    () => view.range.value
  )
  const charts = computed(() => {
    const labels = { train: t('figure.train'), test: t('figure.test'), validation: t('figure.validation') }
    return figures.map((figure): ChartData => ({
      id: figure,
      title: t(`figure.${figure}`),
      unit: figure === 'loss' ? 'number' : 'share',
      series: closer.value.flatMap((run) => runSeries(run, figure, axis.value, app.settings.smoothing, labels))
    }))
  })
  return { axis, view, charts }
}
