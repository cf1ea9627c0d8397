import { describe, expect, it } from 'vitest'
import { EarlyStopping } from '../../../../src/main/training/observers/earlyStopping'
import type { Mark } from '../../../../src/shared/run/stopping'
import type { ErrorRecord } from '../../../../src/shared/errorRecord'
import { PretendNetwork, pretendRun, smallExperiment } from '../pretend'

const change = { epochs: 6, monitor: 'testLoss' as const, earlyStopping: { patience: 2, minimumChange: 0.1 } }
const { recipe } = smallExperiment(change)

async function trained(losses: readonly number[], { best = null as Mark | null, epoch = 0, goOn = false } = {}) {
  const network = new PretendNetwork()
  network.testLossAt = (steps) => losses[epoch + steps / 4 - 1]!
  const warnings: ErrorRecord[] = []
  const stopping = new EarlyStopping(recipe, 10, best, goOn, (error) => void warnings.push(error))
  const start = { step: 4 * epoch, epoch }
  const { run, status } = await pretendRun([stopping], { network, change, start })
  return { epochs: run.epoch, early: run.isOver, status, best: stopping.best, warnings }
}

describe('early stopping', () => {
  it.each([
    ['what gets better goes on to the end', [1, 0.8, 0.6, 0.4, 0.2, 0.05], 6, 5],
    ['two epochs without a better one end it', [1, 0.8, 0.8, 0.9, 0, 0], 4, 1],
    ['what is better by the minimum change or less does not count', [1, 0.9, 0.9, 0, 0, 0], 3, 0],
    ['small steps that add up to more do', [1, 0.95, 0.89, 0.88, 0.8, 0], 5, 2],
    ['epochs that have diverged count as no better', [1e6, 1e6, 1e6, 0, 0, 0], 3, null]
  ] as const)('%s', async (_, losses, epochs, best) => {
    const result = await trained(losses)
    expect(result).toMatchObject({ epochs, early: epochs < 6, status: 'finished', warnings: [] })
    expect(result.best?.epoch ?? null).toBe(best)
  })

  it('counts on from what was before a resume', async () => {
    expect(await trained([0, 0, 0, 1, 1, 0], { epoch: 3, best: { score: -0.5, epoch: 2 } })).toMatchObject({
      epochs: 5,
      early: true
    })
  })

  it('trains no step more where it had ended the run, unless it is told to go on: then it counts anew', async () => {
    const before = { epoch: 3, best: { score: -0.5, epoch: 0 } }
    expect(await trained([], before)).toMatchObject({ epochs: 3, early: true, warnings: [] })
    const longer = await trained([0, 0, 0, 1, 1, 1], { ...before, goOn: true })
    expect(longer).toMatchObject({ epochs: 5, early: true })
    expect(longer.warnings).toEqual([{ code: 'stopping-anew', parameters: { epoch: 3 } }])
  })
})
