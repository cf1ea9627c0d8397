import { expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import { writeEvaluation } from '../../../src/main/run/evaluations'
import { addRun, ended, epochRecord, started } from '../../support/runFolders'
import { temporaryFolder } from '../support'

it('gives the predictions asked for, else the best’s, else the last, and says which are kept and whose they are', async () => {
  const folder = temporaryFolder()
  const accuracies = [0.3, 0.6, 0.5, 0.4]
  const dataset = {
    name: 'pets',
    classes: ['cat', 'dog'],
    counts: { train: 4, test: 2 },
    sha256: null,
    mean: [],
    std: []
  }
  const epochs = accuracies.map((testAccuracy, epoch) => epochRecord(epoch, { testAccuracy }))
  const run = await addRun(folder, [{ ...started(1), dataset }, ...epochs, ended()])
  const library = await Library.open(folder)
  const keep = (epoch: number): Promise<number> =>
    writeEvaluation(run.folder, {
      epoch,
      k: 1,
      pictures: Uint32Array.of(0, 1),
      labels: Uint16Array.of(0, 1),
      classes: Uint16Array.of(epoch % 2, 1),
      probabilities: Float32Array.of(0.5, 0.5),
      trueProbability: null
    })
  const shown = async (epoch: number | null): Promise<number> =>
    (await library.getRunEvaluation(run.id, epoch)).evaluation.epoch
  try {
    await library.refresh()
    await expect(library.getRunEvaluation(run.id, null)).rejects.toMatchObject({ code: 'evaluation-missing' })
    await keep(0)
    await keep(3)
    expect([await shown(null), await shown(0), await shown(2)]).toEqual([3, 0, 3])
    await keep(1)
    expect([await shown(null), await shown(0), await shown(2)]).toEqual([1, 0, 1])
    expect(await library.getRunEvaluation(run.id, null)).toMatchObject({
      kept: [0, 1, 3].map((epoch) => ({ epoch, accuracy: accuracies[epoch] })),
      best: 1,
      monitor: 'testAccuracy',
      dataset: 'pets',
      classes: ['cat', 'dog']
    })
  } finally {
    await library.close()
  }
})
