import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evaluateCommand } from '../../src/main/cli/evaluate'
import { compileNetwork } from '../../src/main/engine/compile'
import { decodeSafetensors, encodeSafetensors } from '../../src/main/engine/safetensors'
import { namedParameters } from '../../src/main/engine/weights'
import { stateFrom } from '../../src/main/engine/weightsFile'
import { openDataset, readLabels, type Dataset } from '../../src/main/datasets/dataset'
import { JournalWriter } from '../../src/main/run/journal'
import { ownerOf, takeOwnership } from '../../src/main/run/owner'
import { loadCheckpoint } from '../../src/main/training/checkpointFiles'
import { evaluatePictures } from '../../src/main/training/evaluate'
import { openPictureFeed } from '../../src/main/training/pictureFeed'
import { splitPictures } from '../../src/main/training/splits'
import { checkArchitecture } from '../../src/shared/architecture/check'
import type { JournalRecord } from '../../src/shared/run/journal'
import { progressOf } from '../../src/shared/run/progress'
import { fiveSteps, journalOf, runIn, stepsOf } from './runSupport'

const root = mkdtempSync(join(tmpdir(), 'residuum-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const small = fiveSteps
const run = (...given: Parameters<typeof runIn> extends [string, ...infer Rest] ? Rest : never) => runIn(root, ...given)

const typesOf = (records: readonly JournalRecord[]): string[] =>
  records.map(({ type }) => type).filter((type) => type !== 'steps' && type !== 'points')

const manifests = (folder: string): string[] => readdirSync(folder).filter((name) => /^step-\d+\.json$/.test(name))

describe('the folder of a run', () => {
  it('tells in its journal all that was told, and is owned by the process that trains until it has ended', async () => {
    const owners: Promise<number | undefined>[] = []
    const refusals: Promise<unknown>[] = []
    const folder = mkdtempSync(join(root, 'run-'))
    const { events, steps, epochs } = await run(small({ diagnosticsEvery: 4 }), {
      folder,
      obey: (_, event) => {
        if (event.type !== 'epoch') return
        owners.push(ownerOf(folder).then((owner) => owner?.pid))
        refusals.push(takeOwnership(folder).catch((error: unknown) => error))
      }
    })
    expect(await Promise.all(owners)).toEqual([process.pid, process.pid])
    expect(await Promise.all(refusals)).toMatchObject(Array(2).fill({ code: 'run-in-progress' }))
    expect(await ownerOf(folder)).toBe(null)
    const records = await journalOf(folder)
    expect(typesOf(records)).toEqual(['started', 'checkpoint', 'epoch', 'checkpoint', 'epoch', 'ended'])
    const float = Math.fround
    expect(stepsOf(records)).toEqual(steps.map((step) => [step.loss!, step.accuracy, step.learningRate].map(float)))
    expect(records.flatMap((record) => (record.type === 'epoch' ? [record.metrics] : []))).toEqual(
      epochs.map(({ metrics }) => metrics)
    )
    const points = records.flatMap((record) => (record.type === 'points' ? [record] : []))
    expect(points.map(({ step }) => step)).toEqual([0, 4, 8])
    const diagnostics = events.find((event) => event.type === 'diagnostics')!.diagnostics
    const conv = diagnostics.layers.find(({ path }) => path === 'conv1')!
    expect(points[0]!.values).toMatchObject({
      'gradientNorm/conv1': conv.gradientNorm,
      'weightNorm/conv1': conv.weightNorm
    })
    const { checked } = checkArchitecture(small().architecture)
    const { totals } = checked!
    expect(records[0]).toMatchObject({
      step: 0,
      epoch: 0,
      stepsPerEpoch: 5,
      parameters: totals.parameters,
      multiplyAdds: totals.multiplyAdds,
      pictures: { train: 300, validation: 0, test: 150 },
      dataset: {
        name: 'cifar10',
        counts: { train: 50_000, test: 10_000 },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/)
      },
      device: { kind: expect.any(String) },
      versions: { node: process.versions.node }
    })
    // Checkpoints know how much of the journal led to them.
    const file = join(folder, manifests(folder)[0]!)
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { journal: number }
    truncateSync(join(folder, 'journal'), manifest.journal)
    expect(stepsOf(await journalOf(folder))).toEqual(stepsOf(records).slice(0, 5))
  })

  it('is refused to a second process, which changes nothing', async () => {
    const folder = mkdtempSync(join(root, 'run-'))
    const { release } = await takeOwnership(folder)
    const { ended, events } = await run(small(), { folder, resume: true })
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'run-in-progress' } })
    expect(events).toHaveLength(1)
    expect(readdirSync(folder).filter((name) => !name.startsWith('owner-'))).toEqual([])
    await release()
  })

  it('of a run that was refused tells why, unless it had been one before', async () => {
    const wrong = small({ monitor: 'validationLoss' })
    const { folder } = await run(wrong)
    const ended = (record: JournalRecord): object => ({ ...record, at: 0 })
    expect((await journalOf(folder)).map(ended)).toMatchObject([{ type: 'ended', status: 'failed' }])
    await run(wrong, { folder, resume: true })
    expect(await journalOf(folder)).toHaveLength(1)
  })
})

