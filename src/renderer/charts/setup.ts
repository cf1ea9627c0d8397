import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js'

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale)

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

/** The window's own font, which a canvas does not inherit. */
export const themeFont = (): string => getComputedStyle(document.body).fontFamily

/**
 * Loads of the window's fonts the parts that a text needs: a page asks for them by itself, a canvas draws with whatever is
 * there. Ends also where a font cannot be had.
 */
export async function whenFontsReady(text: string): Promise<void> {
  const family = themeFont()
  await Promise.allSettled(['12px', '600 13px'].map((style) => document.fonts.load(`${style} ${family}`, text)))
}

export { Chart }
