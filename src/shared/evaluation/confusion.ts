/** `matrix[true class][predicted class]`: how many pictures fell there. Labels and predictions below `classes`. */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let index = 0; index < labels.length; index++) {
    matrix[labels[index]!]![predicted[index]!]! += 1
  }
  return matrix
}

export interface ClassFigures {
  /** Of the pictures called this class, the share that is; null when none was. */
  precision: number | null
  /** Of the pictures of this class, the share called so; null when there are none. */
  recall: number | null
  /** Harmonic mean of both. */
  f1: number | null
  /** Pictures of this class. */
  support: number
}

/** Precision, recall and F1 of each class, as sklearn.metrics.precision_recall_fscore_support gives them. */
export function classFigures(matrix: readonly (readonly number[])[]): ClassFigures[] {
  return matrix.map((row, index) => {
    const right = row[index]!
    const support = sum(row)
    const called = sum(matrix.map((other) => other[index]!))
    const precision = called > 0 ? right / called : null
    const recall = support > 0 ? right / support : null
    const both = (precision ?? 0) + (recall ?? 0)
    const f1 = both > 0 ? (2 * precision! * recall!) / both : support + called > 0 ? 0 : null
    return { precision, recall, f1, support }
  })
}

/** A cell of the matrix: pictures of class `row` that were taken for class `column`. */
export interface Cell {
  row: number
  column: number
}

/** The cells off the diagonal that hold pictures, the fullest first. */
export function mistakes(matrix: readonly (readonly number[])[]): (Cell & { count: number })[] {
  const found: (Cell & { count: number })[] = []
  matrix.forEach((counts, row) =>
    counts.forEach((count, column) => {
      if (row !== column && count > 0) found.push({ row, column, count })
    })
  )
  return found.sort((a, b) => b.count - a.count)
}

/** Of more classes than can be looked at the `most` that have to do with the most mistakes, by their numbers. */
export function worstClasses(matrix: readonly (readonly number[])[], most: number): number[] {
  const all = matrix.map((_, index) => index)
  if (all.length <= most) return all
  const wrong = new Array<number>(all.length).fill(0)
  for (const { row, column, count } of mistakes(matrix)) {
    wrong[row]! += count
    wrong[column]! += count
  }
  return all
    .sort((a, b) => wrong[b]! - wrong[a]!)
    .slice(0, most)
    .sort((a, b) => a - b)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
