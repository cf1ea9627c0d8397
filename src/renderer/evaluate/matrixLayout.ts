/** How a matrix of classes is laid out in the room there is. All in px. */
export interface MatrixLayout {
  cell: { width: number; height: number }
  /** Names beside the rows, cut where they are longer. */
  rowNames: number
  /** Names above the columns: side by side where they have room, else slanted, which needs none but its own height. */
  slanted: boolean
  columnNames: number
  /** Room at the right that the last slanted name leans into. */
  overhang: number
  font: number
}

/** A slanted name at 45 degrees meets its neighbour where cells are narrower; the smallest cell that can be read. */
const LEAST = { width: 30, height: 24 }
const LONGEST_ROW = 132
const LONGEST_SLANTED = 104
const PADDING = 12
/** Names above the columns that stand straight; the corner beside them says in three lines what rows and columns are. */
const STRAIGHT = 46
const LINE = 24
/** A heat map far from square hides which cell mirrors which. */
const STRETCH = 1.8

/** Where even the smallest cells do not fit, the matrix is larger than its room and scrolls. */
export function layoutMatrix(names: readonly number[], room: { width: number; height: number }): MatrixLayout {
  const count = Math.max(1, names.length)
  const widest = Math.max(0, ...names)
  const rowNames = Math.min(LONGEST_ROW, Math.ceil(widest)) + PADDING
  const fit = (slanted: boolean): MatrixLayout => {
    const sides = names.map((name) => Math.ceil(Math.min(LONGEST_SLANTED, name) * Math.SQRT1_2))
    const columnNames = slanted ? Math.max(0, ...sides) + LINE : STRAIGHT
    const free = { width: room.width - rowNames, height: room.height - columnNames }
    /** How far the names of the last columns lean over the edge. */
    const lean = (cell: number): number =>
      slanted
        ? Math.max(0, ...sides.map((side, place) => side + PADDING - Math.floor((count - place - 0.5) * cell)))
        : 0
    let width = Math.max(LEAST.width, Math.floor(free.width / count))
    while (width > LEAST.width && count * width + lean(width) > free.width) width -= 1
    let height = Math.max(LEAST.height, Math.floor(free.height / count))
    width = Math.min(width, Math.floor(height * STRETCH))
    height = Math.min(height, Math.floor(width * STRETCH))
    const overhang = lean(width)
    return {
      cell: { width, height },
      rowNames,
      slanted,
      columnNames,
      overhang,
      font: Math.max(10, Math.min(14, Math.floor(width / 4.4), Math.floor(height / 1.6)))
    }
  }
  const straight = fit(false)
  return widest + PADDING <= straight.cell.width ? straight : fit(true)
}
