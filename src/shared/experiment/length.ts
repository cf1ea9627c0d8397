import type { Recipe } from './schema'

/** Pictures that a run uses of each kind. */
export interface PictureCounts {
  train: number
  /** Held out of the training split. */
  validation: number
  test: number
}

/** How many pictures of a data set with `available` ones a recipe uses, and for what. */
export function pictureCounts(
  { trainLimit, testLimit, validationShare }: Pick<Recipe, 'trainLimit' | 'testLimit' | 'validationShare'>,
  available: { train: number; test: number }
): PictureCounts {
  const pictures = Math.min(trainLimit ?? Infinity, available.train)
  const test = Math.min(testLimit ?? Infinity, available.test)
  if (validationShare === 0) return { train: pictures, validation: 0, test }
  // At least one picture stays on either side; a single one cannot be divided.
  const validation = Math.min(Math.max(1, Math.round(validationShare * pictures)), pictures - 1)
  return { train: pictures - validation, validation, test }
}

/** How long one pass over the training pictures is. */
export interface EpochLength {
  steps: number
  /** Those that are trained on: with `dropLast` whole batches only. */
  pictures: number
  /** Of the last step; 0 where there is no step. */
  lastBatch: number
}

/**
 * The length of an epoch over `trainPictures`, held-out ones not among them, as torch.utils.data.DataLoader gives
 * it for `batch_size` and `drop_last`. The one place where steps are counted.
 */
export function epochLength(
  { batchSize, dropLast }: Pick<Recipe, 'batchSize' | 'dropLast'>,
  trainPictures: number
): EpochLength {
  const whole = Math.floor(trainPictures / batchSize)
  const rest = trainPictures - whole * batchSize
  if (dropLast || rest === 0) return { steps: whole, pictures: whole * batchSize, lastBatch: whole && batchSize }
  return { steps: whole + 1, pictures: trainPictures, lastBatch: rest }
}
