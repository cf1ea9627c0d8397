import { describe, expect, it } from 'vitest'
import { notFinite, refuseNotFinite } from '../../../../src/main/training/observers/notFinite'
import type { ErrorRecord } from '../../../../src/shared/errorRecord'
import { architecture, PretendNetwork, pretendRun } from '../pretend'

function watched(network: PretendNetwork) {
  const warnings: ErrorRecord[] = []
  return {
    warnings,
    ran: pretendRun([notFinite(network, architecture, (error) => void warnings.push(error))], { network })
  }
}

describe('values that are not finite', () => {
  it.each([
    [{ path: 'conv1', where: 'output' as const }, 'loss-not-finite', 'conv1'],
    [{ path: 'fc1', where: 'parameters' as const }, 'weights-not-finite', 'fc1'],
    [null, 'loss-not-finite', 'fc']
  ])('of a step end the run and name the layer (%j)', async (found, code, layer) => {
    const network = new PretendNetwork()
    network.lossAt = (step) => (step === 5 ? NaN : 1)
    network.inspect = () => found
    await expect(watched(network).ran).rejects.toMatchObject({ code, parameters: { layer, epoch: 2, step: 5 } })
    expect(network.told).toHaveLength(5)
  })

  it('of an evaluation end it before its figures are kept, by the weights where these are the cause', async () => {
    const network = new PretendNetwork()
    network.testLossAt = () => Infinity
    await expect(watched(network).ran).rejects.toMatchObject({
      code: 'loss-not-finite',
      parameters: { layer: architecture.output, epoch: 1, step: 4 }
    })
    network.readState = () => new Map([['fc.weight', Float32Array.of(1, NaN)]])
    await expect(watched(network).ran).rejects.toMatchObject({
      code: 'weights-not-finite',
      parameters: { layer: 'fc.weight' }
    })
  })

  it('are refused in a state, and a state of finite ones is not', () => {
    const place = { epoch: 3, step: 12 }
    refuseNotFinite(new Map([['a', Float32Array.of(1, 2)]]), place)
    const spoilt = new Map([
      ['a', Float32Array.of(1, 2)],
      ['b', Float32Array.of(0, -Infinity)]
    ])
    expect(() => refuseNotFinite(spoilt, place)).toThrowError(
      expect.objectContaining({ code: 'weights-not-finite', parameters: { layer: 'b', ...place } })
    )
  })
})

it('warns of an epoch that has run away though its loss is finite', async () => {
  const network = new PretendNetwork()
  network.testLossAt = (steps) => (steps > 4 ? 1e6 : 1)
  const { warnings, ran } = watched(network)
  expect((await ran).status).toBe('finished')
  expect(warnings).toMatchObject([{ code: 'epoch-diverged', parameters: { epoch: 2, loss: 1e6 } }])
})