describe('a run that goes on', () => {
  /** What a kill leaves: the journal cut where `keeps` says no more, and no end. */
  async function cutJournal(folder: string, isFirstGone: (record: JournalRecord) => boolean): Promise<void> {
    const records = await journalOf(folder)
    const cut = records.findIndex(isFirstGone)
    rmSync(join(folder, 'journal'))
    const { journal } = await JournalWriter.open(folder)
    await journal.append(records.slice(0, cut))
    await journal.close()
  }

  it('evaluates first where the last epoch has no figures, and not again where it has', async () => {
    const experiment = small({ averaging: { decay: 0.9 } })
    const whole = await run(experiment)
    const figures = ({ epochs }: typeof whole) =>
      epochs.map(({ metrics: { seconds, imagesPerSecond, ...rest }, evaluation }) => {
        expect(Math.min(seconds!, imagesPerSecond!)).toBeGreaterThan(0)
        return [rest, evaluation]
      })
    const killed = await run(experiment, { obey: (control, event) => void (event.type === 'epoch' && control.stop()) })
    expect(killed.ended.status).toBe('stopped')
    await cutJournal(killed.folder, ({ type }) => type === 'epoch')
    const later = await run(experiment, { folder: killed.folder, resume: true })
    expect(later.events.find(({ type }) => type === 'started')).toMatchObject({ step: 5, epoch: 0 })
    expect(later.steps.map(({ step }) => step)).toEqual([5, 6, 7, 8, 9])
    expect(figures(later)).toEqual(figures(whole))
    const records = await journalOf(killed.folder)
    expect(stepsOf(records)).toEqual(stepsOf(await journalOf(whole.folder)))
    expect(progressOf(records).epochs).toEqual(later.epochs.map(({ metrics }) => metrics))
    // The whole one again, killed when all was done but its end told.
    await cutJournal(killed.folder, ({ type }) => type === 'ended')
    const again = await run(experiment, { folder: killed.folder, resume: true })
    expect(again.ended.status).toBe('finished')
    expect([again.steps, again.epochs]).toEqual([[], []])
    expect(progressOf(await journalOf(killed.folder)).epochs).toEqual(later.epochs.map(({ metrics }) => metrics))
  })

  it('goes back to the checkpoint before a damaged one, and what came after it is void', async () => {
    const experiment = small({ epochs: 3 })
    const whole = await run(experiment)
    writeFileSync(join(whole.folder, 'step-00000015.weights.safetensors'), 'cut off')
    const later = await run(experiment, { folder: whole.folder, resume: true })
    expect(later.warnings).toContain('checkpoint-damaged')
    expect(later.steps.map(({ step }) => step)).toEqual([10, 11, 12, 13, 14])
    expect(manifests(whole.folder)).toContain('step-00000010.json')
    const { epochs, steps, ended } = progressOf(await journalOf(whole.folder))
    expect([steps, ended?.status]).toEqual([15, 'finished'])
    expect(epochs.map(({ epoch, testLoss }) => [epoch, testLoss])).toEqual(
      whole.epochs.map(({ metrics: { epoch, testLoss } }) => [epoch, testLoss])
    )
  })

  it('gets its end where it was killed after the epoch by which early stopping ends it', async () => {
    const rules = { monitor: 'loss', earlyStopping: { patience: 1, minimumChange: 1000 }, epochs: 30 } as const
    const { folder, ended } = await run(small(rules))
    expect(ended.early).toBe(true)
    await cutJournal(folder, ({ type }) => type === 'ended')
    const before = progressOf(await journalOf(folder))
    const later = await run(small(rules), { folder, resume: true })
    expect(later.steps).toEqual([])
    const { epochs, ended: told } = progressOf(await journalOf(folder))
    expect(epochs).toEqual(before.epochs)
    expect(told).toMatchObject({ status: 'finished', early: true })
  })

  it('is announced to whoever follows the library, before its first epoch is over', async () => {
    const experiment = small({ epochs: 1 })
    const { folder } = await run(experiment)
    const times: number[] = []
    const obey = (_: unknown, { type }: { type: string }): void => {
      if (type === 'epoch') times.push(statSync(root).mtimeMs)
    }
    utimesSync(root, 1, 1)
    await run(experiment, { folder, resume: true, epochs: 2, obey })
    expect(times).toHaveLength(1)
    expect(times[0]).toBeGreaterThan(1000)
  })

  it('says that the last record was torn, and keeps all before it', async () => {
    const experiment = small({ epochs: 1 })
    const { folder } = await run(experiment)
    const before = await journalOf(folder)
    appendFileSync(join(folder, 'journal'), Buffer.of(200, 0, 0, 0, 1, 2, 3, 4, 5))
    const later = await run(small({ epochs: 2 }), { folder, resume: true })
    expect(later.warnings).toEqual(['journal-torn'])
    expect((await journalOf(folder)).slice(0, before.length)).toEqual(before)
    expect(progressOf(await journalOf(folder))).toMatchObject({ steps: 10, warnings: [{ code: 'journal-torn' }] })
  })

  it('from nothing begins at step 0 and says so; whose checkpoints are gone is refused with all that it has', async () => {
    const experiment = small({ epochs: 1 })
    const folder = mkdtempSync(join(root, 'run-'))
    const fresh = await run(experiment, { folder, resume: true })
    expect([fresh.warnings, fresh.steps.length, fresh.ended.status]).toEqual([['resumed-from-nothing'], 5, 'finished'])
    for (const name of readdirSync(folder)) if (name.startsWith('step-')) rmSync(join(folder, name))
    const before = readFileSync(join(folder, 'journal'))
    const gone = await run(experiment, { folder, resume: true })
    expect(gone.ended).toMatchObject({ status: 'failed', error: { code: 'checkpoint-gone' } })
    expect(gone.events).toHaveLength(1)
    expect(readFileSync(join(folder, 'journal')).equals(before)).toBe(true)
    expect(existsSync(join(folder, 'step-00000005.json'))).toBe(false)
  })

  it('to another end keeps that as a change, once, and its patience that counts anew', async () => {
    const rules = { monitor: 'loss', earlyStopping: { patience: 2, minimumChange: 1000 }, trainLimit: 64 } as const
    const { folder, ended } = await run(small({ ...rules, epochs: 30 }))
    expect(ended.early).toBe(true)
    const again = { folder, resume: true, goOn: true, epochs: 40 }
    const first = await run(small({ ...rules, epochs: 30 }), {
      ...again,
      obey: (control, event) => void (event.type === 'epoch' && control.stop())
    })
    expect([first.warnings, first.epochs.length]).toEqual([['stopping-anew'], 1])
    // Taken up as any run that was stopped: its patience is that which began anew.
    const second = await run(small({ ...rules, epochs: 30 }), { folder, resume: true, epochs: 40 })
    expect(second.epochs.map(({ metrics }) => metrics.epoch)).toEqual([4])
    expect(second.ended.early).toBe(true)
    expect(progressOf(await journalOf(folder)).changes).toEqual([{ field: 'recipe.epochs', value: 40 }])
  })
})

