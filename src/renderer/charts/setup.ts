import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip, CategoryScale } from 'chart.js'
import zoom from 'chartjs-plugin-zoom'

Chart.register(LineController, LineElement, PointElement, LinearScale, CategoryScale, Tooltip, zoom)

/** Colours of axes and texts as the style sheet has them now. */
export function themeColours(): { text: string; muted: string; grid: string; surface: string } {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string): string => style.getPropertyValue(name).trim()
  return {
    text: read('--text'),
    muted: read('--text-muted'),
    grid: read('--hairline'),
    surface: read('--surface')
  }
}

export { Chart }
