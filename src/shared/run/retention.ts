/** What decides which evaluations of a run stay. */
export interface Retention {
  /** Epochs done, numbered from 0. */
  epochs: number
  /** The run's best epoch; null where none is. */
  best: number | null
  /** Room for all of them, and what one takes. */
  limitBytes: number
  bytesEach: number
}

/**
 * Epochs whose evaluations stay, ascending: all while there is room; else the best, the last, and between them every
 * 2nd, 4th, 8th and so on from the first, as dense as there is room for. What stays after an epoch was kept after each
 * one before it, so that nothing is missing but by this rule. The best and the last stay even where the limit has no room
 * for both.
 */
export function keptEpochs({ epochs, best, limitBytes, bytesEach }: Retention): number[] {
  const room = Math.floor(limitBytes / Math.max(1, bytesEach))
  const all = Array.from({ length: epochs }, (_, epoch) => epoch)
  if (epochs <= room) return all
  // Two places are the best's and the last's, whether or not they are in the row: it must never grow dense again.
  const places = room - 2
  let spacing = 1
  while (spacing < epochs && Math.ceil(epochs / spacing) > places) spacing *= 2
  const isInRow = (epoch: number): boolean => places >= 1 && epoch % spacing === 0
  return all.filter((epoch) => epoch === best || epoch === epochs - 1 || isInRow(epoch))
}