it.each([
  ['a moving average', { averaging: { decay: 0.9 } }],
  ['Lookahead', { lookahead: { steps: 3, alpha: 0.5 } }],
  ['both', { averaging: { decay: 0.9 }, lookahead: { steps: 3, alpha: 0.5 } }]
])('with %s the weights of a checkpoint are those that its epoch’s figures are of', async (_, change) => {
  const experiment = small({ ...change, epochs: 1 })
  const { folder, epochs } = await run(experiment)
  const { checked } = checkArchitecture(experiment.architecture)
  const file = join(folder, 'step-00000005.weights.safetensors')
  const { tensors } = decodeSafetensors(readFileSync(file), file)
  const dataset = await openDataset('cifar10')
  const feed = await openPictureFeed(dataset, experiment)
  // Compiled as `evaluate` does, without an average.
  const { optimizer } = experiment.recipe
  const network = await compileNetwork(checked!, { optimizer }, feed.source)
  network.writeState(stateFrom(namedParameters(checked!), tensors, file))
  const { test } = splitPictures(experiment.recipe, dataset.counts, await readLabels(dataset, 'train'))
  const settings = { epoch: 0, indices: test, heldOut: false, batchSize: 150 }
  const pass = await evaluatePictures(network, feed, {
    ...settings,
    proceed: () => Promise.resolve(true),
    progress: () => undefined
  })
  network.close()
  await feed.close()
  const [{ metrics, evaluation }] = epochs as [(typeof epochs)[0]]
  expect(pass!.predictions.classes).toEqual(evaluation.classes)
  expect(pass!.correct / 150).toBe(metrics.testAccuracy)
  expect(pass!.lossSum / 150).toBeCloseTo(metrics.testLoss!, 5)
  expect(await accuracyByCommand(file, dataset, test)).toBe(metrics.testAccuracy)
  const raw = (await loadCheckpoint(folder))!.state.get('conv1.weight')!
  const judged = tensors.get('conv1.weight')!.values
  if ('averaging' in change) expect(judged).not.toEqual(raw)
  else expect(judged).toEqual(raw)
})

