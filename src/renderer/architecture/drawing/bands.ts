import type { Rect } from './layout'

/** Nodes in a row whose output pictures are of one size, as a field behind them: a stage of the network. */
export interface Band {
  id: string
  /** Height and width of the pictures. */
  size: readonly [number, number]
  /** One a row; they touch no other band's. */
  rects: readonly Rect[]
}
