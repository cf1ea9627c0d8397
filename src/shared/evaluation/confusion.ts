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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
