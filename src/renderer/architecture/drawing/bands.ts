import type { Shape } from '../../../shared/architecture/layer'
import type { Layout, Rect } from './layout'

/** Nodes in a row whose output pictures are of one size, as a field behind them: a stage of the network. */
export interface Band {
  id: string
  /** Height and width of the pictures. */
  size: readonly [number, number]
  /** One a row; they touch no other band's. */
  rects: readonly Rect[]
}

/** Kept free around the nodes of a band. */
const EDGE = 10

/** The stages of a drawing: what follows one another with pictures of one size. `sizeOf` is null where there are none. */
export function bandsOf(
  { slots }: Pick<Layout, 'slots'>,
  sizeOf: (id: string) => readonly [number, number] | null
): Band[] {
  const bands: { id: string; row: number; size: readonly [number, number]; rects: Rect[] }[] = []
  let open: (typeof bands)[number] | null = null
  for (const { id, row, rect } of slots) {
    const size = sizeOf(id)
    const same = open !== null && size !== null && open.size[0] === size[0] && open.size[1] === size[1]
    if (!same) open = size && { id, row, size, rects: [] }
    if (!open) continue
    if (!same) bands.push(open)
    const last = open.rects.at(-1)
    const grown = { x: rect.x - EDGE, y: rect.y - EDGE, width: rect.width + 2 * EDGE, height: rect.height + 2 * EDGE }
    if (last && open.row === row) open.rects[open.rects.length - 1] = around(last, grown)
    else open.rects.push(grown)
    open.row = row
  }
  return bands.map(({ id, size, rects }) => ({ id, size, rects }))
}

function around(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  const right = Math.max(a.x + a.width, b.x + b.width)
  const bottom = Math.max(a.y + a.height, b.y + b.height)
  return { x, y, width: right - x, height: bottom - y }
}

/** Height and width of pictures; null of what are none. */
export const pictureSize = (shape: Shape | null | undefined): readonly [number, number] | null =>
  shape?.length === 3 ? [shape[1]!, shape[2]!] : null
