/** What of a chart's room is no plot: labels, title, legend. */
const BESIDE = 80
const ABOVE = 70
/** A plot this many times as wide as high shows a curve best. */
const ASPECT = 1.8

/** In how many columns so many charts fill a room best: where the smaller of a plot's width and height is largest. */
export function arrangement(count: number, width: number, height: number): number {
  const worth = (columns: number): number =>
    Math.min(width / columns - BESIDE, ASPECT * (height / Math.ceil(count / columns) - ABOVE))
  const choices = Array.from({ length: Math.max(1, count) }, (_, index) => index + 1)
  return choices.reduce((best, columns) => (worth(columns) > worth(best) ? columns : best))
}