/** Share of right answers that `evaluate` gives for lenet-5 with the weights of a file, over pictures of the test split. */
async function accuracyByCommand(weights: string, dataset: Dataset, numbers: Int32Array): Promise<number> {
  const { mean, std } = small().recipe.normalization
  const pixels = 32 * 32
  const bytes = readFileSync(dataset.files.test.images)
  const labels = readFileSync(dataset.files.test.labels)
  const images = Float32Array.from({ length: numbers.length * 3 * pixels }, (_, place) => {
    const channel = Math.floor(place / pixels) % 3
    return (bytes[place]! / 255 - mean[channel]!) / std[channel]!
  })
  const input = join(root, 'images.safetensors')
  const output = join(root, 'logits.safetensors')
  const shape = [numbers.length, 3, 32, 32]
  writeFileSync(input, encodeSafetensors(new Map([['images', { shape, values: images }]])))
  const files = ['--weights', weights, '--images', input, '--output', output]
  await evaluateCommand().parseAsync(['--architecture', 'lenet-5', ...files], { from: 'user' })
  const logits = decodeSafetensors(readFileSync(output), output).tensors.get('logits')!.values as Float32Array
  const right = Array.from(numbers).filter((_, place) => {
    const own = logits.subarray(10 * place, 10 * place + 10)
    return own.indexOf(Math.max(...own)) === labels[place]
  })
  return right.length / numbers.length
}
