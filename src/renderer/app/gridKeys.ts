/** Where a key leads from a place in a grid of `columns` that is filled row by row; null where it leads nowhere. */
export function placeByKey(
  key: string,
  place: number,
  { columns, rows, count }: { columns: number; rows: number; count: number }
): number | null {
  const step: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rows,
    PageDown: columns * rows
  }
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const by = step[key]
  if (by === undefined) return null
  const to = place + by
  if (to >= 0 && to < count) return to
  // A page reaches the end; an arrow stays where there is nothing beyond.
  if (key === 'PageUp') return place % columns
  return key === 'PageDown' ? count - 1 : place
}
