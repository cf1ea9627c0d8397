/** A rectangle of the screen in device-independent pixels. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** Where the window was, if it was anywhere yet. */
export interface FormerPlace {
  x?: number | undefined
  y?: number | undefined
  width: number
  height: number
}

/** What the window is made for; a smaller screen gets a smaller one. */
const MINIMUM = { width: 900, height: 600 }
/** Of a window that counts as being on a screen: enough to be seen and grasped. */
const SEEN = 100

const overlap = (a: Area, b: Area): { width: number; height: number } => ({
  width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
  height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
})
const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/**
 * Where the window opens: where it was, moved and made smaller as far as it must be to lie within the work area of the
 * screen that shows most of it. One that was nowhere, or on a screen that is gone, stands in the middle of the first.
 * `areas`: the screens' work areas, the primary first.
 */
export function placeWindow(
  former: FormerPlace,
  areas: readonly [Area, ...Area[]]
): { bounds: Area; minWidth: number; minHeight: number } {
  const { x, y } = former
  let area = areas[0]
  let seen = false
  if (x !== undefined && y !== undefined) {
    let most = 0
    for (const candidate of areas) {
      const { width, height } = overlap({ ...former, x, y }, candidate)
      if (width < SEEN || height < SEEN || width * height <= most) continue
      most = width * height
      area = candidate
      seen = true
    }
  }
  const minWidth = Math.min(MINIMUM.width, area.width)
  const minHeight = Math.min(MINIMUM.height, area.height)
  const width = within(former.width, minWidth, area.width)
  const height = within(former.height, minHeight, area.height)
  const middle = {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2)
  }
  const bounds = {
    x: seen ? within(x!, area.x, area.x + area.width - width) : middle.x,
    y: seen ? within(y!, area.y, area.y + area.height - height) : middle.y,
    width,
    height
  }
  return { bounds, minWidth, minHeight }
}
