/** What it costs that a value more than one, or a connection more than one, goes on in the next row, in pixels. */
const VALUE = 120
const CONNECTION = 40
/** What a row that is all but empty costs, and a last one of a single layer. */
const RAGGED = 12
const ORPHAN = 20

export interface Layer {
  length: number
  breadth: number
}

/** How many values, and connections, go on behind each layer. */
export interface Crossing {
  values: number
  connections: number
}

/**
 * Where rows begin: the layers of a long drawing as lines of a text, each no longer than `width` (but for a single
 * layer), so that all together are low and as little as can be goes on from one to the next.
 */
export function rowStarts(
  layers: readonly Layer[],
  crossings: readonly Crossing[],
  width: number,
  between: number,
  gutter: number
): number[] {
  const best = [0]
  const from = [0]
  for (let end = 1; end <= layers.length; end++) {
    best[end] = Number.POSITIVE_INFINITY
    from[end] = end - 1
    let length = -between
    let breadth = 0
    for (let start = end - 1; start >= 0; start--) {
      length += layers[start]!.length + between
      breadth = Math.max(breadth, layers[start]!.breadth)
      if (length > width && start < end - 1) break
      const crossing = crossings[start - 1]
      const cut = crossing ? gutter + penalty(crossing) : 0
      const left = end === layers.length ? 0 : Math.max(0, 1 - length / width)
      const orphan = end === layers.length && start === end - 1 && start > 0 ? ORPHAN : 0
      const cost = best[start]! + cut + breadth + RAGGED * left * left + orphan
      if (cost < best[end]!) {
        best[end] = cost
        from[end] = start
      }
    }
  }
  const starts: number[] = []
  for (let end = layers.length; end > 0; end = from[end]!) starts.push(from[end]!)
  return starts.reverse()
}

const penalty = ({ values, connections }: Crossing): number =>
  VALUE * Math.max(0, values - 1) + CONNECTION * Math.max(0, connections - Math.max(1, values))

/**
 * The same where rows are known: each item stays in its row, what is new comes to that before it; a row that became
 * too long is cut in two.
 */
export function keptStarts(rows: readonly (number | null)[]): number[] {
  const starts = [0]
  let row = rows.find((known) => known !== null) ?? 0
  for (const [index, known] of rows.entries()) {
    if (known === null || known <= row) continue
    row = known
    if (index > 0) starts.push(index)
  }
  return starts
}
