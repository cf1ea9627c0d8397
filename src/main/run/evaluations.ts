import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ResiduumError } from '../../shared/errors'
import { keptEpochs, type Retention } from '../../shared/run/retention'
import type { Evaluation } from '../../shared/run/schema'
import { MAX_TENSOR_BYTES, readIfThere, writeFileAtomic } from '../files'
import { ArrayFileError, arrayHeaderSchema, decodeArrays, encodeArrays } from './arrayFile'
import { runWriteError } from './errors'

/**
 * Evaluations in a run's folder: `evaluations/epoch-NNNNN.bin`, one an epoch, counted from 0. Which pictures they are of
 * and their true classes are the same each time; they stand once in `evaluations/labels-test.bin`, and only where they
 * differ from it in an epoch's own file.
 */
const VERSION = 1
const LABELS = 'labels-test.bin'

const headerSchema = arrayHeaderSchema.extend({
  format: z.literal('residuum.evaluation'),
  version: z.literal(VERSION),
  epoch: z.number().int().min(0),
  count: z.number().int().min(0),
  k: z.number().int().min(1),
  /** The file of pictures and labels, and what it held then; null where they are here. */
  labels: z.object({ file: z.literal(LABELS), sha256: z.string() }).nullable()
})

const labelsSchema = arrayHeaderSchema.extend({
  format: z.literal('residuum.labels'),
  version: z.literal(VERSION),
  count: z.number().int().min(0)
})

const folderOf = (folder: string): string => join(folder, 'evaluations')
const nameOf = (epoch: number): string => `epoch-${String(epoch).padStart(5, '0')}.bin`

/** Epochs whose evaluations are there, ascending. Throws ResiduumError `cannot-read`. */
export async function listEvaluations(folder: string): Promise<number[]> {
  const epochs = (await namesIn(folder)).flatMap((name) => {
    const epoch = Number(/^epoch-(\d{5,15})\.bin$/.exec(name)?.[1] ?? NaN)
    return nameOf(epoch) === name ? [epoch] : []
  })
  return epochs.sort((a, b) => a - b)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folderOf(folder))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    const { message } = error as Error
    throw new ResiduumError('cannot-read', { file: folderOf(folder), message }, { cause: error })
  }
}

/**
 * Writes an epoch's evaluation whole or not at all, in place of one of that epoch; gives its bytes.
 * Throws ResiduumError `disk-full`, `run-read-only` or `cannot-write`.
 */
export async function writeEvaluation(folder: string, evaluation: Evaluation): Promise<number> {
  const { epoch, k, pictures, labels, classes, probabilities, trueProbability } = evaluation
  const count = labels.length
  const shared = encodeArrays({ format: 'residuum.labels', version: VERSION, count }, { pictures, labels })
  const isShared = await shareLabels(join(folderOf(folder), LABELS), shared.bytes)
  const { bytes } = encodeArrays(
    {
      format: 'residuum.evaluation',
      version: VERSION,
      epoch,
      count,
      k,
      labels: isShared ? { file: LABELS, sha256: shared.sha256 } : null
    },
    {
      classes,
      probabilities,
      ...(trueProbability && { trueProbability }),
      ...(!isShared && { pictures, labels })
    }
  )
  await write(join(folderOf(folder), nameOf(epoch)), bytes)
  return bytes.length
}

/** Whether the file holds just these bytes; it is written where there is none. */
async function shareLabels(file: string, bytes: Uint8Array): Promise<boolean> {
  const found = await readIfThere(file, MAX_TENSOR_BYTES).catch(() => Buffer.alloc(0))
  if (found) return found.equals(bytes)
  await write(file, bytes)
  return true
}

const write = (file: string, bytes: Uint8Array): Promise<void> =>
  writeFileAtomic(file, bytes).catch((error: unknown) => {
    throw runWriteError(file, error)
  })

/**
 * The evaluation after `epoch`, or after the last that is there; null where there is none.
 * Throws ResiduumError `evaluation-damaged` or `cannot-read`.
 */
export async function readEvaluation(folder: string, epoch: number | null): Promise<Evaluation | null> {
  const wanted = epoch ?? (await listEvaluations(folder)).at(-1) ?? null
  if (wanted === null) return null
  const file = join(folderOf(folder), nameOf(wanted))
  const bytes = await readIfThere(file, MAX_TENSOR_BYTES)
  if (!bytes) return null
  const { own, shared } = refusing(file, () => {
    const { header, array } = decodeArrays(bytes, headerSchema, VERSION)
    const { count, k } = header
    if (header.epoch !== wanted)
      throw new ArrayFileError({ code: 'other-epoch', parameters: { epoch: header.epoch + 1 } })
    return {
      own: {
        epoch: wanted,
        k,
        count,
        classes: array('classes', 'u16', count * k),
        probabilities: array('probabilities', 'f32', count * k),
        trueProbability: header.arrays.trueProbability ? array('trueProbability', 'f32', count) : null
      },
      shared: header.labels ?? { pictures: array('pictures', 'u32', count), labels: array('labels', 'u16', count) }
    }
  })
  const { count, ...rest } = own
  return { ...rest, ...('file' in shared ? await readLabels(folder, shared.sha256, count) : shared) }
}

async function readLabels(
  folder: string,
  expected: string,
  count: number
): Promise<Pick<Evaluation, 'pictures' | 'labels'>> {
  const file = join(folderOf(folder), LABELS)
  const bytes = await readIfThere(file, MAX_TENSOR_BYTES)
  return refusing(file, () => {
    if (!bytes) throw new ArrayFileError({ code: 'absent', parameters: {} })
    const { header, array } = decodeArrays(bytes, labelsSchema, VERSION)
    if (header.sha256 !== expected) throw new ArrayFileError({ code: 'other-pictures', parameters: {} })
    return { pictures: array('pictures', 'u32', count), labels: array('labels', 'u16', count) }
  })
}

function refusing<Result>(file: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ArrayFileError)) throw error
    throw new ResiduumError('evaluation-damaged', { file, reason: error.fault }, { cause: error })
  }
}

/**
 * Removes the evaluations that do not stay (`keptEpochs`, by the newest one's size), those of later epochs than the done
 * ones, and what a write that was cut off left behind. Only for the run's owner. Throws ResiduumError `cannot-read`,
 * `run-read-only` or `cannot-write`.
 */
export async function keepEvaluations(
  folder: string,
  { limitBytes, ...done }: Omit<Retention, 'bytesEach'>
): Promise<void> {
  const found = await listEvaluations(folder)
  const past = found.filter((epoch) => epoch < done.epochs)
  const bytesEach = await bytesOf(folder, nameOf(past.at(-1) ?? 0))
  const room = limitBytes - (await bytesOf(folder, LABELS))
  const kept = new Set(keptEpochs({ ...done, limitBytes: room, bytesEach }))
  const gone = found.filter((epoch) => !kept.has(epoch)).map(nameOf)
  const torn = (await namesIn(folder)).filter((name) => /^\..+\.tmp$/.test(name))
  for (const name of [...gone, ...torn]) {
    const file = join(folderOf(folder), name)
    await rm(file, { force: true }).catch((error: unknown) => {
      throw runWriteError(file, error)
    })
  }
}

const bytesOf = (folder: string, name: string): Promise<number> =>
  stat(join(folderOf(folder), name)).then(
    ({ size }) => size,
    () => 0
  )
